//! `understudy serve`: until it is told to stop.

use std::io;
use std::time::Duration;

use super::progress::commits_bar;
use super::say::{note, say};
use super::stop::StopSignals;
use crate::actors::Clock;
use crate::app::{Running, start};
use crate::config::Settings;
use crate::journal::Position;

pub fn serve(settings: &Settings) -> anyhow::Result<()> {
    actix_rt::System::new().block_on(async {
        let running = begin(settings).await?;
        // Before anybody hears of it: whoever reads the line may stop the server at once.
        let stop = StopSignals::listen(stops_within(settings))?;
        // Nobody has to read it: the port may be known, and the server is there for others.
        let _ = announce(&running);
        until_told_to_stop(running, stop).await
    })
}

/// How long a clean stop may take.
pub fn stops_within(settings: &Settings) -> Duration {
    Duration::from_secs(settings.http.shutdown_seconds.into())
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

/// A first signal: a clean stop. What ends one that does not come to its end is in [`StopSignals`].
pub async fn until_told_to_stop(running: Running, stop: StopSignals) -> anyhow::Result<()> {
    stop.first().await;
    tracing::info!("stopping: requests in flight are finished first");
    running.stop().await
}
