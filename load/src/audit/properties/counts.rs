//! Counts add up to the capacity: in every read of a show. They are those of the log at the version that is named, and no
//! older than was asked.

use serde::Deserialize;
use serde_json::Value;

use super::time_of_reads::is_of_its_time;
use crate::api::{CallKind, Stamp};
use crate::audit::case::Case;
use crate::audit::ledger::{SeatState, ShowLedger};
use crate::audit::verdict::Verdict;
use crate::history::Call;

#[derive(Debug, PartialEq)]
struct Counts {
    free: u64,
    held: u64,
    sold: u64,
    blocked: u64,
}

pub fn check(case: &Case) -> Verdict {
    let mut verdict =
        Verdict::new("counts add up to the capacity, and are those of the log", "reads of shows").with_work();
    let capacity = case.evidence.setup.hall.capacity();
    let reads = case.evidence.calls.iter().filter(|call| call.kind == CallKind::Show && call.status == 200);
    for call in reads {
        verdict.looked();
        let Some(ledger) = case.ledger(call.show) else { continue };
        match judge(case, call, ledger, capacity) {
            Ok(()) => {}
            Err(what) => verdict.broken(what, vec![call.line()]),
        }
    }
    verdict
}

fn judge(case: &Case, call: &Call, ledger: &ShowLedger, capacity: u64) -> Result<(), String> {
    let show: Value = serde_json::from_slice(&call.answer).map_err(|error| format!("a show is no JSON: {error}"))?;
    let read = counts(&show).ok_or("a show has no counts")?;
    let sum = read.free + read.held + read.sold + read.blocked;
    if sum != capacity {
        return Err(format!("{read:?} add up to {sum}, not to {capacity}"));
    }
    let stamp = Stamp::deserialize(&show).map_err(|error| format!("a show has no stamp: {error}"))?;
    is_of_its_time(case, ledger, stamp, call.min_position)?;
    let folded = fold(ledger, stamp.version, capacity);
    if read != folded {
        return Err(format!("at version {} the show says {read:?}, the log {folded:?}", stamp.version));
    }
    Ok(())
}

fn counts(show: &Value) -> Option<Counts> {
    let of = |name: &str| show[name].as_u64();
    Some(Counts { free: of("free")?, held: of("held")?, sold: of("sold")?, blocked: of("blocked")? })
}

fn fold(ledger: &ShowLedger, version: u64, capacity: u64) -> Counts {
    let mut counts = Counts { free: 0, held: 0, sold: 0, blocked: 0 };
    for seat in &ledger.seats {
        match seat.at(version) {
            SeatState::Free => {}
            SeatState::Held(_) => counts.held += 1,
            SeatState::Sold(_) => counts.sold += 1,
            SeatState::Blocked => counts.blocked += 1,
        }
    }
    for area in &ledger.areas {
        counts.held += u64::from(area.at(version).held);
        counts.sold += u64::from(area.at(version).sold);
    }
    counts.free = capacity.saturating_sub(counts.held + counts.sold + counts.blocked);
    counts
}
