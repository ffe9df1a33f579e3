//! Two actors alive for one show, by mistake: the journal's fence lets one of them write. No seat is sold twice, the
//! other one dies of it, and the callers of both are answered.

use futures_util::future::{join, join_all};
use understudy::actors::SendError;
use understudy::domain::{Refusal, ShowId, StreamId};
use understudy::journal::Journal;

use crate::house::{Evening, PIT, Playhouse, SEATS, confirm, hold, new_hold, stand, until};

/// Tries to buy every seat, beginning at this one; returns how many it got.
async fn buy_all(evening: &Evening, show: ShowId, first: usize) -> usize {
    let mut bought = 0;
    for seat in (first..SEATS).chain(0..first) {
        let mine = new_hold();
        match evening.ask(show, hold(mine, &[seat])).await {
            Ok(_) => {
                evening.ask(show, confirm(mine)).await.expect("who holds a seat can have it");
                bought += 1;
            }
            Err(SendError::Refused(Refusal::SeatsUnavailable(_))) => {}
            Err(other) => panic!("a caller saw {other:?}"),
        }
    }
    bought
}

#[test]
fn two_houses_that_sell_one_show_sell_each_seat_once() {
    let playhouse = Playhouse::in_memory();
    playhouse.evening(async |evening| {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let rival = evening.with_rival(&dir, &playhouse.options).await;
        let show = evening.schedule().await;
        let here = join_all((0..4).map(|caller| buy_all(evening, show, caller * 25)));
        let there = join_all((0..4).map(|caller| buy_all(&rival, show, caller * 25 + 12)));
        let (here, there) = join(here, there).await;
        assert_eq!(here.iter().chain(&there).sum::<usize>(), SEATS, "every seat is sold, and sold once");
        let fenced: u64 =
            [evening, &rival].iter().filter_map(|house| house.report(show)).map(|house| house.restarts).sum();
        assert!(fenced > 0, "each life of the one was the end of the other");
    });
}

#[test]
fn two_houses_that_sell_one_pit_fill_it_and_no_more() {
    let playhouse = Playhouse::in_memory();
    playhouse.evening(async |evening| {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let rival = evening.with_rival(&dir, &playhouse.options).await;
        let show = evening.schedule().await;
        let callers = (0..2 * PIT).map(|caller| {
            let at = if caller % 2 == 0 { evening } else { &rival };
            at.ask(show, stand(new_hold(), 1))
        });
        let answers = join_all(callers).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), PIT as usize);
        let full = |answer: &&Result<_, _>| matches!(answer, Err(SendError::Refused(Refusal::AreaFull { .. })));
        assert_eq!(answers.iter().filter(full).count(), PIT as usize);
    });
}

#[test]
fn an_actor_that_is_fenced_from_outside_dies_and_its_callers_are_answered() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        for round in 0..20 {
            let fence = evening.memory().fence(StreamId::from(show)).await.expect("answered").expect("writable");
            let callers = (0..4).map(|caller| evening.ask(show, hold(new_hold(), &[4 * round + caller])));
            for answer in join_all(callers).await {
                answer.expect("the seats are free");
            }
            let report = evening.report(show).expect("awake");
            assert!(report.incarnation > fence.incarnation.0, "the fenced one is dead");
            assert!(report.last_cause.expect("it has died").contains("a later incarnation"));
        }
    });
}

#[test]
fn what_was_in_flight_before_the_fence_stands_and_what_came_after_it_is_decided_anew() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        let journal = evening.memory();
        journal.hold();
        let (before, after) = (evening.command(hold(new_hold(), &[1])), evening.command(hold(new_hold(), &[2])));
        let scene = async {
            until("the first is in flight", || journal.held() == 1).await;
            let fence = async {
                let fence = journal.fence(StreamId::from(show));
                journal.release();
                fence.await.expect("answered").expect("writable")
            };
            join(evening.send(show, &after), fence).await
        };
        let (first, (second, fence)) = join(evening.send(show, &before), scene).await;
        let (first, second) = (first.expect("it stands"), second.expect("the seat is free"));
        assert_eq!(fence.head.expect("there is a log").position, first.position());
        assert!(second.position() > first.position());
    });
}
