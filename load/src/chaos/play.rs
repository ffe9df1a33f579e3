//! `load chaos`, from the run without faults that it is compared with to the verdict.

use anyhow::Result;

use super::{Bars, Chaos};
use crate::buyers::Pace;
use crate::history::RunDirectory;
use crate::onsale::{self, RunArguments};

/// Whether every property and every bar holds.
pub fn play(mut run: RunArguments, chaos: &Chaos, bars: &Bars) -> Result<bool> {
    if run.mix.checkout_percent > 0 {
        // What was set by hand comes later, and is heeded.
        let by_hand = std::mem::replace(&mut run.settings, chaos.payments.settings(run.seed, run.hold_seconds));
        run.settings.extend(by_hand);
    }
    let mut quiet = None;
    if bars.p99_times.is_some() {
        let directory = RunDirectory::create(&run.out.join("quiet"))?;
        let arguments = RunArguments { out: run.out.join("quiet"), ..run.clone() };
        let outcome = onsale::run("The same without faults", &arguments, None, &directory)?;
        outcome.report(&directory)?;
        // Both runs at one rate, measured once.
        if let Pace::Open { buyers_per_second } = outcome.pace {
            (run.of_ceiling, run.rate) = (None, Some(buyers_per_second));
        }
        if !outcome.holds() {
            return Ok(outcome.verdict());
        }
        quiet = Some(outcome.summary);
    }
    let directory = RunDirectory::create(&run.out)?;
    let title = format!("On-sale with {}", chaos.describe());
    let mut outcome = onsale::run(&title, &run, Some(chaos), &directory)?;
    outcome.bars = bars.judge(&outcome.summary, quiet.as_ref());
    outcome.bars.extend(chaos.was_done(&outcome.summary.faults, run.until_sold_out));
    outcome.report(&directory)?;
    Ok(outcome.verdict())
}
