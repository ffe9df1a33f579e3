//! What a buyer is told of a checkout is what the journal says: it is there, it stood so, at no later position than was
//! named, and it never went back to where it had stood before. Whoever asks after the run is told the end.

use std::collections::HashMap;

use uuid::Uuid;

use crate::api::{CallKind, CheckoutAnswer};
use crate::audit::case::Case;
use crate::audit::checkouts::Checkout;
use crate::audit::verdict::Verdict;
use crate::history::{Call, NO_SHOW};

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("what was answered of a checkout is what the journal says", "answers");
    let of_checkouts = |call: &&Call| matches!(call.kind, CallKind::Checkout | CallKind::CheckoutStatus);
    let mut calls: Vec<&Call> = case.evidence.calls.iter().filter(of_checkouts).collect();
    calls.sort_by_key(|call| call.started_us);
    let mut told = Told { case, seen: HashMap::new() };
    for call in calls.into_iter().filter(|call| (200..300).contains(&call.status)) {
        verdict.looked();
        if let Err((what, checkout)) = told.judge(call) {
            let log = checkout.map_or_else(Vec::new, Checkout::lines);
            verdict.broken(what, [vec![call.line()], log].concat());
        }
    }
    verdict
}

struct Told<'a> {
    case: &'a Case<'a>,
    /// By checkout: when the last answer came, and the mark that it told.
    seen: HashMap<Uuid, (i64, usize)>,
}

type Broken<'a> = (String, Option<&'a Checkout>);

impl<'a> Told<'a> {
    fn judge(&mut self, call: &Call) -> Result<(), Broken<'a>> {
        let answer: CheckoutAnswer = serde_json::from_slice(&call.answer)
            .map_err(|error| (format!("what should be a checkout cannot be read: {error}"), None))?;
        let id = answer.checkout_id;
        if call.kind == CallKind::CheckoutStatus && id != call.subject {
            return Err((format!("{} was asked for, {id} came", call.subject), None));
        }
        let checkout = self.case.checkout(id).ok_or_else(|| (format!("the checkout {id} is lost"), None))?;
        let broken = |what: String| (what, Some(checkout));
        let is_its_own = answer.show_id == checkout.show_id && answer.hold_id == checkout.holds[0];
        if !is_its_own || answer.total != checkout.total() {
            return Err(broken(format!("the checkout {id} is another in the journal")));
        }
        if call.kind == CallKind::Checkout && answer.hold_id != call.subject {
            return Err(broken(format!("the checkout {id} is of another hold than was asked for")));
        }
        let (ended_us, before) = self.seen.get(&id).copied().unwrap_or((i64::MIN, 0));
        // Two that were under way at once may be answered in any order.
        let first = if ended_us < call.started_us { before } else { 0 };
        let by_then = checkout.history.iter().take_while(|mark| mark.position <= answer.position);
        let mark = by_then.enumerate().skip(first).find(|(_, mark)| mark.state.was_told(&answer));
        let Some((mark, _)) = mark else {
            return Err(broken(format!("the checkout {id} never stood so, or not then")));
        };
        if call.show == NO_SHOW && !checkout.last().state.was_told(&answer) {
            return Err(broken(format!("the checkout {id} has ended otherwise")));
        }
        self.seen.insert(id, (call.ended_us.max(ended_us), mark.max(before)));
        Ok(())
    }
}
