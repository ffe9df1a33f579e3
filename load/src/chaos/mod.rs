//! What is done to the server while it sells.

mod bars;
mod crashes;
mod deeds;
mod disk;
mod payments;
mod play;
mod process;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use clap::Args;
use serde_json::json;

pub use bars::Bars;
pub use payments::PaymentFaults;
pub use play::play;

use crate::buyers::Crowd;
use crate::history::FaultLog;
use crate::onsale::Stage;
use crate::server::Office;

#[derive(Args, Clone, Debug, Default)]
#[group(id = "faults")]
pub struct Chaos {
    /// Crash one show's actor this often, in milliseconds (0: never); with checkouts in the mix, in turn with their runner
    #[arg(long, default_value_t = 0)]
    pub crash_every_ms: u64,
    /// How actors are crashed, in turn
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "panic,panic_in_future,panic_after_append,panic_in_replay,stop"
    )]
    pub crash_modes: Vec<String>,
    /// How the runner of checkouts is crashed, in turn with the actors, where there are checkouts
    #[arg(long, value_delimiter = ',', default_value = "runner,drive,drive_after_action,drive_after_append")]
    pub checkout_crash_modes: Vec<String>,
    /// Kill the server so many times, spread over the run, and start it again each time
    #[arg(long, default_value_t = 0)]
    pub kills: u32,
    /// Pause the server so many times
    #[arg(long, default_value_t = 0)]
    pub pauses: u32,
    /// How long a pause lasts
    #[arg(long, default_value_t = 500)]
    pub pause_ms: u64,
    /// Slow the disk down so many times, for two seconds, by 20 ms each
    #[arg(long, default_value_t = 0)]
    pub slow_disks: u32,
    /// Let the disk fail so many times, for two seconds
    #[arg(long, default_value_t = 0)]
    pub failing_disks: u32,
    /// Fill the disk so many times
    #[arg(long, default_value_t = 0)]
    pub full_disks: u32,
    /// How long the disk is full
    #[arg(long, default_value_t = 10)]
    pub full_seconds: u64,
    #[command(flatten)]
    pub payments: PaymentFaults,
}

/// One harm of the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm {
    Kill,
    Pause,
    SlowDisk,
    FailingDisk,
    FullDisk,
}

impl Chaos {
    pub fn describe(&self) -> String {
        let crashes = match self.crash_every_ms {
            0 => String::new(),
            every => format!("an actor crash every {every} ms, "),
        };
        let disks = self.slow_disks + self.failing_disks + self.full_disks;
        format!("{crashes}{} kills, {} pauses, {disks} disk faults", self.kills, self.pauses)
    }

    /// Until the run is `done`.
    pub fn run(&self, stage: &Stage, crowd: &Crowd, faults: &FaultLog, done: &AtomicBool) -> Result<()> {
        std::thread::scope(|scope| {
            let crashes = (self.crash_every_ms > 0)
                .then(|| scope.spawn(|| crashes::run(self, stage.target.clone(), crowd, faults, done)));
            let harm = self.run_schedule(stage, crowd, faults, done);
            let crashed = crashes.map(|thread| thread.join().map_err(|_| anyhow!("the crashing thread panicked")));
            crashed.transpose()?.transpose()?;
            harm
        })
    }

    /// One after the other, evenly spread: two at once would hide whose the effect was.
    fn run_schedule(&self, stage: &Stage, crowd: &Crowd, faults: &FaultLog, done: &AtomicBool) -> Result<()> {
        let harms = self.schedule(crowd.setup.seed);
        let start = Instant::now();
        for (number, harm) in (1u32..).zip(&harms) {
            let due = crowd.duration * number / (harms.len() as u32 + 1);
            while start.elapsed() < due {
                if done.load(Ordering::Relaxed) {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            if done.load(Ordering::Relaxed) {
                return Ok(());
            }
            match harm {
                Harm::Kill => process::kill(stage, faults)?,
                Harm::Pause => process::pause(stage, faults, Duration::from_millis(self.pause_ms))?,
                Harm::SlowDisk => disk::slow(stage, crowd, faults)?,
                Harm::FailingDisk => disk::failing(stage, crowd, faults)?,
                Harm::FullDisk => disk::full(stage, crowd, faults, Duration::from_secs(self.full_seconds))?,
            }
        }
        Ok(())
    }

    fn schedule(&self, seed: u64) -> Vec<Harm> {
        let kinds = [
            (Harm::Kill, self.kills),
            (Harm::Pause, self.pauses),
            (Harm::SlowDisk, self.slow_disks),
            (Harm::FailingDisk, self.failing_disks),
            (Harm::FullDisk, self.full_disks),
        ];
        let mut harms: Vec<Harm> =
            kinds.into_iter().flat_map(|(harm, times)| std::iter::repeat_n(harm, times as usize)).collect();
        fastrand::Rng::with_seed(seed).shuffle(&mut harms);
        harms
    }

    /// Undoes what may still be in force: the closing reads and the audit want a server that is well.
    pub fn make_well(&self, stage: &Stage) -> Result<()> {
        let mut office = Office::new(stage.target.clone())?;
        office.wait_until_ready(Duration::from_secs(30))?;
        if self.slow_disks + self.failing_disks + self.full_disks > 0 {
            office.post("/v1/ops/disk", &json!({ "mode": "well" }))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_has_every_harm_and_is_named_by_its_seed() {
        let chaos = Chaos { kills: 3, pauses: 2, full_disks: 1, ..Chaos::default() };
        let harms = chaos.schedule(7);
        assert_eq!(harms.len(), 6);
        assert_eq!(harms.iter().filter(|harm| **harm == Harm::Kill).count(), 3);
        assert_eq!(harms, chaos.schedule(7));
    }
}
