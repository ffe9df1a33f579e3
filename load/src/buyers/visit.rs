//! One buyer from arrival to the end: look, take, think, pay or walk away.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use tokio::time::sleep_until;

use super::board::Board;
use super::choice::{self, draw_kind, draw_party};
use super::desk::{Desk, Reply};
use super::mix::Mix;
use super::purchase::{Held, Purchase};
use crate::api::{CallKind, HoldBody, Problem};
use crate::hall::SeatIndex;

/// What the buyers of one thread share.
pub struct Lobby {
    pub desk: Desk,
    pub mix: Mix,
    pub index: SeatIndex,
    pub boards: Vec<RefCell<Board>>,
    pub seed: u64,
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    Bought,
    /// With seats on hold, which were released or left to expire, or whose confirmation was refused.
    WalkedAway,
    GotNothing,
}

/// `due`: when the buyer came.
pub async fn visit(lobby: &Lobby, buyer: u64, due: Instant) -> Parting {
    let mut random = fastrand::Rng::with_seed(lobby.seed ^ buyer.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let shows = lobby.desk.setup.shows.len();
    let show = if random.f64() < lobby.mix.hot { 0 } else { random.usize(..shows) as u32 };
    let mut purchase = Purchase { desk: &lobby.desk, mix: &lobby.mix, show, buyer, random, position: 0 };
    let Some(held) = take_seats(lobby, &mut purchase, due).await else { return Parting::GotNothing };
    if purchase.random.f64() < lobby.mix.extend {
        purchase.extend(&held).await;
    }
    let decided = Instant::now() + think(lobby.mix.think_ms, &mut purchase.random);
    sleep_until(decided.into()).await;
    if purchase.random.f64() < lobby.mix.abandon {
        if purchase.random.f64() < lobby.mix.release {
            purchase.release(&held, decided).await;
        }
        return Parting::WalkedAway;
    }
    pay(lobby, &mut purchase, &held, decided).await
}

async fn take_seats(lobby: &Lobby, purchase: &mut Purchase<'_>, mut due: Instant) -> Option<Held> {
    let hall = &lobby.desk.setup.hall;
    let board = &lobby.boards[purchase.show as usize];
    let kind = draw_kind(&lobby.mix, hall, &mut purchase.random);
    let mut party = draw_party(&mut purchase.random);
    for _ in 0..=lobby.mix.repicks {
        if kind == CallKind::Hold {
            let age_max = Duration::from_millis(lobby.mix.map_age_ms);
            choice::look_at_map(&lobby.desk, purchase.show, purchase.buyer, board, &lobby.index, age_max).await;
        }
        let mut body: HoldBody = choice::hold_body(kind, party, hall, board, &mut purchase.random)?;
        body.customer_id = Some(lobby.desk.setup.customer(purchase.buyer));
        match purchase.hold(kind, &body, due).await {
            Ok(held) => return Some(held),
            Err((code, reply)) => match code.as_str() {
                "seats_unavailable" => mark_conflicts(lobby, board, &reply),
                // Two may still find a place where four do not.
                "not_enough_seats" | "area_full" if party > 1 => party = 1,
                _ => return None,
            },
        }
        due = Instant::now();
    }
    None
}

async fn pay(lobby: &Lobby, purchase: &mut Purchase<'_>, held: &Held, due: Instant) -> Parting {
    let pays_here = lobby.mix.checkout_percent > 0 && purchase.random.u8(..100) < lobby.mix.checkout_percent;
    let booking = if pays_here { purchase.check_out(held, due).await } else { purchase.confirm(held, due).await };
    let Some(booking) = booking else { return Parting::WalkedAway };
    if purchase.random.f64() < lobby.mix.read {
        // A seat map is a hundred times a booking's size: one in ten looks at it.
        let map = purchase.random.u32(..10) == 0;
        purchase.read_own((!map).then_some(&booking)).await;
    }
    if purchase.random.f64() < lobby.mix.cancel {
        purchase.cancel(&booking).await;
    }
    Parting::Bought
}

fn mark_conflicts(lobby: &Lobby, board: &RefCell<Board>, reply: &Reply) {
    let Reply::Refused { body, .. } = reply else { return };
    let conflicts = Problem::parse(body).conflicts;
    let seats: Vec<u32> = conflicts.iter().filter_map(|conflict| lobby.index.get(&conflict.seat).copied()).collect();
    board.borrow_mut().mark_taken(&seats);
}

fn think(mean_ms: f64, random: &mut fastrand::Rng) -> Duration {
    Duration::from_secs_f64(-(1.0 - random.f64()).ln() * mean_ms / 1000.0)
}
