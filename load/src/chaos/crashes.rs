//! Crashes of actors, one every so often, each of another show and in another way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;

use super::Chaos;
use crate::history::{FaultKind, FaultLog, Setup};
use crate::http::Target;
use crate::server::Office;

/// An ops call that finds the server down is no failure of the run: the server may have been killed by it, too.
pub fn run(chaos: &Chaos, target: Target, setup: &Setup, faults: &FaultLog, done: &AtomicBool) -> Result<()> {
    let mut office = Office::new(target)?;
    let every = Duration::from_millis(chaos.crash_every_ms);
    let mut random = fastrand::Rng::with_seed(setup.seed ^ 0xC4A5);
    let mut due = Instant::now() + every;
    for mode in chaos.crash_modes.iter().cycle() {
        while Instant::now() < due {
            if done.load(Ordering::Relaxed) {
                return Ok(());
            }
            std::thread::sleep((due - Instant::now().min(due)).min(Duration::from_millis(20)));
        }
        due += every;
        let show = &setup.shows[random.usize(..setup.shows.len())];
        let path = format!("/v1/ops/shows/{}/crash", show.show_id);
        match office.post(&path, &json!({ "mode": mode })) {
            Ok(_) => faults.point(FaultKind::ActorCrash, mode),
            Err(error) => {
                faults.point(FaultKind::ActorCrash, &format!("{mode}: not delivered: {}", error.root_cause()))
            }
        }
        if done.load(Ordering::Relaxed) {
            break;
        }
    }
    Ok(())
}
