//! The bytes of a record, held for ever, and what becomes of them when they are damaged.

use std::sync::Arc;

use understudy::domain::{CommandId, Event, Fingerprint, ShowEvent, Timestamp};
use understudy::journal::codec::{self, HASH_OF_NOTHING, HEADER_BYTES, Unreadable};
use understudy::journal::{CommandRecord, Commit, Position};

use crate::journal_fixtures::stream;

fn golden_commit() -> Commit {
    let command =
        |id, events| CommandRecord { id: CommandId(id), fingerprint: Fingerprint(0x1122_3344_5566_7788), events };
    let blocked = ShowEvent::SeatsBlocked { seats: Vec::new(), reason: "orchestra pit".into() };
    Commit {
        stream: stream(0x0190_0000_0000_7000_8000_0000_0000_0002),
        first_version: 300,
        time: Timestamp::from_micros(1_700_000_000_000_000),
        commands: vec![command(7, 1), CommandRecord { id: CommandId::CLOCK, fingerprint: Fingerprint(0), events: 1 }],
        events: vec![Event::Show(ShowEvent::SalesOpened), Event::Show(blocked)],
    }
}

fn sealed(commit: &Commit, position: u64, group: u64, previous: &codec::Hash) -> Arc<[u8]> {
    let mut bytes = codec::encode(commit).expect("small");
    let unsealed = Arc::get_mut(&mut bytes).expect("nobody else has it");
    codec::seal(unsealed, Position(position), 3, Position(group), previous);
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const GOLDEN: &str = concat!(
    "f57573f63e0000007dd2d76c2a0000000000000003000000000000002900000000000000",
    "e77eff40d04abc2af9833fe2e1001bab54ae178d103a31ddf991422d470c1311",
    "1001900000000070008000000000000002ac028080f28183898506020788ef99abc5e88c9111",
    "010000010201010105000d6f726368657374726120706974",
);

#[test]
fn the_bytes_of_a_record_are_those_of_the_first_release() {
    let bytes = sealed(&golden_commit(), 42, 41, &[0xab; 32]);
    assert_eq!(hex(&bytes), GOLDEN);
    let record = codec::decode(&bytes, &[0xab; 32]).expect("sound");
    assert_eq!((record.position, record.epoch, record.group), (Position(42), 3, Position(41)));
    assert_eq!(*record.commit, golden_commit());
}

#[test]
fn any_flipped_bit_is_noticed() {
    let bytes = sealed(&golden_commit(), 42, 41, &HASH_OF_NOTHING);
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(codec::frame(&flipped).and_then(|frame| frame.record()).is_err(), "bit {bit}");
    }
}

#[test]
fn a_record_that_ends_too_early_is_incomplete_and_says_how_much_it_needs() {
    let bytes = sealed(&golden_commit(), 42, 41, &HASH_OF_NOTHING);
    for end in 4..bytes.len() {
        let needed = if end < HEADER_BYTES { HEADER_BYTES } else { bytes.len() };
        assert_eq!(codec::frame(&bytes[..end]).map(|_| ()), Err(Unreadable::Incomplete { needed }), "{end}");
    }
}

#[test]
fn zeros_are_no_record_and_a_length_beyond_all_bounds_is_not_believed() {
    assert_eq!(codec::frame(&[0; 100]).map(|_| ()), Err(Unreadable::NoRecord));
    let mut bytes = sealed(&golden_commit(), 42, 41, &HASH_OF_NOTHING).to_vec();
    bytes[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(codec::frame(&bytes).map(|_| ()), Err(Unreadable::Length(u32::MAX as usize)));
}

#[test]
fn what_is_whole_and_yet_not_a_commit_is_told_apart_from_what_is_torn() {
    let mut odd = golden_commit();
    odd.commands.clear();
    let bytes = sealed(&odd, 42, 41, &HASH_OF_NOTHING);
    assert!(
        matches!(codec::decode(&bytes, &HASH_OF_NOTHING), Err(Unreadable::Wrong(what)) if what.contains("0 of 2 events"))
    );
    let longer = [&sealed(&golden_commit(), 42, 41, &HASH_OF_NOTHING)[..], b"x"].concat();
    assert!(matches!(codec::decode(&longer, &HASH_OF_NOTHING), Err(Unreadable::Wrong(_))));
    let bytes = sealed(&golden_commit(), 42, 43, &HASH_OF_NOTHING);
    assert!(
        matches!(codec::decode(&bytes, &HASH_OF_NOTHING), Err(Unreadable::Wrong(what)) if what.contains("group 43"))
    );
}

#[test]
fn a_record_after_another_predecessor_breaks_the_chain() {
    let bytes = sealed(&golden_commit(), 42, 41, &[1; 32]);
    codec::decode(&bytes, &[1; 32]).expect("its own predecessor");
    assert!(matches!(codec::decode(&bytes, &[2; 32]), Err(Unreadable::Wrong(what)) if what.contains("hash chain")));
}
