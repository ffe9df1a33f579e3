//! Every hold ends exactly once: in the journal, and in what the customers were told.

use std::collections::HashMap;

use uuid::Uuid;

use crate::api::CallKind;
use crate::audit::case::Case;
use crate::audit::commands::Command;
use crate::audit::evidence::Evidence;
use crate::audit::ledger::Rule;
use crate::audit::verdict::Verdict;
use crate::history::Fault;

/// A timer may be late, and a show may be on its way back; so long after its time, and after as much more as the worst
/// stretch of the run took, a hold that is still there has been forgotten.
const LATE_AT_MOST_US: i64 = 3_000_000;

/// Faults that follow each other so closely leave no time to record what is due: they are one stretch.
const BREATHER_US: i64 = 1_000_000;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("every hold ended once: confirmed, released or expired", "holds").with_work();
    let end_us = end_us(case.evidence);
    let forgotten_after_us = LATE_AT_MOST_US + longest_stretch_us(&case.evidence.faults);
    for (show, ledger) in case.shows.iter().enumerate() {
        for problem in ledger.problems.iter().filter(|problem| problem.rule == Rule::HoldEndsOnce) {
            verdict.broken(problem.what.clone(), case.commit_lines(show, &problem.versions));
        }
        for (hold_id, hold) in &ledger.holds {
            verdict.looked();
            if hold.ending.is_none() && hold.expires_at.now() + forgotten_after_us < end_us {
                let late = (end_us - hold.expires_at.now()) / 1_000;
                let what = format!("the hold {hold_id} was due {late} ms before the end of the run, and never ended");
                verdict.broken(what, case.commit_lines(show, &[hold.held_at]));
            }
        }
    }
    told_twice(case, &mut verdict);
    verdict
}

/// When the last thing happened that is known of: a server that does nothing more commits nothing more.
fn end_us(evidence: &Evidence) -> i64 {
    let committed = evidence.commits.iter().map(|commit| commit.time_us);
    committed.chain(evidence.calls.iter().map(|call| call.ended_us)).max().unwrap_or(0)
}

/// The longest time in which the server was dead, stopped, or without a disk. `faults`: in the order of their starts.
fn longest_stretch_us(faults: &[Fault]) -> i64 {
    let mut longest = 0;
    let mut stretch: Option<(i64, i64)> = None;
    // A crash of an actor is over at once.
    for fault in faults.iter().filter(|fault| fault.recovered_us > fault.started_us) {
        let (since, until) = match stretch {
            Some((since, until)) if fault.started_us <= until + BREATHER_US => (since, until.max(fault.recovered_us)),
            Some(_) | None => (fault.started_us, fault.recovered_us),
        };
        longest = longest.max(until - since);
        stretch = Some((since, until));
    }
    longest
}

/// Two different commands that were both told to have ended one hold.
fn told_twice(case: &Case, verdict: &mut Verdict) {
    let mut ended: HashMap<Uuid, &Command> = HashMap::new();
    for command in &case.commands {
        let ends = matches!(command.kind, CallKind::Confirm | CallKind::Release);
        if !ends || command.accepted().is_none() {
            continue;
        }
        let hold_id = command.attempts[0].subject;
        if let Some(before) = ended.insert(hold_id, command) {
            let what = format!("the hold {hold_id} was ended by two commands");
            verdict.broken(what, [before.lines(), command.lines()].concat());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::longest_stretch_us;
    use crate::history::{Fault, FaultKind};

    #[test]
    fn faults_without_a_breather_are_one_stretch_and_crashes_are_none() {
        let fault = |started_ms: i64, ms: i64| Fault {
            kind: FaultKind::ProcessKilled,
            detail: String::new(),
            started_us: started_ms * 1_000,
            ended_us: (started_ms + ms) * 1_000,
            recovered_us: (started_ms + ms) * 1_000,
        };
        assert_eq!(longest_stretch_us(&[]), 0);
        assert_eq!(longest_stretch_us(&[fault(0, 0), fault(20, 0), fault(40, 0)]), 0);
        assert_eq!(longest_stretch_us(&[fault(0, 700), fault(2_000, 300), fault(9_000, 400)]), 700_000);
        assert_eq!(longest_stretch_us(&[fault(0, 700), fault(900, 100), fault(1_500, 500)]), 2_000_000);
    }
}
