//! What a buyer wants, and how they ask for it.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::board::Board;
use super::desk::{Ask, Desk, Reply};
use super::mix::Mix;
use crate::api::{BestAvailable, CallKind, HoldBody, SeatMap, Standing};
use crate::hall::{Hall, SeatIndex};
use crate::history::NO_SHOW;

/// Draws `Hold`, `HoldBest` or `HoldStanding` by the mix's weights, as far as the hall has what they want.
pub fn draw_kind(mix: &Mix, hall: &Hall, random: &mut fastrand::Rng) -> CallKind {
    let pick = if hall.seats.is_empty() { 0.0 } else { mix.pick };
    let best = if hall.seats.is_empty() { 0.0 } else { mix.best };
    let standing = if hall.areas.is_empty() { 0.0 } else { mix.standing };
    let at = random.f64() * (pick + best + standing);
    if at < pick {
        CallKind::Hold
    } else if at < pick + best {
        CallKind::HoldBest
    } else {
        CallKind::HoldStanding
    }
}

/// Mostly two; some alone, some families.
pub fn draw_party(random: &mut fastrand::Rng) -> u32 {
    [1, 1, 2, 2, 2, 2, 2, 2, 3, 4][random.usize(..10)]
}

/// What to send; `None`: the map shows nothing that could be asked for.
pub fn hold_body(
    kind: CallKind,
    party: u32,
    hall: &Hall,
    board: &RefCell<Board>,
    random: &mut fastrand::Rng,
) -> Option<HoldBody> {
    let mut body = HoldBody::default();
    match kind {
        CallKind::HoldBest => {
            // One in twenty asks for the seats that are kept for wheelchairs, where there are such.
            let accessible = hall.seats.iter().any(|seat| seat.accessible) && random.u32(..20) == 0;
            body.best_available = Some(BestAvailable { quantity: party, categories: None, accessible });
        }
        CallKind::HoldStanding => {
            let area = &hall.areas[random.usize(..hall.areas.len())];
            body.general_admission = vec![Standing { area: area.label.clone(), quantity: party }];
        }
        _ => {
            let chosen = board.borrow().choose(hall, party as usize, random);
            if chosen.is_empty() {
                return None;
            }
            board.borrow_mut().mark_taken(&chosen);
            body.seats = chosen.iter().map(|&seat| hall.seats[seat as usize].label.clone()).collect();
        }
    }
    Some(body)
}

/// Reads the map where what is known of it is too old. A map that cannot be had leaves the old one.
pub async fn look_at_map(
    desk: &Desk,
    show: u32,
    buyer: u64,
    board: &RefCell<Board>,
    index: &SeatIndex,
    age_max: Duration,
) {
    if board.borrow().is_fresh(age_max) {
        return;
    }
    board.borrow_mut().being_loaded();
    let mut ask = read(desk, CallKind::SeatMap, show, buyer, 0);
    if let Reply::Accepted(body) = desk.call(&mut ask).await
        && let Ok(map) = serde_json::from_slice::<SeatMap>(&body)
    {
        board.borrow_mut().load(&map, index);
    }
}

/// A read of a show or its map.
pub fn read(desk: &Desk, kind: CallKind, show: u32, buyer: u64, min_position: u64) -> Ask {
    let show_id = desk.setup.shows[show as usize].show_id;
    let path = match kind {
        CallKind::SeatMap => format!("/v1/shows/{show_id}/seats"),
        _ => format!("/v1/shows/{show_id}"),
    };
    Ask {
        kind,
        show,
        buyer,
        key: 0,
        subject: Uuid::nil(),
        path,
        hold_token: None,
        min_position,
        body: Vec::new(),
        due: Instant::now(),
        attempts: 0,
    }
}

/// A read of a booking.
pub fn read_booking(booking_id: Uuid, buyer: u64, min_position: u64) -> Ask {
    Ask {
        kind: CallKind::Booking,
        show: NO_SHOW,
        buyer,
        key: 0,
        subject: booking_id,
        path: format!("/v1/bookings/{booking_id}"),
        hold_token: None,
        min_position,
        body: Vec::new(),
        due: Instant::now(),
        attempts: 0,
    }
}
