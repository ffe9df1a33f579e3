//! No answer but those that the API has: a success with its status and its body, or a refusal that belongs to the call. That
//! the server has no time, or is not there, may happen to anybody; that it breaks is a bug, whatever is done to it.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::api::{
    AnswerKind, BookingAnswer, CallKind, CancelAnswer, CheckoutAnswer, ExtendAnswer, HoldAnswer, SeatMap, Stamp,
};
use crate::audit::case::Case;
use crate::audit::verdict::Verdict;
use crate::history::Call;

#[derive(Deserialize)]
struct Bookings {
    #[serde(rename = "bookings")]
    _all: Vec<BookingAnswer>,
}

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("every answer is one that the API has", "answers").with_work();
    for call in &case.evidence.calls {
        verdict.looked();
        if let Err(what) = judge(call) {
            verdict.broken(what, vec![call.line()]);
        }
    }
    verdict
}

fn judge(call: &Call) -> Result<(), String> {
    match call.answer_kind() {
        AnswerKind::Lost | AnswerKind::Unavailable => Ok(()),
        AnswerKind::Refusal if call.kind.is_command() || call.kind == CallKind::Booking => Ok(()),
        AnswerKind::Refusal | AnswerKind::Unexpected => {
            Err(format!("{} was answered {} {:?}", call.kind.name(), call.status, call.code()))
        }
        AnswerKind::Success if call.status != status(call.kind) => {
            Err(format!("{} was done with status {}, not {}", call.kind.name(), call.status, status(call.kind)))
        }
        AnswerKind::Success => {
            body(call).map_err(|error| format!("the answer of {} cannot be read: {error}", call.kind.name()))
        }
    }
}

/// Of a success.
fn status(kind: CallKind) -> u16 {
    match kind {
        CallKind::Hold | CallKind::HoldBest | CallKind::HoldStanding | CallKind::Confirm => 201,
        CallKind::Checkout => 202,
        CallKind::Extend
        | CallKind::Release
        | CallKind::Cancel
        | CallKind::SeatMap
        | CallKind::Show
        | CallKind::Booking
        | CallKind::CustomerBookings
        | CallKind::CheckoutStatus => 200,
    }
}

fn body(call: &Call) -> serde_json::Result<()> {
    match call.kind {
        CallKind::Hold | CallKind::HoldBest | CallKind::HoldStanding => stamped::<HoldAnswer>(call),
        CallKind::Confirm => stamped::<BookingAnswer>(call),
        CallKind::Extend => stamped::<ExtendAnswer>(call),
        CallKind::Cancel => stamped::<CancelAnswer>(call),
        CallKind::Release | CallKind::Show => read::<Stamp>(call),
        CallKind::SeatMap => serde_json::from_slice::<SeatMap>(&call.answer).map(drop),
        CallKind::Booking => read::<BookingAnswer>(call),
        CallKind::CustomerBookings => read::<Bookings>(call),
        CallKind::Checkout | CallKind::CheckoutStatus => read::<CheckoutAnswer>(call),
    }
}

fn stamped<T: DeserializeOwned>(call: &Call) -> serde_json::Result<()> {
    read::<Stamp>(call).and_then(|()| read::<T>(call))
}

fn read<T: DeserializeOwned>(call: &Call) -> serde_json::Result<()> {
    serde_json::from_slice::<T>(&call.answer).map(drop)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use uuid::Uuid;

    use super::*;

    fn is_known(kind: CallKind, status: u16, answer: &'static str) -> bool {
        let call = Call {
            kind,
            show: 0,
            buyer: 1,
            key: 1,
            attempt: 1,
            subject: Uuid::nil(),
            min_position: 0,
            started_us: 0,
            ended_us: 1,
            status,
            request: Bytes::new(),
            answer: Bytes::from_static(answer.as_bytes()),
        };
        judge(&call).is_ok()
    }

    #[test]
    fn a_server_that_has_no_time_is_known_and_one_that_breaks_is_not() {
        for (status, answer) in [(0, ""), (503, ""), (429, ""), (410, r#"{"code":"hold_expired"}"#)] {
            assert!(is_known(CallKind::Release, status, answer), "{status}");
        }
        for (status, answer) in [(500, ""), (502, ""), (404, "<html>"), (302, ""), (409, r#"{"code":"odd"}"#)] {
            assert!(!is_known(CallKind::Release, status, answer), "{status}");
        }
    }

    #[test]
    fn a_success_has_its_own_status_and_its_own_body() {
        let stamp = r#"{"version":4,"position":"9"}"#;
        assert!(is_known(CallKind::Release, 200, stamp));
        assert!(!is_known(CallKind::Release, 201, stamp));
        assert!(!is_known(CallKind::Release, 200, r#"{"version":4}"#));
        assert!(!is_known(CallKind::Confirm, 201, stamp), "it has no tickets");
        assert!(!is_known(CallKind::CustomerBookings, 200, stamp), "it has no bookings");
    }

    #[test]
    fn a_read_is_refused_only_where_there_may_be_nothing_to_read() {
        let (hold, booking) = (r#"{"code":"hold_not_found"}"#, r#"{"code":"booking_not_found"}"#);
        assert!(is_known(CallKind::Booking, 404, booking));
        assert!(!is_known(CallKind::SeatMap, 404, hold));
    }
}
