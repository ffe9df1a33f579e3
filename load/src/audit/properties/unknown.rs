//! Commands without an answer happened or did not, and never both: everything that is in the journal was asked for by
//! someone, and no command has more than one outcome.

use std::collections::{HashMap, HashSet};

use crate::api::{CallKind, HoldAnswer, HoldBody};
use crate::audit::case::Case;
use crate::audit::commands::{Command, Outcome};
use crate::audit::ledger::{Ending, Hold, ShowLedger};
use crate::audit::verdict::Verdict;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("what was never answered happened once or not at all", "holds and endings");
    let mut unanswered = 0;
    for (show, ledger) in case.shows.iter().enumerate() {
        let of_show = || case.commands.iter().filter(move |command| command.show == show as u32);
        unanswered += of_show().filter(|command| matches!(command.outcome, Outcome::Unknown)).count();
        holds(case, show, ledger, of_show(), &mut verdict);
        endings(case, show, ledger, of_show(), &mut verdict);
        cancellations(case, show, ledger, of_show(), &mut verdict);
    }
    verdict.remark = format!("{unanswered} commands never got an answer");
    verdict
}

/// Every hold of the journal is the outcome of one command: acknowledged, or never answered.
fn holds<'a>(
    case: &Case,
    show: usize,
    ledger: &ShowLedger,
    commands: impl Iterator<Item = &'a Command<'a>>,
    verdict: &mut Verdict,
) {
    let mut acknowledged = HashSet::new();
    let mut open: HashMap<String, Vec<&Command>> = HashMap::new();
    for command in commands.filter(|command| command.kind.is_hold()) {
        match command.outcome {
            Outcome::Accepted { call, .. } => {
                acknowledged.extend(serde_json::from_slice::<HoldAnswer>(&call.answer).ok().map(|hold| hold.hold_id));
            }
            Outcome::Unknown => open.entry(case.evidence.setup.customer(command.buyer)).or_default().push(command),
            Outcome::Begun { .. } | Outcome::Refused { .. } => {}
        }
    }
    for (hold_id, hold) in &ledger.holds {
        verdict.looked();
        if acknowledged.contains(hold_id) || case.is_retaken(show, *hold_id) {
            continue;
        }
        // Each unanswered command explains one hold.
        let asked = hold.customer_id.as_ref().and_then(|customer| open.get_mut(customer)).and_then(|asked| {
            let at = asked.iter().position(|command| could_be(case, command, hold))?;
            Some(asked.swap_remove(at))
        });
        if asked.is_none() {
            let what = format!("nobody who was left without an answer asked for the hold {hold_id}");
            verdict.broken(what, case.commit_lines(show, &[hold.held_at]));
        }
    }
}

fn could_be(case: &Case, command: &Command, hold: &Hold) -> bool {
    let Ok(body) = serde_json::from_slice::<HoldBody>(&command.attempts[0].request) else { return false };
    let labels: Vec<&str> = hold.seats.iter().map(|&seat| case.label(seat)).collect();
    let best = body.best_available.as_ref().map_or(0, |wish| wish.quantity as usize);
    let standing: u32 = body.general_admission.iter().map(|standing| standing.quantity).sum();
    let held: u32 = hold.areas.iter().map(|(_, places)| places).sum();
    labels.len() == body.seats.len() + best
        && labels.iter().zip(&body.seats).all(|(one, other)| one == other)
        && standing == held
}

/// Every confirmation and release of the journal was asked for by a command that was not refused.
fn endings<'a>(
    case: &Case,
    show: usize,
    ledger: &ShowLedger,
    commands: impl Iterator<Item = &'a Command<'a>>,
    verdict: &mut Verdict,
) {
    let mut asked: HashMap<(uuid::Uuid, CallKind), bool> = HashMap::new();
    for command in commands.filter(|command| matches!(command.kind, CallKind::Confirm | CallKind::Release)) {
        let possible = !matches!(command.outcome, Outcome::Refused { .. });
        *asked.entry((command.attempts[0].subject, command.kind)).or_default() |= possible;
    }
    for (hold_id, hold) in &ledger.holds {
        let kind = match hold.ending {
            Some((Ending::Confirmed, _)) => CallKind::Confirm,
            Some((Ending::Released, _)) => CallKind::Release,
            Some((Ending::Expired, _)) | None => continue,
        };
        verdict.looked();
        if asked.get(&(*hold_id, kind)) != Some(&true) && !was_paid_for(case, ledger, *hold_id) {
            let versions: Vec<u64> = hold.ending.iter().map(|(_, version)| *version).collect();
            let what = format!("the hold {hold_id} was ended by nobody, or by a command that was refused");
            verdict.broken(what, case.commit_lines(show, &versions));
        }
    }
}

/// Every ticket that the journal cancels was given back by a command that was not refused. What a checkout undoes is judged
/// with its money.
fn cancellations<'a>(
    case: &Case,
    show: usize,
    ledger: &ShowLedger,
    commands: impl Iterator<Item = &'a Command<'a>>,
    verdict: &mut Verdict,
) {
    let cancels = commands.filter(|command| command.kind == CallKind::Cancel);
    let possible = cancels.filter(|command| !matches!(command.outcome, Outcome::Refused { .. }));
    let asked: HashSet<uuid::Uuid> = possible.map(|command| command.attempts[0].subject).collect();
    for (booking_id, booking) in ledger.bookings.iter().filter(|(_, booking)| booking.checkout_id.is_none()) {
        let versions: Vec<u64> = booking.cancelled.iter().flatten().copied().collect();
        if versions.is_empty() {
            continue;
        }
        verdict.looked();
        if !asked.contains(booking_id) {
            let what = format!(
                "tickets of the booking {booking_id} were cancelled by nobody, or by a command that was refused"
            );
            verdict.broken(what, case.commit_lines(show, &versions));
        }
    }
}

/// Confirmed by a checkout of this hold; whether anybody asked for that one is judged elsewhere.
fn was_paid_for(case: &Case, ledger: &ShowLedger, hold_id: uuid::Uuid) -> bool {
    case.checkouts_of(hold_id).any(|(id, checkout)| {
        let booking = checkout.booking().and_then(|booking_id| ledger.bookings.get(&booking_id));
        booking.is_some_and(|booking| booking.hold_id == hold_id && booking.checkout_id == Some(id))
    })
}
