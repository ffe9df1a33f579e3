//! `understudy serve`: until it is told to stop.

use std::io;

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::progress::commits_bar;
use super::say::{note, say};
use crate::actors::Clock;
use crate::app::{Running, start};
use crate::config::Settings;
use crate::journal::Position;

pub fn serve(settings: &Settings) -> anyhow::Result<()> {
    actix_rt::System::new().block_on(async {
        let running = begin(settings).await?;
        // Before anybody hears of it: whoever reads the line may stop the server at once.
        let stop = StopSignals::listen()?;
        // Nobody has to read it: the port may be known, and the server is there for others.
        let _ = announce(&running);
        until_told_to_stop(running, stop).await
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
pub fn announce(running: &Running) -> io::Result<()> {
    if let Some(key) = &running.new_key {
        note(format_args!(
            "no `auth.bootstrap_key` is set: this server made a key for itself, which is shown this once:\n  {key}"
        ));
    }
    say(format_args!("listening on http://{}", running.address))
}

/// SIGTERM and SIGINT, heard from the moment that this exists.
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    pub fn listen() -> anyhow::Result<Self> {
        let terminate = signal(SignalKind::terminate()).context("waiting for SIGTERM")?;
        let interrupt = signal(SignalKind::interrupt()).context("waiting for SIGINT")?;
        Ok(Self { terminate, interrupt })
    }
}

/// A first signal: a clean stop. A second one: at once.
pub async fn until_told_to_stop(running: Running, stop: StopSignals) -> anyhow::Result<()> {
    let StopSignals { mut terminate, mut interrupt } = stop;
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    tracing::info!("stopping: requests in flight are finished first");
    tokio::select! {
        stopped = running.stop() => stopped,
        _ = terminate.recv() => anyhow::bail!("stopped at once; what was acknowledged is durable"),
        _ = interrupt.recv() => anyhow::bail!("stopped at once; what was acknowledged is durable"),
    }
}
