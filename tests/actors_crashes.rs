//! An actor that dies is no error to anybody: what it had begun is finished by the next one, once. One that does nothing
//! but die is quarantined, alone; a command that kills is refused, alone.

use futures_util::FutureExt;
use understudy::actors::{CrashMode, SendError};
use understudy::domain::{CommandId, ShowId};

use crate::actors_crowd::meanwhile;
use crate::house::{Evening, Playhouse, give_back, hold, new_hold, until};

const MODES: [CrashMode; 5] = [
    CrashMode::Panic,
    CrashMode::PanicInFuture,
    CrashMode::PanicAfterAppend,
    CrashMode::PanicInReplay,
    CrashMode::Stop,
];

/// Kills the actor once more after somebody was answered since the last time.
async fn crash_after_an_answer(evening: &Evening, show: ShowId, mode: CrashMode) {
    let answered = evening.report(show).map_or(0, |report| report.answered);
    until("somebody is answered", || evening.report(show).is_some_and(|report| report.answered > answered)).await;
    evening.crash(show, mode).await;
}

#[test]
fn callers_notice_no_crash_of_any_kind() {
    for mode in MODES {
        let playhouse = Playhouse::on_disk();
        playhouse.evening(async |evening| {
            let show = evening.schedule().await;
            meanwhile(evening, show, 30, async {
                for _ in 0..15 {
                    crash_after_an_answer(evening, show, mode).await;
                }
            })
            .await;
            let commands: usize = evening.log_of(show).iter().map(|record| commands_of(record).count()).sum();
            assert_eq!(
                commands,
                evening.ledger.accepted(),
                "{mode:?}: what was accepted happened once, and nothing else"
            );
            assert!(evening.report(show).expect("awake").restarts >= 15);
        });
    }
}

fn commands_of(record: &understudy::journal::Record) -> impl Iterator<Item = CommandId> {
    record.commit.commands.iter().map(|command| command.id).filter(|id| *id != CommandId::CLOCK)
}

#[test]
fn a_show_that_makes_progress_between_its_crashes_is_not_quarantined_after_two_hundred_of_them() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        meanwhile(evening, show, 20, async {
            for crash in 0..220 {
                crash_after_an_answer(evening, show, MODES[crash % MODES.len()]).await;
            }
        })
        .await;
        assert_eq!(evening.report(show).expect("awake").state, "awake");
    });
}

#[test]
fn a_show_that_only_crashes_is_quarantined_alone_until_it_is_released() {
    Playhouse::in_memory().evening(async |evening| {
        let (broken, sound) = (evening.schedule().await, evening.schedule().await);
        let deaths = crash_until_quarantined(evening, broken).await;
        assert_eq!(deaths, 11, "the policy allows for ten restarts");
        let at_once = evening.ask(broken, hold(new_hold(), &[1])).now_or_never();
        assert_eq!(at_once.map(|answer| answer.map(drop)), Some(Err(SendError::ShowQuarantined)));
        evening.ask(sound, hold(new_hold(), &[1])).await.expect("other shows go on selling");

        evening.house.directory.release(broken).expect("there is such a show");
        until("it lives again", || evening.report(broken).expect("known").state == "awake").await;
        evening.ask(broken, hold(new_hold(), &[1])).await.expect("it sells again");
    });
}

/// Nothing is asked of it meanwhile. Returns the number of deaths.
async fn crash_until_quarantined(evening: &Evening, show: ShowId) -> u64 {
    // What was answered in this life counts as progress: the first death comes before those that are counted.
    evening.crash(show, CrashMode::Panic).await;
    for deaths in 1.. {
        let Ok(killed) = evening.house.directory.crash(show, CrashMode::Panic).await else { return deaths };
        until("it lives again, or is quarantined", || {
            let report = evening.report(show).expect("it does not sleep");
            report.state == "quarantined" || report.incarnation > killed.0
        })
        .await;
    }
    unreachable!("it is quarantined at some time")
}

#[test]
fn a_release_that_came_before_the_quarantine_does_not_end_it() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        evening.house.directory.release(show).expect("there is such a show");
        evening.house.directory.release(show).expect("there is such a show");
        assert_eq!(crash_until_quarantined(evening, show).await, 11);
    });
}

#[test]
fn a_command_that_killed_two_incarnations_is_refused_and_everybody_else_is_served() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        for round in 1..=20 {
            let poison = evening.command(hold(new_hold(), &[98]));
            evening.house.backstage.faults.poison(poison.id);
            let restarts = evening.report(show).expect("awake").restarts;
            let answer = meanwhile(evening, show, 10, evening.send(show, &poison)).await;
            assert_eq!(answer.map(drop), Err(SendError::CommandQuarantined));
            let report = evening.report(show).expect("awake");
            assert_eq!(report.restarts - restarts, 2, "it was tried twice, and not again (round {round})");
            assert!(report.quarantined_commands.contains(&format!("{:032x}", poison.id.0)));
            let again = evening.send(show, &poison).await;
            assert_eq!(again.map(drop), Err(SendError::CommandQuarantined));
            assert_eq!(evening.report(show).expect("awake").restarts - restarts, 2);
        }
    });
}

#[test]
fn a_quarantined_command_is_tried_again_once_it_is_released() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        let poison = evening.command(hold(new_hold(), &[98]));
        evening.house.backstage.faults.poison(poison.id);
        assert_eq!(evening.send(show, &poison).await.map(drop), Err(SendError::CommandQuarantined));
        evening.house.directory.release(show).expect("there is such a show");
        assert!(evening.report(show).expect("awake").quarantined_commands.is_empty());
        assert_eq!(evening.send(show, &poison).await.map(drop), Err(SendError::CommandQuarantined));
        assert_eq!(evening.report(show).expect("awake").restarts, 4);
    });
}

#[test]
fn a_poison_command_leaves_the_neighbours_of_its_show_alone() {
    Playhouse::in_memory().with(|options| options.limits.arbiters = 1).evening(async |evening| {
        let (poisoned, neighbour) = (evening.schedule().await, evening.schedule().await);
        let poison = evening.command(hold(new_hold(), &[98]));
        evening.house.backstage.faults.poison(poison.id);
        let answer = meanwhile(evening, neighbour, 10, evening.send(poisoned, &poison)).await;
        assert_eq!(answer.map(drop), Err(SendError::CommandQuarantined));
        assert_eq!(evening.report(neighbour).expect("awake").restarts, 0);
        let mine = new_hold();
        evening.ask(poisoned, hold(mine, &[98])).await.expect("the seat is free");
        evening.ask(poisoned, give_back(mine)).await.expect("and can be given back");
    });
}
