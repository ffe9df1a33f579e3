//! What every journal promises, run over every journal there is.

use std::sync::Arc;

use tempfile::TempDir;
use understudy::journal::local::{LocalJournal, Options};
use understudy::journal::memory::MemoryJournal;
use understudy::journal::{AppendError, Head, Health, Incarnation, Journal, Position, Record, StreamKind, codec};

use crate::journal_fixtures::{FIRST, answer, append, assert_dense, bulky, commit, fence, read_all, stream, until};

/// A journal and what must live as long as it.
struct Subject {
    journal: Arc<dyn Journal>,
    name: &'static str,
    _dir: Option<TempDir>,
}

fn local(name: &'static str, options: Options) -> Subject {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = LocalJournal::open(dir.path(), options).expect("a new journal");
    Subject { journal: Arc::new(journal), name, _dir: Some(dir) }
}

fn over_every_journal(promise: impl Fn(&dyn Journal)) {
    let small = Options { segment_bytes: 700, preallocate_bytes: 300, recent_bytes: 900, ..Options::default() };
    let subjects = [
        Subject { journal: Arc::new(MemoryJournal::new()), name: "memory", _dir: None },
        local("local", Options { preallocate_bytes: 1 << 16, ..Options::default() }),
        local("local, tiny segments, hardly anything in memory", small),
    ];
    for Subject { journal, name, _dir } in subjects {
        println!("{name}");
        promise(&*journal);
    }
}

#[test]
fn positions_are_dense_from_one_and_records_carry_their_commit() {
    over_every_journal(|journal| {
        assert_eq!(*journal.durable().borrow(), Position::ZERO);
        for version in 1..=40 {
            let commit = commit(stream(1), version, 1);
            let record = append(journal, Arc::clone(&commit)).expect("accepted");
            assert_eq!((record.position, &record.commit), (Position(version), &commit));
        }
        assert_eq!(*journal.durable().borrow(), Position(40));
        assert_eq!(*journal.health().borrow(), Health::Writable);
    });
}

#[test]
fn a_commit_is_accepted_only_at_the_next_version_of_its_stream() {
    over_every_journal(|journal| {
        let conflict = |expected, actual| Err(AppendError::VersionConflict { expected, actual });
        assert_eq!(append(journal, commit(stream(1), 2, 1)).map(|_| ()), conflict(1, 0));
        append(journal, commit(stream(1), 1, 3)).expect("the first three");
        assert_eq!(append(journal, commit(stream(1), 1, 1)).map(|_| ()), conflict(0, 3));
        assert_eq!(append(journal, commit(stream(1), 3, 1)).map(|_| ()), conflict(2, 3));
        assert_eq!(append(journal, commit(stream(1), 5, 1)).map(|_| ()), conflict(4, 3));
        let fourth = append(journal, commit(stream(1), 4, 1)).expect("the fourth");
        assert_eq!(fourth.position, Position(2), "what was refused took no position");
    });
}

#[test]
fn of_two_commits_for_one_version_in_the_queue_one_is_accepted() {
    over_every_journal(|journal| {
        let answers: Vec<_> = (0..50).map(|_| journal.append(FIRST, commit(stream(1), 1, 1))).collect();
        let accepted = answers.into_iter().map(answer).filter(Result::is_ok).count();
        assert_eq!(accepted, 1);
        assert_eq!(*journal.durable().borrow(), Position(1));
    });
}

#[test]
fn the_head_of_a_stream_is_its_last_durable_version() {
    over_every_journal(|journal| {
        assert_eq!(journal.head(stream(1)), None);
        append(journal, commit(stream(1), 1, 5)).expect("accepted");
        append(journal, commit(stream(2), 1, 2)).expect("accepted");
        let head = |version, position| Some(Head { kind: StreamKind::Show, version, position: Position(position) });
        assert_eq!(journal.head(stream(1)), head(5, 1));
        assert_eq!(journal.head(stream(2)), head(2, 2));
    });
}

#[test]
fn a_fence_shuts_out_every_former_incarnation() {
    over_every_journal(|journal| {
        let first = fence(journal, stream(1)).expect("fenced");
        assert_eq!((first.incarnation, first.head), (Incarnation(1), None));
        answer(journal.append(first.incarnation, commit(stream(1), 1, 1))).expect("it may write");
        let second = fence(journal, stream(1)).expect("fenced");
        assert_eq!(second.incarnation, Incarnation(2));
        assert_eq!(second.head.map(|head| head.version), Some(1));
        let late = answer(journal.append(first.incarnation, commit(stream(1), 2, 1)));
        assert_eq!(late.map(|_| ()), Err(AppendError::Fenced { by: Incarnation(2) }));
        answer(journal.append(second.incarnation, commit(stream(1), 2, 1))).expect("the second may write");
        append(journal, commit(stream(2), 1, 1)).expect("other streams are not fenced");
    });
}

#[test]
fn what_was_queued_before_a_fence_is_durable_when_it_is_answered_and_what_comes_later_is_refused() {
    over_every_journal(|journal| {
        let before: Vec<_> = (1..=20).map(|version| journal.append(FIRST, commit(stream(1), version, 1))).collect();
        let fenced = journal.fence(stream(1));
        let after = journal.append(FIRST, commit(stream(1), 21, 1));
        let head = answer(fenced).expect("fenced").head.expect("there is a head");
        assert_eq!(head.version, 20);
        assert!(*journal.durable().borrow() >= head.position);
        before.into_iter().for_each(|queued| drop(answer(queued).expect("it was before the fence")));
        assert_eq!(answer(after).map(|_| ()), Err(AppendError::Fenced { by: Incarnation(1) }));
    });
}

#[test]
fn an_acknowledged_commit_can_be_seen_in_every_way() {
    over_every_journal(|journal| {
        for version in 1..=60 {
            let record = append(journal, commit(stream(1), version, 1)).expect("accepted");
            assert!(*journal.durable().borrow() >= record.position);
            assert_eq!(journal.head(stream(1)).map(|head| head.version), Some(version));
            assert_eq!(journal.read(record.position, 1).expect("readable"), [record]);
        }
    });
}

#[test]
fn answers_come_in_the_order_of_the_queue_and_so_do_records() {
    over_every_journal(|journal| {
        let answers: Vec<_> = (0..300u64)
            .map(|index| journal.append(FIRST, commit(stream(u128::from(index % 3)), index / 3 + 1, 1)))
            .collect();
        let positions: Vec<_> =
            answers.into_iter().map(|queued| answer(queued).expect("accepted").position.0).collect();
        assert_eq!(positions, (1..=300).collect::<Vec<_>>());
        let records = read_all(journal, Position(1), 1 << 20);
        let streams: Vec<_> = records.iter().map(|record| record.commit.stream).collect();
        assert_eq!(streams, (0..300).map(|index| stream(index % 3)).collect::<Vec<_>>());
    });
}

#[test]
fn reading_begins_anywhere_and_gives_at_least_one_record_and_about_as_many_bytes_as_asked_for() {
    over_every_journal(|journal| {
        for version in 1..=50 {
            append(journal, bulky(stream(1), version, 40 + version as usize)).expect("accepted");
        }
        let all = read_all(journal, Position::ZERO, usize::MAX);
        assert_eq!(all.len(), 50);
        for from in 1..=50 {
            for bytes_max in [0, 1, 500, 1 << 20] {
                let records = journal.read(Position(from), bytes_max).expect("readable");
                assert_dense(&records, Position(from));
                assert_eq!(records[..], all[from as usize - 1..][..records.len()]);
                let bytes: usize = records.iter().map(|record| record.bytes.len()).sum();
                assert!(records.len() == 1 || bytes <= bytes_max, "{bytes} of {bytes_max}");
            }
        }
        assert!(journal.read(Position(51), 1 << 20).expect("readable").is_empty());
    });
}

#[test]
fn what_is_recent_of_a_stream_is_all_of_it_after_a_position_or_nothing_is_said() {
    over_every_journal(|journal| {
        assert_eq!(journal.recent(stream(1), Position::ZERO).unwrap_or_default(), []);
        for index in 0..60 {
            append(journal, commit(stream(index % 3), 1 + index as u64 / 3, 1)).expect("accepted");
        }
        let all = read_all(journal, Position::ZERO, usize::MAX);
        let mut told = 0;
        for after in 0..=60 {
            for number in 0..4 {
                let Some(recent) = journal.recent(stream(number), Position(after)) else { continue };
                let of_it = |record: &&Record| record.commit.stream == stream(number) && record.position.0 > after;
                assert_eq!(recent, all.iter().filter(of_it).cloned().collect::<Vec<_>>(), "{number} after {after}");
                told += recent.len();
            }
        }
        assert!(told > 0, "the very last ones are in memory at least");
    });
}

#[test]
fn a_record_is_its_own_proof_and_is_chained_to_the_one_before() {
    over_every_journal(|journal| {
        for version in 1..=30 {
            append(journal, commit(stream(1), 2 * version - 1, 2)).expect("accepted");
        }
        let mut previous = codec::HASH_OF_NOTHING;
        for record in read_all(journal, Position(1), 300) {
            let decoded = codec::decode(&record.bytes, &previous).expect("sound");
            assert_eq!(decoded, record);
            previous = record.hash;
        }
    });
}

#[test]
fn a_follower_is_woken_and_misses_nothing() {
    over_every_journal(|journal| {
        let mut durable = journal.durable();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for version in 1..=200 {
                    append(journal, commit(stream(1), version, 1)).expect("accepted");
                }
            });
            let mut next = Position(1);
            until("all records were followed", || {
                if durable.has_changed().expect("the journal lives") {
                    durable.borrow_and_update();
                    for record in read_all(journal, next, 400) {
                        assert_eq!(record.position, next);
                        next = next.next();
                    }
                }
                next == Position(201)
            });
        });
    });
}

#[test]
fn a_commit_that_is_too_large_is_refused_and_the_largest_is_not() {
    over_every_journal(|journal| {
        let too_large = append(journal, bulky(stream(1), 1, codec::BODY_BYTES_MAX));
        assert!(matches!(too_large, Err(AppendError::TooLarge { max: codec::BODY_BYTES_MAX, .. })));
        let large = bulky(stream(1), 1, codec::BODY_BYTES_MAX - 200);
        append(journal, Arc::clone(&large)).expect("it fits");
        append(journal, commit(stream(1), 2, 1)).expect("and life goes on");
        let records = read_all(journal, Position(1), 1 << 20);
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].commit, large);
    });
}

#[test]
fn many_writers_of_many_streams_never_share_a_position() {
    over_every_journal(|journal| {
        std::thread::scope(|scope| {
            for writer in 0..8u128 {
                scope.spawn(move || {
                    for version in 1..=100 {
                        append(journal, commit(stream(writer), version, 1)).expect("nobody else writes this stream");
                    }
                });
            }
        });
        let records = read_all(journal, Position(1), 1 << 20);
        assert_eq!(records.len(), 800);
        assert_dense(&records, Position(1));
    });
}
