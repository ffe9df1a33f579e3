//! Signals.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use crate::history::{Fault, FaultKind, FaultLog, now_us};
use crate::onsale::Stage;
use crate::report::duration;
use crate::server::{Office, ServerProcess};

const READY_WITHIN: Duration = Duration::from_secs(60);

/// `SIGKILL`, and the same server again on the same data. The fault lasts until it is ready.
pub fn kill(stage: &Stage, faults: &FaultLog) -> Result<()> {
    let started_us = now_us();
    let mut process = lock(stage)?;
    process.kill()?;
    let start = Instant::now();
    process.start_again()?;
    drop(process);
    Office::new(stage.target.clone())?.wait_until_ready(READY_WITHIN)?;
    let ready = format!("ready again after {}", duration(start.elapsed().as_micros() as u64));
    let ended_us = now_us();
    let kind = FaultKind::ProcessKilled;
    faults.add(Fault { kind, detail: ready, started_us, ended_us, recovered_us: ended_us });
    Ok(())
}

/// `SIGSTOP` and, after a while, `SIGCONT`.
pub fn pause(stage: &Stage, faults: &FaultLog, length: Duration) -> Result<()> {
    let started_us = now_us();
    lock(stage)?.pause()?;
    std::thread::sleep(length);
    lock(stage)?.go_on()?;
    let (kind, ended_us) = (FaultKind::ProcessPaused, now_us());
    faults.add(Fault { kind, detail: String::new(), started_us, ended_us, recovered_us: ended_us });
    Ok(())
}

fn lock(stage: &Stage) -> Result<std::sync::MutexGuard<'_, ServerProcess>> {
    let process: &Mutex<ServerProcess> =
        stage.process.as_deref().context("only a server of the run's own can be killed or paused: leave out --url")?;
    process.lock().map_err(|_| anyhow!("a thread that held the server panicked"))
}
