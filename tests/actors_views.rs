//! The read side beside the running house: who has an answer can read what it says; a view never goes back; and what is
//! damaged is folded anew.

use std::cell::Cell;
use std::time::Duration;

use futures_util::future::join;
use understudy::actors::{ViewError, ViewName};
use understudy::app::STORE_DIR;
use understudy::domain::Action;
use understudy::domain::plan::SeatIndex;
use understudy::domain::show::SeatStatus;
use understudy::journal::Position;

use crate::actors_crowd::meanwhile;
use crate::house::{DEADLINE, Evening, Playhouse, confirm, give_back, hold, new_hold, until};
use crate::store_support::raw;

const VIEWS: [ViewName; 4] = [ViewName::SeatMaps, ViewName::Shows, ViewName::Bookings, ViewName::Sales];

#[test]
fn who_was_answered_can_read_what_the_answer_says() {
    Playhouse::on_disk().evening(async |evening| {
        let show = evening.schedule().await;
        let views = &evening.house.views;
        meanwhile(evening, show, 20, async {
            for seat in 60..90 {
                let mine = new_hold();
                evening.ask(show, hold(mine, &[seat])).await.expect("the seat is free");
                let Action::ConfirmHold { booking_id, .. } = confirm(mine) else { unreachable!("that is what it is") };
                let payment_reference = "paid".to_owned();
                let sale = Action::ConfirmHold { hold_id: mine, booking_id, payment_reference };
                let receipt = evening.ask(show, sale).await.expect("the hold lives");
                for view in VIEWS {
                    views.reached(view, receipt.position(), DEADLINE).await.expect("the view catches up");
                }
                let (at, map) = views.seat_map(show).expect("readable").expect("it has the show");
                assert!(at >= receipt.position() && map.version >= receipt.version());
                assert_eq!(map.status(SeatIndex(seat as u32)), SeatStatus::Sold);
                assert!(views.booking(booking_id).expect("readable").is_some());
                assert_eq!(
                    views.show(show).expect("readable").expect("it has the show").1.counts().sold,
                    seat as u32 - 59
                );
                assert_eq!(views.sales(show).expect("readable").expect("it has the show").1.bookings, seat as u64 - 59);
            }
        })
        .await;
    });
}

#[test]
fn a_position_that_is_not_there_yet_is_waited_for_no_longer_than_allowed() {
    Playhouse::in_memory().evening(async |evening| {
        let end = evening.log().len() as u64;
        let behind = evening.house.views.reached(ViewName::Shows, Position(end + 1), Duration::from_millis(5)).await;
        assert!(matches!(behind, Err(ViewError::Behind { wanted, .. }) if wanted == Position(end + 1)));
    });
}

pub fn stored_cursor(evening: &Evening, view: &str) -> Option<Position> {
    let store = &evening.house.store;
    let newest = *store.view_versions(view).expect("readable").last()?;
    store.view(view, newest).expect("readable").cursor().expect("readable")
}

#[test]
fn what_readers_see_never_goes_back_however_often_projectors_begin_again() {
    Playhouse::on_disk().evening(async |evening| {
        let show = evening.schedule().await;
        let over = Cell::new(false);
        let reading = async {
            let mut last = (Position::ZERO, 0);
            while !over.get() {
                tokio::task::yield_now().await;
                // Between two lives of the store there may be nothing to read.
                let Ok(Some((at, map))) = evening.house.views.seat_map(show) else { continue };
                assert!((at, map.version) >= last, "{:?} came after {last:?}", (at, map.version));
                last = (at, map.version);
            }
        };
        let trouble = meanwhile(evening, show, 20, async {
            for _ in 0..10 {
                let answered = evening.report(show).map_or(0, |report| report.answered);
                let (store, journal) = (evening.house.store.clone(), evening.house.journal.clone());
                let reopened = tokio::task::spawn_blocking(move || store.reopen(&*journal, &mut |_, _| {})).await;
                reopened.expect("no panic").expect("it opens again");
                until("more is sold", || evening.report(show).is_some_and(|now| now.answered > answered + 50)).await;
                let end = *evening.house.journal.durable().borrow();
                evening.house.views.reached(ViewName::SeatMaps, end, DEADLINE).await.expect("the view goes on");
            }
            over.set(true);
        });
        join(reading, trouble).await;
    });
}

/// Flips a bit in every entry of a stored view.
pub fn damage(playhouse: &Playhouse, view: &str) {
    let db = raw(&playhouse.dir.path().join(STORE_DIR));
    let prefix = format!("view/{view}/");
    let mut damaged = 0;
    for name in db.tree_names().into_iter().filter(|name| name.starts_with(prefix.as_bytes())) {
        let tree = db.open_tree(name).expect("it is there");
        for entry in tree.scan_prefix(b"e") {
            let (key, value) = entry.expect("sled is well");
            let mut value = value.to_vec();
            *value.last_mut().expect("a value has a header") ^= 1;
            tree.insert(key, value).expect("sled is well");
            damaged += 1;
        }
    }
    db.flush().expect("sled is well");
    assert!(damaged > 0, "there is something to damage in {view}");
}

#[test]
fn a_view_whose_stored_form_is_damaged_is_folded_anew() {
    for view in ["shows", "seat_maps", "sales", "bookings"] {
        let playhouse = Playhouse::on_disk();
        let (show, sold, idle) = playhouse.evening(async |evening| {
            let (show, idle) = (evening.schedule().await, evening.schedule().await);
            let sold = new_hold();
            evening.ask(show, hold(sold, &[1])).await.expect("the seat is free");
            let booking = evening.command(confirm(sold));
            evening.send(show, &booking).await.expect("the hold lives");
            let end = evening.log().len() as u64;
            until("the view is stored", || stored_cursor(evening, view) == Some(Position(end))).await;
            (show, booking, idle)
        });
        damage(&playhouse, view);
        let Action::ConfirmHold { booking_id, .. } = sold.action else { unreachable!("that is what it is") };
        playhouse.evening(async |evening| {
            let views = &evening.house.views;
            // A reader comes first: nothing happens to the idle show that a projector would stumble over.
            let readable = || {
                let shows = [show, idle].iter().all(|show| {
                    matches!(views.show(*show), Ok(Some(_)))
                        && matches!(views.seat_map(*show), Ok(Some(_)))
                        && matches!(views.sales(*show), Ok(Some(_)))
                });
                shows && matches!(views.booking(booking_id), Ok(Some(_)))
            };
            until(&format!("{view} can be read again"), readable).await;
            let end = evening.log().len() as u64;
            until("the view is stored", || stored_cursor(evening, view) == Some(Position(end))).await;
        });
        damage(&playhouse, view);
        playhouse.evening(async |evening| {
            // Now a projector stumbles.
            let mine = new_hold();
            evening.ask(show, hold(mine, &[2])).await.expect("the seat is free");
            evening.ask(show, give_back(mine)).await.expect("the hold lives");
            let Action::ConfirmHold { booking_id, .. } = sold.action else { unreachable!("that is what it is") };
            evening.ask(show, Action::CancelTickets { booking_id, tickets: None }).await.expect("it was sold");
        });
    }
}
