//! The switches of the journal in memory: each does what its name says.

use understudy::journal::memory::MemoryJournal;
use understudy::journal::{AppendError, Health, Journal, Position};

use crate::journal_fixtures::{FIRST, answer, append, commit, fence, stream};

#[test]
fn a_failed_append_is_not_there_and_one_reported_failed_is() {
    let journal = MemoryJournal::new();
    journal.fail_next(1);
    assert!(append(&journal, commit(stream(1), 1, 1)).is_err());
    assert_eq!(journal.head(stream(1)), None);
    journal.report_failure_next(1);
    assert!(matches!(append(&journal, commit(stream(1), 1, 1)), Err(AppendError::Unavailable(_))));
    assert_eq!(journal.head(stream(1)).map(|head| head.version), Some(1));
    journal.drop_answers_next(1);
    assert!(journal.append(FIRST, commit(stream(1), 2, 1)).try_recv().is_err());
    assert_eq!(journal.head(stream(1)).map(|head| head.version), Some(2));
    append(&journal, commit(stream(1), 3, 1)).expect("well again");
}

#[test]
fn what_is_held_is_neither_durable_nor_answered_until_it_is_released() {
    let journal = MemoryJournal::new();
    journal.hold();
    let mut first = journal.append(FIRST, commit(stream(1), 1, 1));
    let second = journal.append(FIRST, commit(stream(1), 2, 1));
    let fenced = journal.fence(stream(1));
    let late = journal.append(FIRST, commit(stream(1), 3, 1));
    assert_eq!((journal.held(), journal.head(stream(1))), (4, None));
    assert!(first.try_recv().is_err());
    journal.release_next(1);
    assert_eq!(answer(first).expect("released").position, Position(1));
    assert_eq!(*journal.durable().borrow(), Position(1));
    journal.release();
    answer(second).expect("released");
    assert_eq!(answer(fenced).expect("released").head.map(|head| head.version), Some(2));
    assert!(matches!(answer(late), Err(AppendError::Fenced { .. })));
}

#[test]
fn a_tear_loses_what_was_held_and_nothing_else() {
    let journal = MemoryJournal::new();
    append(&journal, commit(stream(1), 1, 1)).expect("durable");
    journal.hold();
    let held = journal.append(FIRST, commit(stream(1), 2, 1));
    let fenced = journal.fence(stream(1));
    journal.tear();
    assert!(matches!(answer(held), Err(AppendError::Unavailable(_))));
    assert!(answer(fenced).is_err());
    let fence = fence(&journal, stream(1)).expect("writable");
    assert_eq!(fence.head.map(|head| head.version), Some(1));
    answer(journal.append(fence.incarnation, commit(stream(1), 2, 1))).expect("the version is free");
    assert_eq!(journal.records().len(), 2);
}

#[test]
fn an_unavailable_journal_refuses_everything_and_can_be_read() {
    let journal = MemoryJournal::new();
    append(&journal, commit(stream(1), 1, 1)).expect("durable");
    journal.set_unavailable("no disk");
    assert_eq!(append(&journal, commit(stream(1), 2, 1)).map(|_| ()), Err(AppendError::Unavailable("no disk".into())));
    assert!(fence(&journal, stream(1)).is_err());
    assert_eq!(*journal.health().borrow(), Health::Unavailable { reason: "no disk".into() });
    assert_eq!(journal.read(Position(1), 1).expect("readable").len(), 1);
    journal.set_writable();
    append(&journal, commit(stream(1), 2, 1)).expect("writable");
}
