//! Positions are dense, versions are dense, time does not run backwards, no command is there twice, and every event
//! makes sense where it stands.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::audit::case::Case;
use crate::audit::ledger::Rule;
use crate::audit::verdict::Verdict;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("the journal is whole, and no command is in it twice", "commits").with_work();
    let mut versions: HashMap<Uuid, (u64, i64)> = HashMap::new();
    let mut commands = HashSet::new();
    for (commit, position) in case.evidence.commits.iter().zip(1..) {
        verdict.looked();
        let mut broken = |what: String| verdict.broken(format!("position {}: {what}", commit.position), vec![]);
        if commit.position != position {
            broken(format!("expected position {position}"));
        }
        let (last, time_us) = versions.get(&commit.stream).copied().unwrap_or((0, i64::MIN));
        if commit.first_version != last + 1 {
            broken(format!("stream {} goes from version {last} to {}", commit.stream, commit.first_version));
        }
        if commit.time_us < time_us {
            broken(format!("stream {} goes back in time", commit.stream));
        }
        let outcomes: u64 = commit.commands.iter().map(|command| command.events).sum();
        if outcomes != commit.events.len() as u64 || commit.events.is_empty() {
            broken(format!("{outcomes} events are accounted for, {} are there", commit.events.len()));
        }
        for command in &commit.commands {
            let clock = command.id.bytes().all(|digit| digit == b'0');
            if !clock && !commands.insert((commit.stream, command.id.as_str())) {
                broken(format!("command {} is in the journal twice", command.id));
            }
        }
        versions.insert(commit.stream, (commit.first_version + commit.events.len() as u64 - 1, commit.time_us));
    }
    for (show, ledger) in case.shows.iter().enumerate() {
        for problem in ledger.problems.iter().filter(|problem| problem.rule == Rule::Sense) {
            verdict.broken(problem.what.clone(), case.commit_lines(show, &problem.versions));
        }
    }
    verdict
}
