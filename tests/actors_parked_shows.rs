//! An event that nobody can fold: it parks its show in the views that stumble over it, quarantines the show's actor, and
//! harms no other show, now or after a restart.

use std::sync::Arc;

use understudy::actors::SendError;
use understudy::domain::event::{BookingConfirmed, HoldEnded, ShowTerms, TicketsCancelled};
use understudy::domain::plan::{AreaIndex, SeatIndex};
use understudy::domain::refusal::SalesStatus;
use understudy::domain::{Action, BookingId, CommandId, Event, Fingerprint, ShowEvent, ShowId, StreamId, VenueId};
use understudy::journal::{CommandRecord, Commit, Position};
use uuid::Uuid;

use crate::actors_crowd::meanwhile;
use crate::actors_views::stored_cursor;
use crate::house::{DEADLINE, Evening, Playhouse, hold, new_hold, until};

/// Appends an event to the show's log that no show would have decided.
async fn write_nonsense(evening: &Evening, show: ShowId, event: ShowEvent) -> Position {
    evening.ledger.spoilt(show);
    let journal = &evening.house.journal;
    let stream = StreamId::from(show);
    let fence = journal.fence(stream).await.expect("answered").expect("writable");
    let command = CommandRecord { id: CommandId(Uuid::new_v4().as_u128()), fingerprint: Fingerprint(0), events: 1 };
    let commit = Commit {
        stream,
        first_version: fence.head.map_or(1, |head| head.version + 1),
        time: evening.house.directory.now(),
        commands: vec![command],
        events: vec![Event::Show(event)],
    };
    journal.append(fence.incarnation, Arc::new(commit)).await.expect("answered").expect("accepted").position
}

/// A booking of a seat that the venue does not have, from a hold that never was.
fn nonsense() -> ShowEvent {
    ShowEvent::BookingConfirmed(BookingConfirmed {
        hold_id: new_hold(),
        booking_id: BookingId(Uuid::now_v7()),
        customer_id: None,
        seats: vec![SeatIndex(5_000)],
        general_admission: vec![],
        payment_reference: "paid".into(),
    })
}

fn ended_without_a_hold(seats: Vec<SeatIndex>, general_admission: Vec<(AreaIndex, u32)>) -> ShowEvent {
    ShowEvent::HoldExpired(HoldEnded { hold_id: new_hold(), seats, general_admission })
}

fn parked(evening: &Evening, view: &str) -> Vec<StreamId> {
    let reports = evening.house.views.reports(understudy::domain::Timestamp::from_micros(0));
    let report = reports.iter().find(|report| report.name == view).expect("there is such a view");
    report.parked.iter().map(|parked| parked.stream).collect()
}

#[test]
fn an_event_that_cannot_be_folded_parks_its_show_and_quarantines_its_actor_and_harms_nobody_else() {
    let playhouse = Playhouse::on_disk();
    let (spoilt, sound) = playhouse.evening(async |evening| {
        let (spoilt, sound) = (evening.schedule().await, evening.schedule().await);
        meanwhile(evening, sound, 10, async {
            let position = write_nonsense(evening, spoilt, nonsense()).await;
            evening.house.views.caught_up(DEADLINE).await.expect("the views go on");
            assert_eq!(parked(evening, "shows"), [StreamId::from(spoilt)]);
            assert_eq!(parked(evening, "sales"), [StreamId::from(spoilt)]);
            assert_eq!(parked(evening, "bookings"), []);
            let summary = evening.house.views.show(spoilt).expect("readable").expect("as it was").1;
            assert!(summary.version <= position.0);
            let refused = evening.ask(spoilt, hold(new_hold(), &[1])).await;
            assert_eq!(refused.map(drop), Err(SendError::ShowQuarantined));
        })
        .await;
        (spoilt, sound)
    });
    playhouse.evening(async |evening| {
        assert_eq!(parked(evening, "shows"), [StreamId::from(spoilt)]);
        evening.ask(sound, hold(new_hold(), &[1])).await.expect("the seat is free");
    });
}

#[test]
fn counts_that_would_fall_below_zero_park_the_show_and_stay_as_they_were() {
    Playhouse::in_memory().evening(async |evening| {
        let (seated, standing) = (evening.schedule().await, evening.schedule().await);
        write_nonsense(evening, seated, ended_without_a_hold(vec![SeatIndex(0)], vec![])).await;
        write_nonsense(evening, standing, ended_without_a_hold(vec![], vec![(AreaIndex(0), 1)])).await;
        evening.house.views.caught_up(DEADLINE).await.expect("the views go on");
        assert_eq!(parked(evening, "shows"), [StreamId::from(seated), StreamId::from(standing)]);
        assert_eq!(parked(evening, "seat_maps"), [StreamId::from(standing)]);
        for show in [seated, standing] {
            let summary = evening.house.views.show(show).expect("readable").expect("as it was").1;
            assert_eq!((summary.counts().held, summary.counts().free()), (0, summary.counts().capacity));
        }
        let map = evening.house.views.seat_map(standing).expect("readable").expect("as it was").1;
        assert_eq!(map.area_counts(AreaIndex(0)), (0, 0));
    });
}

#[test]
fn a_ticket_cancelled_that_was_never_sold_parks_the_show() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        let cancelled = TicketsCancelled {
            booking_id: BookingId(Uuid::now_v7()),
            tickets: vec![0],
            seats: vec![SeatIndex(0)],
            general_admission: vec![],
        };
        write_nonsense(evening, show, ShowEvent::TicketsCancelled(cancelled)).await;
        evening.house.views.caught_up(DEADLINE).await.expect("the views go on");
        for view in ["shows", "sales", "bookings"] {
            assert_eq!(parked(evening, view), [StreamId::from(show)], "{view}");
        }
    });
}

#[test]
fn a_parked_show_stays_parked_when_its_projector_begins_again() {
    let playhouse = Playhouse::on_disk();
    let spoilt = playhouse.evening(async |evening| {
        let spoilt = evening.schedule().await;
        write_nonsense(evening, spoilt, nonsense()).await;
        evening.house.views.caught_up(DEADLINE).await.expect("the views go on");
        let end = evening.log().len() as u64;
        until("the view is stored", || stored_cursor(evening, "shows") == Some(Position(end))).await;
        spoilt
    });
    playhouse.evening(async |evening| {
        // By itself this could be folded; but what came before it is missing.
        write_nonsense(evening, spoilt, ShowEvent::SalesPaused).await;
        evening.house.views.caught_up(DEADLINE).await.expect("the views go on");
        assert_eq!(parked(evening, "shows"), [StreamId::from(spoilt)]);
        let summary = evening.house.views.show(spoilt).expect("readable").expect("as it was").1;
        assert_eq!(summary.status, SalesStatus::OnSale);
    });
}

#[test]
fn a_show_in_a_venue_that_is_not_there_is_parked() {
    Playhouse::in_memory().evening(async |evening| {
        let Action::ScheduleShow { terms, .. } = evening.show_on_sale() else { unreachable!("that is what it is") };
        let terms = ShowTerms { venue_id: VenueId(Uuid::now_v7()), ..*terms };
        let show = ShowId(Uuid::now_v7());
        write_nonsense(evening, show, ShowEvent::ShowScheduled(Box::new(terms))).await;
        evening.house.views.caught_up(DEADLINE).await.expect("the views go on");
        assert_eq!(parked(evening, "shows"), [StreamId::from(show)]);
    });
}
