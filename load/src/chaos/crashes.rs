//! Crashes of actors, one every so often, each of another show and in another way; with checkouts in the mix, of their
//! runner in between.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;

use super::Chaos;
use crate::buyers::Crowd;
use crate::history::{FaultKind, FaultLog};
use crate::http::Target;
use crate::server::Office;

/// An ops call that finds the server down is no failure of the run: the server may have been killed by it, too.
pub fn run(chaos: &Chaos, target: Target, crowd: &Crowd, faults: &FaultLog, done: &AtomicBool) -> Result<()> {
    let mut office = Office::new(target)?;
    let setup = &crowd.setup;
    let every = Duration::from_millis(chaos.crash_every_ms);
    let mut random = fastrand::Rng::with_seed(setup.seed ^ 0xC4A5);
    // Who comes late finishes unharmed: a show that only crashes and serves nobody is quarantined, and rightly so.
    let end = Instant::now() + crowd.duration;
    let mut due = Instant::now() + every;
    for (kind, mode) in turns(chaos, crowd.mix.checkout_percent > 0).iter().cycle() {
        while Instant::now() < due {
            if done.load(Ordering::Relaxed) || due > end {
                return Ok(());
            }
            std::thread::sleep((due - Instant::now().min(due)).min(Duration::from_millis(20)));
        }
        due += every;
        let path = match kind {
            FaultKind::CheckoutCrash => "/v1/ops/checkouts/crash".to_owned(),
            _ => format!("/v1/ops/shows/{}/crash", setup.shows[random.usize(..setup.shows.len())].show_id),
        };
        match office.post(&path, &json!({ "mode": mode })) {
            Ok(_) => faults.point(*kind, mode),
            Err(error) => faults.missed(*kind, mode, &error.root_cause().to_string()),
        }
        if done.load(Ordering::Relaxed) || due > end {
            break;
        }
    }
    Ok(())
}

/// Every mode once, those of checkouts spread among those of shows.
fn turns(chaos: &Chaos, has_checkouts: bool) -> Vec<(FaultKind, &str)> {
    let shows = chaos.crash_modes.iter().map(|mode| (FaultKind::ActorCrash, mode.as_str()));
    let modes = if has_checkouts { chaos.checkout_crash_modes.as_slice() } else { &[] };
    let mut checkouts = modes.iter().map(|mode| (FaultKind::CheckoutCrash, mode.as_str()));
    let mut turns = Vec::new();
    for show in shows {
        turns.push(show);
        turns.extend(checkouts.next());
    }
    turns.extend(checkouts);
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_has_its_turn_and_checkouts_only_where_there_are_some() {
        let words = |text: &str| text.split(',').map(str::to_owned).collect();
        let chaos = Chaos { crash_modes: words("a,b"), checkout_crash_modes: words("x,y,z"), ..Chaos::default() };
        let modes = |has_checkouts| turns(&chaos, has_checkouts).into_iter().map(|(_, mode)| mode).collect::<String>();
        assert_eq!((modes(true).as_str(), modes(false).as_str()), ("axbyz", "ab"));
    }
}
