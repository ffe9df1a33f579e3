//! The write-ahead journal on a disk that fails, fills up, slows down, lies or kills its writer, under real actors: what
//! was acknowledged stands, what was not is asked again, and selling goes on by itself once the disk is well.

use futures_util::future::{join, join_all};
use understudy::actors::{Receipt, SendError};
use understudy::domain::{Command, ShowId};
use understudy::journal::Health;
use understudy::journal::local::Fault;

use crate::actors_crowd::meanwhile;
use crate::house::{Evening, Playhouse, SEATS, give_back, hold, new_hold, until};

const FAULTS: [Fault; 5] = [Fault::Failing, Fault::Full, Fault::Lying, Fault::Panicking, Fault::Slow { micros: 3_000 }];

/// What a client does: asks again with the same key for as long as it is told to.
async fn insist(evening: &Evening, show: ShowId, command: &Command) -> Receipt {
    loop {
        match evening.send(show, command).await {
            Ok(receipt) => return receipt,
            Err(SendError::JournalUnavailable(_) | SendError::OutcomeUnknown) => tokio::task::yield_now().await,
            Err(other) => panic!("a caller saw {other:?}"),
        }
    }
}

async fn writable(evening: &Evening) {
    let mut health = evening.house.journal.health();
    health.wait_for(|health| *health == Health::Writable).await.expect("the journal lives");
}

#[test]
fn whatever_the_disk_does_each_command_happens_once() {
    for fault in FAULTS {
        let playhouse = Playhouse::on_disk();
        let accepted = playhouse.evening(async |evening| {
            let show = evening.schedule().await;
            let callers = join_all((0..20).map(|caller| async move {
                let mut accepted = Vec::new();
                for _ in 0..10 {
                    let mine = new_hold();
                    for action in [hold(mine, &[caller, SEATS - 1 - caller]), give_back(mine)] {
                        let command = evening.command(action);
                        insist(evening, show, &command).await;
                        accepted.push(command);
                    }
                }
                accepted
            }));
            let trouble = async {
                for operations in [1, 2, 3, 1] {
                    let answered = evening.report(show).map_or(0, |report| report.answered);
                    evening.disk().set_for(fault, operations);
                    until("the fault has struck", || evening.disk().get() == Fault::Well).await;
                    writable(evening).await;
                    until("somebody is answered", || evening.report(show).is_some_and(|now| now.answered > answered))
                        .await;
                }
            };
            let (accepted, ()) = join(callers, trouble).await;
            (show, accepted.concat())
        });
        // The ledger compares what they are told now with what they were told then.
        playhouse.evening(async |evening| {
            for command in &accepted.1 {
                evening.send(accepted.0, command).await.expect("it was accepted");
            }
        });
    }
}

#[test]
fn while_the_disk_is_full_nothing_is_acknowledged_and_once_there_is_room_selling_goes_on() {
    for fault in [Fault::Full, Fault::Failing, Fault::Lying, Fault::Panicking] {
        Playhouse::on_disk().evening(async |evening| {
            let (show, other) = (evening.schedule().await, evening.schedule().await);
            evening.disk().set(fault);
            let begun = evening.command(hold(new_hold(), &[1]));
            let scene = async {
                let mut health = evening.house.journal.health();
                health.wait_for(|health| *health != Health::Writable).await.expect("the journal lives");
                let end = evening.log().len();
                for show in [show, other] {
                    let refused = evening.ask(show, hold(new_hold(), &[2])).await;
                    assert!(matches!(refused, Err(SendError::JournalUnavailable(_))), "{fault:?}: {refused:?}");
                }
                assert_eq!(evening.log().len(), end, "nothing is written");
                evening.disk().set(Fault::Well);
            };
            join(insist(evening, show, &begun), scene).await;
            writable(evening).await;
            evening.ask(other, hold(new_hold(), &[2])).await.expect("selling goes on");
            assert_eq!(evening.report(show).expect("awake").state, "awake");
        });
    }
}

#[test]
fn on_a_slow_disk_all_are_served() {
    Playhouse::on_disk().evening(async |evening| {
        let show = evening.schedule().await;
        evening.disk().set(Fault::Slow { micros: 5_000 });
        meanwhile(evening, show, 30, async {
            until("thousands are served", || evening.report(show).is_some_and(|report| report.answered > 2_000)).await;
        })
        .await;
        assert_eq!(evening.report(show).expect("awake").restarts, 0);
    });
}
