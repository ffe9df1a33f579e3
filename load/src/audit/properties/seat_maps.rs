//! Every seat map that anyone was shown is the fold of the log up to the version it names, and no older than was asked.

use super::time_of_reads::is_of_its_time;
use crate::api::{AreaCounts, CallKind, SeatMap, Stamp};
use crate::audit::case::Case;
use crate::audit::ledger::{SeatState, ShowLedger};
use crate::audit::verdict::Verdict;
use crate::history::Call;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("every seat map equals the fold of the log", "seat maps").with_work();
    let reads = case.evidence.calls.iter().filter(|call| call.kind == CallKind::SeatMap && call.status == 200);
    for call in reads {
        verdict.looked();
        let Some(ledger) = case.ledger(call.show) else { continue };
        if let Err(what) = judge(case, call, ledger) {
            verdict.broken(what, vec![call.line()]);
        }
    }
    verdict
}

fn judge(case: &Case, call: &Call, ledger: &ShowLedger) -> Result<(), String> {
    let map: SeatMap = serde_json::from_slice(&call.answer).map_err(|error| format!("no seat map: {error}"))?;
    let SeatMap { version, position, .. } = map;
    is_of_its_time(case, ledger, Stamp { version, position }, call.min_position)?;
    for (label, status) in &map.seats {
        let Some(&seat) = case.index.get(&**label) else { return Err(format!("there is no seat {label}")) };
        let state = ledger.seats[seat as usize].at(version);
        if *status != name(*state) {
            return Err(format!("at version {version} the map has {label} as {status}, the log as {state:?}"));
        }
    }
    // Those that are there are right: so if there are as many as the log has, none is missing.
    let taken = *ledger.taken.at(version);
    if map.seats.len() as u64 != u64::from(taken) {
        return Err(format!("at version {version} the map has {} seats taken, the log {taken}", map.seats.len()));
    }
    for (area, changes) in case.evidence.setup.hall.areas.iter().zip(&ledger.areas) {
        let state = changes.at(version);
        let folded = AreaCounts { capacity: area.capacity, held: state.held, sold: state.sold };
        if map.areas.get(&area.label) != Some(&folded) {
            let shown = map.areas.get(&area.label);
            return Err(format!("at version {version} the map has {} as {shown:?}, the log as {folded:?}", area.label));
        }
    }
    Ok(())
}

fn name(state: SeatState) -> &'static str {
    match state {
        SeatState::Free => "free",
        SeatState::Blocked => "blocked",
        SeatState::Held(_) => "held",
        SeatState::Sold(_) => "sold",
    }
}
