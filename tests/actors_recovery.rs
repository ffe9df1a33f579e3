//! Where an incarnation begins: from a snapshot and the rest of the log, or from the whole log, it is the same show. What
//! is damaged in the store is left aside or repaired from the journal, while all other shows go on.

use std::time::Duration;

use understudy::actors::{CrashMode, SendError, SnapshotBody};
use understudy::domain::{Refusal, ShowId, StreamId};
use understudy::store::Snapshot;

use crate::actors_crowd::meanwhile;
use crate::house::{Evening, Playhouse, confirm, give_back, hold, new_hold, stand, until};
use crate::store_support::raw;

fn playhouse_of_sleepers(playhouse: Playhouse) -> Playhouse {
    playhouse.with(|options| options.limits.idle = Duration::from_millis(300))
}

/// Some of everything.
async fn history(evening: &Evening, show: ShowId) {
    for round in 0..40 {
        evening.clock.advance_seconds(1);
        let (sold, returned, standing) = (new_hold(), new_hold(), new_hold());
        evening.ask(show, hold(sold, &[round])).await.expect("the seat is free");
        evening.ask(show, hold(returned, &[99])).await.expect("the seat is free");
        evening.ask(show, stand(standing, 1)).await.expect("there is room in the pit");
        evening.ask(show, confirm(sold)).await.expect("the hold lives");
        evening.ask(show, give_back(returned)).await.expect("the hold lives");
    }
}

/// The snapshot with which the show goes to sleep.
async fn put_to_sleep(evening: &Evening, show: ShowId) -> Snapshot {
    until("it sleeps", || evening.report(show).is_none()).await;
    evening.house.backstage.snapshots.settle();
    evening.house.store.load_snapshot(StreamId::from(show)).expect("it has left one")
}

fn body(snapshot: &Snapshot) -> SnapshotBody<'static> {
    SnapshotBody::decode(&snapshot.bytes).expect("what a show has left is whole")
}

fn are_of_one_state(one: &Snapshot, other: &Snapshot) -> bool {
    one.version == other.version && one.hash == other.hash && body(one) == body(other)
}

async fn wake(evening: &Evening, show: ShowId) -> u64 {
    let taken = evening.ask(show, hold(new_hold(), &[0])).await;
    assert!(matches!(taken, Err(SendError::Refused(Refusal::SeatsUnavailable(_)))), "{taken:?}");
    evening.report(show).expect("awake").events_replayed
}

#[test]
fn a_show_folded_from_its_whole_log_is_the_one_that_was_snapshot() {
    playhouse_of_sleepers(Playhouse::in_memory()).evening(async |evening| {
        let (show, stream) = scheduled(evening).await;
        history(evening, show).await;
        let decided = put_to_sleep(evening, show).await;
        assert_eq!(body(&decided).last_time, evening.house.backstage.clock.now());
        let with = |bytes: &[u8]| Snapshot { bytes: bytes.to_vec(), ..decided.clone() };
        let unusable = [
            with(b""),
            with(b"\x01 no snapshot at all"),
            with(b"\xff of a format to come"),
            with(&decided.bytes[..decided.bytes.len() / 2]),
            // Ahead of the journal, as after it has lost its end.
            Snapshot { version: decided.version + 1, ..decided.clone() },
            // Of versions that were lost with that end, and are other events now.
            Snapshot { hash: [7; 32], ..decided.clone() },
        ];
        for snapshot in unusable {
            evening.house.store.save_snapshot(stream, &snapshot).expect("the store is well");
            assert!(wake(evening, show).await >= 200, "the whole log is folded");
            let folded = put_to_sleep(evening, show).await;
            assert!(are_of_one_state(&folded, &decided), "the fold of the log differs from what was decided");
        }
    });
}

#[test]
fn a_show_from_a_snapshot_and_the_rest_of_the_log_is_the_one_from_the_whole_log() {
    playhouse_of_sleepers(Playhouse::in_memory()).evening(async |evening| {
        let (show, stream) = scheduled(evening).await;
        history(evening, show).await;
        let old = put_to_sleep(evening, show).await;
        for round in 0..40 {
            evening.ask(show, hold(new_hold(), &[40 + round])).await.expect("the seat is free");
        }
        let decided = put_to_sleep(evening, show).await;
        evening.house.store.save_snapshot(stream, &old).expect("the store is well");
        assert_eq!(wake(evening, show).await, 40, "only the rest of the log is folded");
        let folded = put_to_sleep(evening, show).await;
        assert!(are_of_one_state(&folded, &decided), "snapshot and rest differ from what was decided");
    });
}

#[test]
fn a_show_that_crashes_all_the_time_under_load_goes_on_from_the_snapshots_that_it_takes_meanwhile() {
    Playhouse::on_disk().evening(async |evening| {
        let show = evening.schedule().await;
        meanwhile(evening, show, 40, async {
            let mut from_a_snapshot = false;
            for _ in 0..200 {
                let answered = evening.report(show).map_or(0, |report| report.answered);
                until("many are answered", || evening.report(show).is_some_and(|now| now.answered > answered + 100))
                    .await;
                evening.crash(show, CrashMode::Panic).await;
                let report = evening.report(show).expect("awake");
                from_a_snapshot |= report.events_replayed < report.version / 2;
            }
            assert!(from_a_snapshot, "there was a snapshot to begin from");
        })
        .await;
    });
}

/// Flips a bit in the middle of the first values whose keys begin like this, at most so many.
fn damage(playhouse: &Playhouse, prefix: &[u8], values: usize) -> usize {
    let db = raw(&playhouse.dir.path().join(understudy::app::STORE_DIR));
    let log = db.open_tree("log").expect("the store has a log");
    let mut damaged = 0;
    for entry in log.scan_prefix(prefix).take(values) {
        let (key, value) = entry.expect("sled is well");
        let mut value = value.to_vec();
        let middle = value.len() / 2;
        value[middle] ^= 1;
        log.insert(key, value).expect("sled is well");
        damaged += 1;
    }
    db.flush().expect("sled is well");
    damaged
}

/// Whoever wakes now has to fold the whole log.
fn lose_the_snapshots(playhouse: &Playhouse) {
    let snapshots = playhouse.dir.path().join(understudy::app::STORE_DIR).join("snapshots");
    std::fs::remove_dir_all(snapshots).expect("the store has snapshots");
}

fn log_key(stream: StreamId) -> Vec<u8> {
    [&b"l"[..], stream.0.as_bytes()].concat()
}

#[test]
fn a_damaged_log_of_one_show_is_repaired_while_the_others_go_on() {
    let playhouse = Playhouse::on_disk();
    let (damaged, sound) = playhouse.evening(async |evening| {
        let (damaged, sound) = (evening.schedule().await, evening.schedule().await);
        history(evening, damaged).await;
        meanwhile(evening, sound, 20, async {
            until("the log is long", || evening.report(sound).is_some_and(|report| report.answered > 2_000)).await;
        })
        .await;
        (damaged, sound)
    });
    assert!(damage(&playhouse, &log_key(StreamId::from(damaged)), usize::MAX) > 0);
    lose_the_snapshots(&playhouse);
    playhouse.evening(async |evening| {
        meanwhile(evening, sound, 20, async {
            assert!(wake(evening, damaged).await >= 200, "the whole log is folded");
            evening.ask(damaged, hold(new_hold(), &[50])).await.expect("the seat is free");
        })
        .await;
        assert_eq!(evening.report(sound).expect("awake").restarts, 0);
        let stored: Result<Vec<_>, _> = evening.house.store.stream(StreamId::from(damaged), 0).collect();
        stored.expect("the store has it again");
    });
}

#[test]
fn a_damaged_venue_in_the_store_is_repaired_when_a_show_needs_it() {
    let playhouse = Playhouse::on_disk();
    let (venue, show) = playhouse.evening(async |evening| {
        let show = evening.schedule().await;
        meanwhile(evening, show, 20, async {
            until("the log is long", || evening.report(show).is_some_and(|report| report.answered > 2_000)).await;
        })
        .await;
        (evening.venue, show)
    });
    assert_eq!(damage(&playhouse, &log_key(StreamId::from(venue)), usize::MAX), 1);
    playhouse.evening(async |evening| {
        evening.ask(show, hold(new_hold(), &[50])).await.expect("the seat is free");
    });
}

#[test]
fn an_answer_is_read_back_from_a_log_that_is_damaged_where_no_recovery_looks() {
    let playhouse = Playhouse::on_disk();
    let (show, command) = playhouse.evening(async |evening| {
        let show = evening.schedule().await;
        let command = evening.command(hold(new_hold(), &[98]));
        let receipt = evening.send(show, &command).await.expect("the seat is free");
        evening.house.store.wait_for(receipt.position()).await;
        history(evening, show).await;
        (show, command)
    });
    assert_eq!(damage(&playhouse, &log_key(StreamId::from(show)), 1), 1);
    playhouse.evening(async |evening| {
        assert_eq!(wake(evening, show).await, 0, "there is a snapshot, and nothing after it");
        evening.send(show, &command).await.expect("it was accepted");
    });
}

async fn scheduled(evening: &Evening) -> (ShowId, StreamId) {
    let show = evening.schedule().await;
    (show, StreamId::from(show))
}
