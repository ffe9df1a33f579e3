//! Whoever was answered before another asked is before them in the log: the order of the log is the order of the world.

use crate::audit::case::Case;
use crate::audit::verdict::Verdict;
use crate::history::Call;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("the log keeps the order in which commands were answered", "accepted commands");
    for show in 0..case.shows.len() as u32 {
        let accepted: Vec<(i64, &Call, u64)> = case
            .commands
            .iter()
            .filter(|command| command.show == show)
            .filter_map(|command| command.accepted().map(|(call, stamp)| (command.started_us(), call, stamp.version)))
            .collect();
        verdict.checked += accepted.len() as u64;
        in_order(accepted, &mut verdict);
    }
    verdict
}

/// `accepted` is in the order of its starts.
fn in_order(accepted: Vec<(i64, &Call, u64)>, verdict: &mut Verdict) {
    let mut by_end: Vec<_> = accepted.clone();
    by_end.sort_by_key(|(_, call, _)| call.ended_us);
    let mut ended = by_end.into_iter().peekable();
    let mut latest: Option<(&Call, u64)> = None;
    for (started_us, call, version) in accepted {
        while let Some((_, before, earlier)) = ended.next_if(|(_, before, _)| before.ended_us < started_us) {
            if latest.is_none_or(|(_, highest)| earlier > highest) {
                latest = Some((before, earlier));
            }
        }
        if let Some((before, earlier)) = latest
            && earlier >= version
        {
            let what = format!("version {earlier} was answered before version {version} was asked for");
            verdict.broken(what, vec![before.line(), call.line()]);
        }
    }
}
