//! `understudy serve`: until it is told to stop.

use std::io::Write;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use super::progress::commits_bar;
use crate::actors::Clock;
use crate::app::{Running, start};
use crate::config::Settings;
use crate::journal::Position;

pub fn serve(settings: &Settings) -> anyhow::Result<()> {
    actix_rt::System::new().block_on(async {
        let running = begin(settings).await?;
        announce(&running);
        until_told_to_stop(running).await
    })
}

/// Starts the server, with a bar while the store catches up.
pub async fn begin(settings: &Settings) -> anyhow::Result<Running> {
    let bar = commits_bar("catching up", 0);
    let mut progress = |done: Position, end: Position| {
        bar.set_length(end.0);
        bar.set_position(done.0);
    };
    let running = start(settings, Clock::System, &mut progress).await?;
    bar.finish_and_clear();
    Ok(running)
}

/// The line that says the port; and the key, the one time that it is new.
pub fn announce(running: &Running) {
    if let Some(key) = &running.new_key {
        eprintln!(
            "no `auth.bootstrap_key` is set: this server made a key for itself, which is shown this once:\n  {key}"
        );
    }
    println!("listening on http://{}", running.address);
    // Whoever waits for the line may be at the other end of a pipe; if not, nobody is missing it.
    let _ = std::io::stdout().flush();
}

/// SIGTERM or SIGINT: a clean stop. A second one: at once.
pub async fn until_told_to_stop(running: Running) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("waiting for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("waiting for SIGINT")?;
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    tracing::info!("stopping: requests in flight are finished first");
    tokio::select! {
        stopped = running.stop() => stopped,
        _ = terminate.recv() => anyhow::bail!("stopped at once; what was acknowledged is durable"),
        _ = interrupt.recv() => anyhow::bail!("stopped at once; what was acknowledged is durable"),
    }
}
