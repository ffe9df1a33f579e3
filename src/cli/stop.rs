//! Being told to stop: a first signal asks for a clean stop, a second one ends the process at once, and so does the
//! deadline of the clean stop.
//!
//! All of it is heard on a thread of its own: the end of a clean stop joins threads and waits for the disk, and hears
//! nothing meanwhile. Ending at once loses nothing: what was acknowledged is durable.

use std::sync::mpsc;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::sleep;

/// What a clean stop may take beyond its time: it ends by itself just in time where it can.
const GRACE: Duration = Duration::from_secs(2);

/// SIGTERM and SIGINT, heard from the moment that this exists.
pub struct StopSignals {
    first: oneshot::Receiver<()>,
}

impl StopSignals {
    /// After the first signal, the process ends `within` this time and a little more.
    pub fn listen(within: Duration) -> anyhow::Result<Self> {
        let (tell, first) = oneshot::channel();
        let (hears, is_heard) = mpsc::channel();
        let thread = std::thread::Builder::new().name("stop signals".into());
        thread.spawn(move || watch(within, &hears, tell)).context("a thread that waits for signals")?;
        is_heard.recv().context("waiting for signals")??;
        Ok(Self { first })
    }

    /// Returns when the process was told to stop.
    pub async fn first(self) {
        // Where nobody listens any more, the process cannot be told: it goes on.
        if self.first.await.is_err() {
            std::future::pending().await
        }
    }
}

/// Says whether signals are heard, then hears them.
fn watch(within: Duration, hears: &mpsc::Sender<anyhow::Result<()>>, tell: oneshot::Sender<()>) {
    // Whoever started this waits for the word; a word that cannot be given has nobody to hear it.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(hears.send(Err(error).context("waiting for signals"))),
    };
    runtime.block_on(async {
        let mut signals = match Signals::listen() {
            Ok(signals) => signals,
            Err(error) => return drop(hears.send(Err(error))),
        };
        let _ = hears.send(Ok(()));
        signals.next().await;
        let _ = tell.send(());
        tokio::select! {
            () = signals.next() => tracing::warn!(
                "told to stop a second time: this is the end, at once; what was acknowledged is durable"
            ),
            () = sleep(within + GRACE) => tracing::error!(
                "the stop took longer than `http.shutdown_seconds`, as with a disk that is stuck: this is the end, not in \
                 good order; what was acknowledged is durable, and the next start mends the rest"
            ),
        }
        std::process::exit(1);
    });
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        let terminate = signal(SignalKind::terminate()).context("waiting for SIGTERM")?;
        let interrupt = signal(SignalKind::interrupt()).context("waiting for SIGINT")?;
        Ok(Self { terminate, interrupt })
    }

    async fn next(&mut self) {
        tokio::select! { _ = self.terminate.recv() => {}, _ = self.interrupt.recv() => {} }
    }
}
