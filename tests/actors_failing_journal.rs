//! A journal that fails, tears, stalls, lies or falls silent under the real actor: nothing is said that does not stand,
//! nothing happens twice, and everybody is answered.

use std::cell::Cell;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{join, join_all};
use understudy::actors::SendError;
use understudy::domain::Refusal;
use understudy::domain::refusal::SeatConflict;

use crate::actors_crowd::meanwhile;
use crate::house::{Playhouse, hold, label, new_hold, until};

#[test]
fn an_append_that_was_not_written_is_tried_again_and_nobody_notices() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        for failures in 1..=20 {
            evening.memory().fail_next(failures);
            evening.ask(show, hold(new_hold(), &[failures as usize])).await.expect("the seat is free");
        }
    });
}

#[test]
fn callers_notice_nothing_of_a_journal_that_keeps_failing() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        let journal = evening.memory();
        meanwhile(evening, show, 30, async {
            for round in 0..90 {
                let answered = evening.report(show).map_or(0, |report| report.answered);
                match round % 3 {
                    0 => journal.fail_next(2),
                    1 => journal.report_failure_next(2),
                    _ => journal.drop_answers_next(2),
                }
                until("somebody is answered", || evening.report(show).is_some_and(|report| report.answered > answered))
                    .await;
            }
        })
        .await;
    });
}

#[test]
fn nobody_is_answered_before_the_disk_and_everything_decided_meanwhile_is_one_commit() {
    Playhouse::in_memory().with(|options| options.limits.arbiters = 1).evening(async |evening| {
        let (show, neighbour) = (evening.schedule().await, evening.schedule().await);
        let journal = evening.memory();
        journal.hold();
        let answers = Cell::new(0);
        // Seats 0 to 9 are asked for five times each: one gets it, four are refused, and the refusals rest on the holds.
        let callers = join_all((0..50).map(|caller| {
            let (seat, answers) = (caller % 10, &answers);
            async move {
                if caller > 0 {
                    until("the first is in flight", || journal.held() == 1).await;
                }
                let answer = evening.ask(show, hold(new_hold(), &[seat])).await;
                answers.set(answers.get() + 1);
                answer
            }
        }));
        let scene = async {
            until("all are inside", || evening.report(show).expect("awake").queue_depth == 50).await;
            // A neighbour on the same thread that has nothing in flight answers: by now the show has had its turn.
            let refused = evening.ask(neighbour, hold(new_hold(), &[SEAT_THAT_IS_NOT])).await;
            assert!(matches!(refused, Err(SendError::Refused(Refusal::UnknownSeats(_)))));
            assert_eq!(answers.get(), 0, "nothing is durable, so nobody is answered, refusals included");
            journal.release_next(1);
            until("the next append is in flight", || journal.held() == 1).await;
            until("the first is answered", || answers.get() >= 1).await;
            journal.release();
        };
        let (outcomes, ()) = join(callers, scene).await;
        assert_eq!(outcomes.iter().filter(|answer| answer.is_ok()).count(), 10);
        let commits: Vec<_> = evening.log_of(show).iter().skip(1).map(|record| record.commit.commands.len()).collect();
        assert_eq!(commits, [1, 9]);
    });
}

const SEAT_THAT_IS_NOT: usize = 1_000;

#[test]
fn a_refusal_that_rests_on_a_lost_commit_is_never_given() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        let journal = evening.memory();
        journal.hold();
        let mut first = Box::pin(evening.ask(show, hold(new_hold(), &[5])));
        assert!((&mut first).now_or_never().is_none());
        until("the hold is in flight", || journal.held() == 1).await;
        let second = evening.ask(show, hold(new_hold(), &[5]));
        let scene = async {
            until("both are inside", || evening.report(show).expect("awake").queue_depth == 2).await;
            // The first caller goes away, and what it asked for is lost: the seat was never taken.
            drop(first);
            journal.tear();
        };
        join(second, scene).await.0.expect("the seat is free");
    });
}

#[test]
fn a_refusal_is_given_again_where_the_commit_it_rests_on_stands() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        let journal = evening.memory();
        journal.hold();
        journal.drop_answers_next(1);
        let callers = join(evening.ask(show, hold(new_hold(), &[5])), evening.ask(show, hold(new_hold(), &[5])));
        let scene = async {
            until("the next incarnation has asked for its fence", || journal.held() == 2).await;
            journal.release();
        };
        let ((first, second), ()) = join(callers, scene).await;
        first.expect("the seat is free");
        let conflicts = vec![(label(5), SeatConflict::Held)];
        assert_eq!(second.map(drop), Err(SendError::Refused(Refusal::SeatsUnavailable(conflicts))));
    });
}

#[test]
fn while_the_journal_is_unavailable_nothing_is_begun_and_afterwards_selling_goes_on() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        let journal = evening.memory();
        for round in 0..10 {
            journal.hold();
            let begun = evening.ask(show, hold(new_hold(), &[round]));
            let scene = async {
                until("it is in flight", || journal.held() >= 1).await;
                journal.set_unavailable("the disk is gone");
                let at_once = evening.ask(show, hold(new_hold(), &[99])).now_or_never().expect("at once");
                let reason = SendError::JournalUnavailable("the disk is gone".into());
                assert_eq!(at_once.map(drop), Err(reason.clone()));
                let new_show = evening.command(evening.show_on_sale());
                assert_eq!(evening.send_schedule(&new_show).await.map(drop), Err(reason));
                journal.set_writable();
            };
            join(begun, scene).await.0.expect("what was begun is finished once the journal is back");
        }
        evening.ask(show, hold(new_hold(), &[99])).await.expect("selling goes on");
    });
}

#[test]
fn a_command_without_an_answer_in_time_says_so_and_its_key_tells_the_outcome_later() {
    let playhouse = Playhouse::in_memory().with(|options| options.limits.command_deadline = Duration::from_secs(1));
    playhouse.evening(async |evening| {
        let show = evening.schedule().await;
        let journal = evening.memory();
        journal.hold();
        let (stands, is_lost) = (evening.command(hold(new_hold(), &[1])), evening.command(hold(new_hold(), &[2])));
        assert_eq!(evening.send(show, &stands).await.map(drop), Err(SendError::OutcomeUnknown));
        journal.release();
        let receipt = evening.send(show, &stands).await.expect("it was accepted");
        assert_eq!(receipt.settled.record.commit.commands.len(), 1);

        journal.hold();
        assert_eq!(evening.send(show, &is_lost).await.map(drop), Err(SendError::OutcomeUnknown));
        journal.tear();
        let commits = evening.log_of(show).len();
        evening.send(show, &is_lost).await.expect("it is decided now");
        assert_eq!(evening.log_of(show).len(), commits + 1, "it was lost, and happens now");
    });
}
