//! A crash at each point of a command's way: before it is decided, decided, appended, durable, answered, published.
//! Wherever it strikes, the command has happened once, and its caller has the answer that the log gives.

use futures_util::future::join;
use understudy::actors::{CrashMode, Receipt, ViewName};
use understudy::domain::{Command, ShowId};

use crate::house::{DEADLINE, Evening, Playhouse, hold, new_hold, until};

/// Sets the scene, sends a command into it, and lets the scene go on while the command waits.
fn a_command_survives(prepare: impl AsyncFnOnce(&Evening, ShowId), scene: impl AsyncFnOnce(&Evening, ShowId)) {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        prepare(evening, show).await;
        let command = evening.command(hold(new_hold(), &[1, 2]));
        let (receipt, ()) = join(evening.send(show, &command), scene(evening, show)).await;
        assert_happened_once(evening, show, &command, &receipt.expect("a crash is no error"));
        assert!(evening.report(show).expect("awake").restarts >= 1, "the actor has died");
        let again = evening.send(show, &command).await.expect("it was accepted");
        assert_happened_once(evening, show, &command, &again);
    });
}

fn assert_happened_once(evening: &Evening, show: ShowId, command: &Command, receipt: &Receipt) {
    let log = evening.log_of(show);
    let places: Vec<_> = log
        .iter()
        .flat_map(|record| record.commit.commands.iter().map(|command| (command.id, record.position)))
        .filter(|(id, _)| *id == command.id)
        .collect();
    assert_eq!(places, [(command.id, receipt.position())]);
}

async fn the_journal_holds(evening: &Evening, _: ShowId) {
    evening.memory().hold();
}

/// Something else is in flight, so that what is decided next has to wait in the batch.
async fn an_append_is_in_flight(evening: &Evening, show: ShowId) {
    evening.memory().hold();
    let (other, first) = (evening.clone(), evening.command(hold(new_hold(), &[50])));
    actix_rt::spawn(async move { other.send(show, &first).await.expect("a crash is no error") });
    until("an append is in flight", || evening.memory().held() == 1).await;
}

/// Returns when the next incarnation has asked for its fence. The mailbox is served in order: what was sent before this
/// is decided before this.
async fn die(evening: &Evening, show: ShowId, mode: CrashMode) {
    until("the append is in flight", || evening.memory().held() == 1).await;
    evening.house.directory.crash(show, mode).await.expect("there is an actor");
    until("the next incarnation has asked for its fence", || evening.memory().held() == 2).await;
}

#[test]
fn before_it_is_decided() {
    for mode in [CrashMode::Panic, CrashMode::PanicInFuture, CrashMode::PanicInReplay, CrashMode::Stop] {
        let crash = async |evening: &Evening, show| {
            evening.house.directory.crash(show, mode).await.expect("there is an actor");
        };
        a_command_survives(crash, async |_, _| {});
    }
}

#[test]
fn decided_and_not_appended() {
    for mode in [CrashMode::Panic, CrashMode::PanicInFuture, CrashMode::PanicInReplay, CrashMode::Stop] {
        a_command_survives(an_append_is_in_flight, async |evening, show| {
            die(evening, show, mode).await;
            evening.memory().release();
        });
    }
}

#[test]
fn decided_and_not_appended_where_the_append_before_it_is_lost() {
    a_command_survives(an_append_is_in_flight, async |evening, show| {
        die(evening, show, CrashMode::Panic).await;
        evening.memory().tear();
    });
}

#[test]
fn appended_and_durable_only_after_the_crash() {
    for mode in [CrashMode::Panic, CrashMode::PanicInFuture, CrashMode::PanicInReplay, CrashMode::Stop] {
        a_command_survives(the_journal_holds, async |evening, show| {
            die(evening, show, mode).await;
            evening.memory().release();
        });
    }
}

#[test]
fn appended_and_lost_in_the_crash() {
    a_command_survives(the_journal_holds, async |evening, show| {
        die(evening, show, CrashMode::Panic).await;
        evening.memory().tear();
    });
}

#[test]
fn durable_and_neither_applied_nor_answered() {
    let crash = async |evening: &Evening, show| {
        evening.house.directory.crash(show, CrashMode::PanicAfterAppend).await.expect("there is an actor");
    };
    a_command_survives(crash, async |_, _| {});
}

#[test]
fn durable_and_the_actor_never_hears_of_it() {
    a_command_survives(async |evening, _| evening.memory().drop_answers_next(1), async |_, _| {});
}

#[test]
fn durable_and_the_actor_is_told_that_it_is_not() {
    a_command_survives(async |evening, _| evening.memory().report_failure_next(1), async |_, _| {});
}

#[test]
fn while_its_successor_folds_the_log() {
    let crash_again = async |evening: &Evening, show| {
        evening.memory().drop_answers_next(1);
        evening.crash(show, CrashMode::PanicInReplay).await;
    };
    a_command_survives(crash_again, async |_, _| {});
}

#[test]
fn answered_and_not_published() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        for round in 0..50 {
            let command = evening.command(hold(new_hold(), &[round]));
            let receipt = evening.send(show, &command).await.expect("the seat is free");
            evening.house.directory.crash(show, CrashMode::Panic).await.expect("there is an actor");
            let again = evening.send(show, &command).await.expect("it was accepted");
            assert_happened_once(evening, show, &command, &again);
            let published = evening.house.views.reached(ViewName::SeatMaps, receipt.position(), DEADLINE).await;
            published.expect("what was answered is published");
        }
    });
}
