//! Every hold ends exactly once: in the journal, and in what the customers were told.

use std::collections::HashMap;

use uuid::Uuid;

use crate::api::CallKind;
use crate::audit::case::Case;
use crate::audit::commands::Command;
use crate::audit::ledger::Rule;
use crate::audit::verdict::Verdict;

/// A timer may be late; a hold that is still there so long after its time has been forgotten.
const FORGOTTEN_AFTER_US: i64 = 60_000_000;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("every hold ended once: confirmed, released or expired", "holds").with_work();
    let end_us = case.evidence.commits.iter().map(|commit| commit.time_us).max().unwrap_or(0);
    for (show, ledger) in case.shows.iter().enumerate() {
        for problem in ledger.problems.iter().filter(|problem| problem.rule == Rule::HoldEndsOnce) {
            verdict.broken(problem.what.clone(), case.commit_lines(show, &problem.versions));
        }
        for (hold_id, hold) in &ledger.holds {
            verdict.looked();
            if hold.ending.is_none() && hold.expires_at.now() + FORGOTTEN_AFTER_US < end_us {
                let what = format!("the hold {hold_id} was due long before the journal ends, and never ended");
                verdict.broken(what, case.commit_lines(show, &[hold.held_at]));
            }
        }
    }
    told_twice(case, &mut verdict);
    verdict
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
