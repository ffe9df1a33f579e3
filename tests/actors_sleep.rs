//! An idle show sleeps, and nobody notices: the next command wakes it, and so does what becomes due.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use understudy::actors::{CrashMode, ViewName};
use understudy::domain::event::ShowTerms;
use understudy::domain::plan::SeatIndex;
use understudy::domain::refusal::SalesStatus;
use understudy::domain::show::SeatStatus;
use understudy::domain::{Action, ShowId, StreamId};

use crate::house::{DEADLINE, Evening, HOLD_SECONDS, Playhouse, give_back, hold, new_hold, until};

fn playhouse_of_sleepers() -> Playhouse {
    Playhouse::in_memory().with(|options| options.limits.idle = Duration::from_millis(300))
}

async fn asleep(evening: &Evening, show: ShowId) {
    until("it sleeps", || evening.report(show).is_none()).await;
}

/// Holds a seat, and returns when anybody can see it.
async fn hold_and_see(evening: &Evening, show: ShowId, wanted: usize) {
    let receipt = evening.ask(show, hold(new_hold(), &[wanted])).await.expect("the seat is free");
    let seen = evening.house.views.reached(ViewName::SeatMaps, receipt.position(), DEADLINE).await;
    seen.expect("the view catches up");
    assert_eq!(seat(evening, show, wanted as u32), SeatStatus::Held);
}

/// What anybody can see of a seat.
fn seat(evening: &Evening, show: ShowId, seat: u32) -> SeatStatus {
    let (_, map) = evening.house.views.seat_map(show).expect("readable").expect("the view has the show");
    map.status(SeatIndex(seat))
}

#[test]
fn an_idle_show_sleeps_on_a_snapshot_and_the_next_command_wakes_it() {
    playhouse_of_sleepers().evening(async |evening| {
        let show = evening.schedule().await;
        for round in 0..5 {
            let version = hold_and_give_back(evening, show, 40).await;
            asleep(evening, show).await;
            evening.house.backstage.snapshots.settle();
            let snapshot = evening.house.store.load_snapshot(StreamId::from(show));
            assert_eq!(snapshot.expect("it slept long enough after enough").version, version);
            evening.ask(show, hold(new_hold(), &[round])).await.expect("the seat is free");
            assert_eq!(evening.report(show).expect("awake").events_replayed, 0, "the snapshot says it all");
        }
    });
}

/// Returns the version of the last event.
async fn hold_and_give_back(evening: &Evening, show: ShowId, times: usize) -> u64 {
    let mut version = 0;
    for _ in 0..times {
        let mine = new_hold();
        evening.ask(show, hold(mine, &[99])).await.expect("the seat is free");
        version = evening.ask(show, give_back(mine)).await.expect("the hold lives").version();
    }
    version
}

#[test]
fn a_hold_that_ends_while_its_show_sleeps_is_recorded_all_the_same() {
    playhouse_of_sleepers().evening(async |evening| {
        let show = evening.schedule().await;
        hold_and_see(evening, show, 1).await;
        asleep(evening, show).await;
        evening.clock.advance_seconds(HOLD_SECONDS);
        until("the seat is free again", || seat(evening, show, 1) == SeatStatus::Free).await;
        asleep(evening, show).await;
    });
}

#[test]
fn a_hold_that_ended_while_the_house_was_closed_is_recorded_when_it_opens() {
    let playhouse = Playhouse::on_disk();
    let show = playhouse.evening(async |evening| {
        let show = evening.schedule().await;
        evening.ask(show, hold(new_hold(), &[1])).await.expect("the seat is free");
        show
    });
    playhouse.clock.advance_seconds(HOLD_SECONDS);
    playhouse.evening(async |evening| {
        until("the seat is free again", || seat(evening, show, 1) == SeatStatus::Free).await;
    });
}

#[test]
fn a_sale_opens_and_closes_by_itself_while_its_show_sleeps() {
    playhouse_of_sleepers().evening(async |evening| {
        let Action::ScheduleShow { terms, .. } = evening.show_on_sale() else { unreachable!("that is what it is") };
        let now = evening.house.directory.now();
        let (on_sale_at, off_sale_at) = (Some(now.plus_seconds(60)), Some(now.plus_seconds(120)));
        let terms = Box::new(ShowTerms { on_sale_at, off_sale_at, ..*terms });
        let command = evening.command(Action::ScheduleShow { terms, organiser: None });
        let show = evening.send_schedule(&command).await.expect("it is scheduled").0;
        let status = || evening.house.views.show(show).expect("readable").map(|(_, show)| show.status);
        for status_then in [SalesStatus::OnSale, SalesStatus::Closed] {
            asleep(evening, show).await;
            evening.clock.advance_seconds(60);
            until("the calendar has its way", || status() == Some(status_then)).await;
        }
    });
}

#[test]
fn a_command_that_meets_a_show_as_it_falls_asleep_is_not_lost() {
    let playhouse = Playhouse::in_memory().with(|options| options.limits.idle = Duration::from_millis(1));
    playhouse.evening(async |evening| {
        let show = evening.schedule().await;
        let mut slept = 0;
        for round in 0..150_u64 {
            // Around the moment at which it falls asleep: a millisecond or two after the last command.
            let pause = Duration::from_micros(900 + 37 * (round % 64));
            tokio::time::sleep(pause).await;
            slept += u32::from(evening.report(show).is_none());
            let callers = (0..3).map(async |caller| {
                let mine = new_hold();
                evening.ask(show, hold(mine, &[caller])).await.expect("the seat is free");
                evening.ask(show, give_back(mine)).await.expect("the hold lives");
            });
            join_all(callers).await;
        }
        assert!(slept > 0, "it fell asleep at least once");
    });
}

#[test]
fn a_hold_that_ends_as_its_show_falls_asleep_is_recorded() {
    let playhouse = Playhouse::in_memory().with(|options| options.limits.idle = Duration::from_millis(1));
    playhouse.evening(async |evening| {
        let shows = join_all((0..8).map(|_| evening.schedule())).await;
        for round in 0..120_u64 {
            join_all(shows.iter().map(|show| hold_and_see(evening, *show, 1))).await;
            // The clock moves at some moment in the few milliseconds in which they fall asleep, one by one.
            let moment = Instant::now() + Duration::from_micros(2_000 + 101 * (round % 40));
            until("the moment has come", || Instant::now() >= moment).await;
            evening.clock.advance_seconds(HOLD_SECONDS);
            for show in &shows {
                until("the seat is free again", || seat(evening, *show, 1) == SeatStatus::Free).await;
            }
        }
    });
}

#[test]
fn a_crash_in_the_middle_of_the_night_wakes_the_show_and_does_no_harm() {
    playhouse_of_sleepers().evening(async |evening| {
        let show = evening.schedule().await;
        for (round, mode) in [CrashMode::Panic, CrashMode::PanicInReplay, CrashMode::Stop].into_iter().enumerate() {
            asleep(evening, show).await;
            evening.house.directory.crash(show, mode).await.expect("there is such a show");
            evening.ask(show, hold(new_hold(), &[round])).await.expect("the seat is free");
        }
    });
}

#[test]
fn when_the_house_closes_every_show_answers_what_it_owes_and_leaves_a_snapshot() {
    Playhouse::in_memory().evening(async |evening| {
        let shows = join_all((0..5).map(|_| evening.schedule())).await;
        let versions = join_all(shows.iter().map(|show| hold_and_give_back(evening, *show, 40))).await;
        let journal = evening.memory();
        journal.hold();
        let callers = join_all(shows.iter().map(|show| evening.ask(*show, hold(new_hold(), &[1]))));
        let closing = async {
            until("all have something in flight", || journal.held() == 5).await;
            let leaving = evening.house.directory.leave(DEADLINE);
            let release = async {
                tokio::task::yield_now().await;
                journal.release();
            };
            assert_eq!(join(leaving, release).await.0, 0, "all have left in time");
        };
        let (answers, ()) = join(callers, closing).await;
        answers.into_iter().for_each(|answer| drop(answer.expect("the seat is free")));
        until("nobody is awake", || evening.house.directory.actors().is_empty()).await;
        evening.house.backstage.snapshots.settle();
        for (show, version) in shows.into_iter().zip(versions) {
            let snapshot = evening.house.store.load_snapshot(StreamId::from(show));
            assert_eq!(snapshot.expect("a snapshot").version, version + 1);
        }
    });
}
