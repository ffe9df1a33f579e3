//! In the journal: a seat is taken only while it is free, and no area goes over its capacity.

use crate::audit::case::Case;
use crate::audit::ledger::Rule;
use crate::audit::verdict::Verdict;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("no seat was held or sold twice, no area was over its capacity", "changes of seats");
    for (show, ledger) in case.shows.iter().enumerate() {
        verdict.checked += ledger.seats.iter().map(|seat| seat.all().len() as u64).sum::<u64>();
        verdict.checked += ledger.areas.iter().map(|area| area.all().len() as u64).sum::<u64>();
        for problem in ledger.problems.iter().filter(|problem| problem.rule == Rule::SeatSoldOnce) {
            verdict.broken(problem.what.clone(), case.commit_lines(show, &problem.versions));
        }
    }
    verdict
}
