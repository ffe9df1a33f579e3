//! The same key gets the same answer: in flight, later, after a crash, after sleep, and after the house was closed and
//! opened again. With another body it is refused.

use std::time::Duration;

use futures_util::future::{join, join_all};
use understudy::actors::{CrashMode, Receipt, SendError};
use understudy::domain::{Command, CommandId, Fingerprint, Refusal, ShowId};

use crate::house::{Evening, Playhouse, confirm, give_back, hold, import_venue, new_hold, until};

const OTHER_BODY: Fingerprint = Fingerprint(8);

/// What a client can see of a receipt.
fn to_the_letter(receipt: &Receipt) -> String {
    let events: Vec<_> = receipt.events().collect();
    format!("{} {} {events:?} {:?} {}", receipt.position(), receipt.version(), receipt.terms(), receipt.plan().name())
}

async fn assert_same(evening: &Evening, show: ShowId, commands: &[Command], first: &[String]) {
    for (command, first) in commands.iter().zip(first) {
        let again = evening.send(show, command).await.expect("it was accepted");
        assert_eq!(to_the_letter(&again), *first);
        let other = Command { fingerprint: OTHER_BODY, ..command.clone() };
        assert_eq!(evening.send(show, &other).await.map(drop), Err(SendError::Refused(Refusal::KeyReused)));
    }
}

#[test]
fn a_command_repeated_later_after_a_crash_after_sleep_and_after_reopening_gets_the_first_answer() {
    let playhouse = Playhouse::on_disk().with(|options| options.limits.idle = Duration::from_millis(20));
    let (show, commands, first) = playhouse.evening(async |evening| {
        let show = evening.schedule().await;
        let (sold, returned) = (new_hold(), new_hold());
        let actions = [hold(sold, &[1, 2]), hold(returned, &[3]), confirm(sold), give_back(returned)];
        let commands = actions.map(|action| evening.command(action));
        let mut first = Vec::new();
        for command in &commands {
            first.push(to_the_letter(&evening.send(show, command).await.expect("it is accepted")));
        }
        let log = evening.log().len();
        assert_same(evening, show, &commands, &first).await;
        for mode in [CrashMode::Panic, CrashMode::PanicInReplay, CrashMode::Stop] {
            evening.ask(show, hold(new_hold(), &[1_000])).await.expect_err("it wakes, and there is no such seat");
            evening.house.directory.crash(show, mode).await.expect("it is awake");
            assert_same(evening, show, &commands, &first).await;
        }
        until("it sleeps", || evening.report(show).is_none()).await;
        assert_same(evening, show, &commands, &first).await;
        assert_eq!(evening.log().len(), log, "nothing has happened");
        (show, commands, first)
    });
    for _ in 0..2 {
        playhouse.evening(async |evening| assert_same(evening, show, &commands, &first).await);
    }
}

#[test]
fn a_command_repeated_while_the_first_is_in_flight_gets_its_answer() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        let journal = evening.memory();
        journal.hold();
        let command = evening.command(hold(new_hold(), &[1]));
        let other = Command { fingerprint: OTHER_BODY, ..command.clone() };
        let same = join_all((0..10).map(|_| evening.send(show, &command)));
        let scene = async {
            until("all are inside", || evening.report(show).expect("awake").queue_depth == 11).await;
            until("it is in flight", || journal.held() == 1).await;
            journal.release();
        };
        let (same, (other, ())) = join(same, join(evening.send(show, &other), scene)).await;
        let same: Vec<_> = same.iter().map(|answer| to_the_letter(answer.as_ref().expect("it is accepted"))).collect();
        assert!(same.iter().all(|answer| *answer == same[0]));
        assert_eq!(other.map(drop), Err(SendError::Refused(Refusal::KeyReused)));
    });
}

#[test]
fn a_refusal_is_repeated_as_long_as_its_incarnation_lives() {
    Playhouse::in_memory().evening(async |evening| {
        let show = evening.schedule().await;
        let mine = new_hold();
        evening.ask(show, hold(mine, &[1])).await.expect("the seat is free");
        let late = evening.command(hold(new_hold(), &[1]));
        let refusal = evening.send(show, &late).await.expect_err("the seat is held");
        evening.ask(show, give_back(mine)).await.expect("the hold lives");
        assert_eq!(evening.send(show, &late).await.expect_err("the same answer"), refusal);
        let other = Command { fingerprint: OTHER_BODY, ..late };
        assert_eq!(evening.send(show, &other).await.map(drop), Err(SendError::Refused(Refusal::KeyReused)));
        evening.ask(show, hold(new_hold(), &[1])).await.expect("under a new key it can be had");
    });
}

#[test]
fn a_show_is_scheduled_once_however_often_it_is_asked_for() {
    let playhouse = Playhouse::on_disk();
    let (command, show, first) = playhouse.evening(async |evening| {
        let command = evening.command(evening.show_on_sale());
        let answers = join_all((0..8).map(|_| evening.send_schedule(&command))).await;
        let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect("it is scheduled")).collect();
        let (show, first) = (answers[0].0, to_the_letter(&answers[0].1));
        assert!(answers.iter().all(|(other, receipt)| *other == show && to_the_letter(receipt) == first));
        (command, show, first)
    });
    playhouse.evening(async |evening| {
        let (again, receipt) = evening.send_schedule(&command).await.expect("it was scheduled");
        assert_eq!((again, to_the_letter(&receipt)), (show, first));
        let other = Command { fingerprint: OTHER_BODY, ..command.clone() };
        let refused = evening.send_schedule(&other).await.map(drop);
        assert_eq!(refused, Err(SendError::Refused(Refusal::KeyReused)));
        let shows = evening.house.views.shows(None, 10).expect("the view has begun").1;
        assert_eq!(shows.len(), 1);
    });
}

#[test]
fn a_show_whose_first_append_failed_is_scheduled_once() {
    Playhouse::in_memory().evening(async |evening| {
        for failing in 0..3 {
            let command = evening.command(evening.show_on_sale());
            match failing {
                0 => evening.memory().fail_next(1),
                1 => evening.memory().report_failure_next(1),
                _ => evening.memory().drop_answers_next(1),
            }
            let (first, second) = join(evening.send_schedule(&command), evening.send_schedule(&command)).await;
            assert_eq!(first.expect("it is scheduled").0, second.expect("it is scheduled").0);
        }
    });
}

#[test]
fn a_venue_is_imported_once_however_often_it_is_asked_for() {
    let playhouse = Playhouse::on_disk();
    let (id, body) = (CommandId(77), Fingerprint(7));
    let venue = playhouse.evening(async |evening| {
        let answers = join_all((0..8).map(|_| import_venue(&evening.house, id, body))).await;
        let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect("it is imported")).collect();
        assert!(answers.iter().all(|venue| *venue == answers[0]));
        assert_ne!(answers[0], evening.venue, "another key, another venue");
        answers[0]
    });
    playhouse.evening(async |evening| {
        assert_eq!(import_venue(&evening.house, id, body).await, Ok(venue));
        let other = import_venue(&evening.house, id, OTHER_BODY).await;
        assert_eq!(other, Err(SendError::Refused(Refusal::KeyReused)));
    });
}

#[test]
fn a_key_that_made_a_venue_makes_no_show_and_the_other_way_round() {
    let playhouse = Playhouse::on_disk();
    let key_reused = SendError::Refused(Refusal::KeyReused);
    let scheduled = playhouse.evening(async |evening| {
        let id = CommandId(77);
        import_venue(&evening.house, id, Fingerprint(7)).await.expect("it is imported");
        let show = Command { id, fingerprint: OTHER_BODY, ..evening.command(evening.show_on_sale()) };
        assert_eq!(evening.send_schedule(&show).await.map(drop), Err(key_reused.clone()));

        let scheduled = evening.command(evening.show_on_sale());
        evening.send_schedule(&scheduled).await.expect("it is scheduled");
        assert_eq!(import_venue(&evening.house, scheduled.id, OTHER_BODY).await, Err(key_reused.clone()));
        scheduled
    });
    playhouse.evening(async |evening| {
        assert_eq!(import_venue(&evening.house, scheduled.id, OTHER_BODY).await, Err(key_reused));
    });
}
