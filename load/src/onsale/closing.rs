//! The reads after the last buyer has gone: every show, every map, and bookings and checkouts as they were acknowledged.
//! They become part of the history, and the audit compares them with the journal.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use bytes::Bytes;
use uuid::Uuid;

use crate::api::{BookingAnswer, CallKind, CheckoutAnswer, Stamp};
use crate::history::{Call, NO_SHOW, Recorder, Setup, now_us};
use crate::http::{Request, Target};
use crate::server::Office;

/// Bookings that are read one by one; of more, evenly spread ones.
const BOOKINGS_MAX: usize = 5_000;
const CUSTOMERS_MAX: usize = 500;
const CHECKOUTS_MAX: usize = 5_000;

/// Views may lag, and shows may be on their way back.
const PATIENCE: Duration = Duration::from_secs(30);

struct Reader<'a> {
    office: Office,
    recorder: &'a mut Recorder,
    min_position: u64,
    patience: Duration,
}

/// `calls`: the history so far.
pub fn read(target: Target, setup: &Setup, calls: &[Call], recorder: &mut Recorder) -> Result<()> {
    let accepted = calls.iter().filter(|call| call.kind.is_command() && (200..300).contains(&call.status));
    let stamps = accepted.filter_map(|call| serde_json::from_slice::<Stamp>(&call.answer).ok());
    let begun = checkouts(calls);
    let positions = stamps.map(|stamp| stamp.position).chain(begun.values().map(|(_, answer)| answer.position));
    let min_position = positions.max().unwrap_or(0);
    let mut reader = Reader { office: Office::new(target)?, recorder, min_position, patience: PATIENCE };
    for (number, show) in (0..).zip(&setup.shows) {
        reader.get(CallKind::Show, number, 0, Uuid::nil(), &format!("/v1/shows/{}", show.show_id))?;
        reader.get(CallKind::SeatMap, number, 0, Uuid::nil(), &format!("/v1/shows/{}/seats", show.show_id))?;
    }
    let confirmed: Vec<&Call> =
        calls.iter().filter(|call| call.kind == CallKind::Confirm && call.status == 201).collect();
    for call in spread(&confirmed, BOOKINGS_MAX) {
        let Ok(booking) = serde_json::from_slice::<BookingAnswer>(&call.answer) else { continue };
        let path = format!("/v1/bookings/{}", booking.booking_id);
        reader.get(CallKind::Booking, NO_SHOW, call.buyer, booking.booking_id, &path)?;
    }
    for (call, last) in begun.values().step_by(begun.len().div_ceil(CHECKOUTS_MAX).max(1)) {
        let path = format!("/v1/checkouts/{}", last.checkout_id);
        reader.get(CallKind::CheckoutStatus, NO_SHOW, call.buyer, last.checkout_id, &path)?;
        if let Some(booking_id) = last.booking_id {
            let path = format!("/v1/bookings/{booking_id}");
            reader.get(CallKind::Booking, NO_SHOW, call.buyer, booking_id, &path)?;
        }
    }
    for call in spread(&confirmed, CUSTOMERS_MAX) {
        let path = format!("/v1/customers/{}/bookings", setup.customer(call.buyer));
        reader.get(CallKind::CustomerBookings, NO_SHOW, call.buyer, Uuid::nil(), &path)?;
    }
    Ok(())
}

impl Reader<'_> {
    fn get(&mut self, kind: CallKind, show: u32, buyer: u64, subject: Uuid, path: &str) -> Result<()> {
        let min_position = self.min_position.to_string();
        let begun = Instant::now();
        let request = Request { method: "GET", path, min_position: Some(&min_position), ..Request::default() };
        let (started_us, answer) = loop {
            let (started_us, answer) = (now_us(), self.office.call(&request)?);
            if answer.status != 503 || begun.elapsed() > self.patience {
                break (started_us, answer);
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        // Whether a booking may be missing, the audit says; nothing else may be.
        let is_judged = answer.status == 200 || (kind == CallKind::Booking && answer.status == 404);
        ensure!(is_judged, "after the run, {path} is answered {}: nothing can be proven", answer.status);
        self.recorder.record(&Call {
            kind,
            show,
            buyer,
            key: 0,
            attempt: 1,
            subject,
            min_position: self.min_position,
            started_us,
            ended_us: now_us(),
            status: answer.status,
            request: Bytes::new(),
            answer: answer.body,
        });
        Ok(())
    }
}

/// Every checkout that a buyer was told of, as it was told last.
fn checkouts(calls: &[Call]) -> BTreeMap<Uuid, (&Call, CheckoutAnswer)> {
    let told = calls.iter().filter(|call| matches!(call.kind, CallKind::Checkout | CallKind::CheckoutStatus));
    let told = told.filter_map(|call| Some((call, serde_json::from_slice::<CheckoutAnswer>(&call.answer).ok()?)));
    let mut last: BTreeMap<Uuid, (&Call, CheckoutAnswer)> = BTreeMap::new();
    for (call, answer) in told {
        match last.get(&answer.checkout_id) {
            Some((later, _)) if later.ended_us > call.ended_us => {}
            Some(_) | None => drop(last.insert(answer.checkout_id, (call, answer))),
        }
    }
    last
}

fn spread<'a>(calls: &'a [&'a Call], at_most: usize) -> impl Iterator<Item = &'a Call> {
    let step = calls.len().div_ceil(at_most).max(1);
    calls.iter().step_by(step).copied()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::thread;

    use super::*;
    use crate::history::{RecorderThread, RunDirectory};

    const SHORT: Duration = Duration::from_millis(300);

    /// Answers one connection after the other with these, and with the last one for ever.
    fn server(statuses: &'static [u16]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its own address");
        thread::spawn(move || {
            for (number, connection) in listener.incoming().enumerate() {
                let mut connection = connection.expect("somebody who asks");
                let (mut head, mut byte) = (Vec::new(), [0]);
                while !head.ends_with(b"\r\n\r\n") && connection.read(&mut byte).is_ok_and(|count| count == 1) {
                    head.push(byte[0]);
                }
                let status = statuses[number.min(statuses.len() - 1)];
                let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\n\r\n{{}}");
                // Who asked may have gone.
                let _ = connection.write_all(answer.as_bytes());
            }
        });
        address
    }

    /// How the one read was answered that counts.
    fn read_one(kind: CallKind, patience: Duration, statuses: &'static [u16]) -> Result<u16> {
        let dir = tempfile::tempdir()?;
        let directory = RunDirectory::create(dir.path())?;
        let recording = RecorderThread::start(&directory.history())?;
        let mut recorder = recording.recorder();
        let office = Office::new(Target::new(server(statuses), "k"))?;
        let mut reader = Reader { office, recorder: &mut recorder, min_position: 7, patience };
        reader.get(kind, 0, 0, Uuid::nil(), "/v1/shows/x/seats")?;
        drop(recorder);
        recording.finish()?;
        let calls = directory.calls()?;
        ensure!(calls.len() == 1, "{} calls were recorded", calls.len());
        Ok(calls[0].status)
    }

    #[test]
    fn a_view_that_never_answers_proves_nothing() {
        let silent = read_one(CallKind::SeatMap, SHORT, &[503]).expect_err("it may not count as read");
        assert!(silent.to_string().contains("503"), "{silent}");
        assert!(read_one(CallKind::SeatMap, SHORT, &[404]).is_err(), "a show that was sold is there");
        assert!(read_one(CallKind::Booking, SHORT, &[500]).is_err());
    }

    #[test]
    fn a_view_that_lags_is_waited_for_and_what_it_says_then_is_recorded() {
        assert_eq!(read_one(CallKind::SeatMap, PATIENCE, &[503, 503, 200]).expect("it is read"), 200);
        assert_eq!(
            read_one(CallKind::Booking, PATIENCE, &[404]).expect("the audit says whether it may be missing"),
            404
        );
    }
}
