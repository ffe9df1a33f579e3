//! Bytes of every event as they were first written: events are for ever, so what is in a journal today is read by every
//! later version, and is written the same.
//!
//! A new variant does not compile before it has a name here, and fails before it has an example and a file. The files
//! are written by `UNDERSTUDY_WRITE_GOLDEN=1 cargo test golden`, which adds the missing ones and never changes one that
//! is there: a file that no longer fits means that old journals no longer fit.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use understudy::domain::event::{BookingConfirmed, HoldEnded, SeatsHeld, ShowTerms, TicketsCancelled};
use understudy::domain::money::Money;
use understudy::domain::plan::{
    Area, AreaIndex, Category, CategoryIndex, PlanDefinition, Row, Seat, SeatIndex, Size, Zone,
};
use understudy::domain::{
    BookingId, CommandId, CustomerId, Event, Fingerprint, HoldId, Organiser, ShowEvent, StreamId, Timestamp,
    VenueEvent, VenueId,
};
use understudy::journal::{CommandRecord, Commit};
use uuid::Uuid;

use crate::golden_checkouts as checkouts;

#[test]
fn every_event_is_read_and_written_as_it_was_first_written() {
    for (suffix, event) in examples() {
        check(&format!("{}{suffix}", name(&event)), &event);
    }
}

#[test]
fn a_commit_is_read_and_written_as_it_was_first_written() {
    check("commit", &commit());
}

/// serde numbers the variants from 0 on: the one after the last must not exist, and none before it may be left out.
#[test]
fn every_variant_has_an_example() {
    let first_two_bytes = |(_, event): &(_, Event)| bytes(event)[..2].try_into().expect("two enums, one in the other");
    let seen: BTreeSet<[u8; 2]> = examples().iter().map(first_two_bytes).collect();
    for kind in [0, 1, 2] {
        let variants = seen.iter().filter(|[of, _]| *of == kind).count() as u8;
        assert!((0..variants).all(|variant| seen.contains(&[kind, variant])), "{seen:?}");
        let beyond = postcard::from_bytes::<Event>(&[kind, variants]);
        assert_eq!(beyond, Err(postcard::Error::SerdeDeCustom), "a variant of Event::{kind} has no example");
    }
    assert_eq!(postcard::from_bytes::<Event>(&[3]), Err(postcard::Error::SerdeDeCustom), "a fourth kind of events");
}

#[test]
fn every_golden_file_belongs_to_an_example() {
    let mut names: BTreeSet<String> =
        examples().iter().map(|(suffix, event)| format!("{}{suffix}.txt", name(event))).collect();
    names.insert("commit.txt".into());
    let files =
        fs::read_dir(directory()).expect("the golden files").map(|entry| entry.expect("a readable entry").file_name());
    let files: BTreeSet<String> = files.map(|file| file.into_string().expect("a plain name")).collect();
    assert_eq!(files, names, "an event that was once written is never forgotten");
}

#[test]
fn what_is_longer_or_shorter_than_an_event_is_not_one() {
    for (_, event) in examples() {
        let bytes = bytes(&event);
        assert!(postcard::from_bytes::<Event>(&bytes[..bytes.len() - 1]).is_err(), "{event:?}");
        let longer = [bytes, vec![7]].concat();
        let (_, rest) = postcard::take_from_bytes::<Event>(&longer).expect("an event and one byte");
        assert_eq!(rest, [7], "{event:?}");
    }
}

/// The file that the bytes of a variant are kept in. Add an example below with every new one.
fn name(event: &Event) -> &'static str {
    match event {
        Event::Venue(VenueEvent::VenueImported { .. }) => "venue_imported",
        Event::Venue(VenueEvent::VenueOwned { .. }) => "venue_owned",
        Event::Show(event) => match event {
            ShowEvent::ShowScheduled(_) => "show_scheduled",
            ShowEvent::SalesOpened => "sales_opened",
            ShowEvent::SalesPaused => "sales_paused",
            ShowEvent::SalesClosed => "sales_closed",
            ShowEvent::ShowCancelled => "show_cancelled",
            ShowEvent::SeatsBlocked { .. } => "seats_blocked",
            ShowEvent::SeatsUnblocked { .. } => "seats_unblocked",
            ShowEvent::SeatsHeld(_) => "seats_held",
            ShowEvent::HoldExtended { .. } => "hold_extended",
            ShowEvent::HoldReleased(_) => "hold_released",
            ShowEvent::HoldExpired(_) => "hold_expired",
            ShowEvent::BookingConfirmed(_) => "booking_confirmed",
            ShowEvent::TicketsCancelled(_) => "tickets_cancelled",
            ShowEvent::ShowOwned { .. } => "show_owned",
        },
        Event::Checkout(event) => checkouts::name(event),
    }
}

/// With every field set, and where something may be absent, once more without. (Suffix of the file, event.)
fn examples() -> Vec<(&'static str, Event)> {
    let show = [
        ("", ShowEvent::ShowScheduled(Box::new(terms()))),
        ("_plainly", ShowEvent::ShowScheduled(Box::new(plain_terms()))),
        ("", ShowEvent::SalesOpened),
        ("", ShowEvent::SalesPaused),
        ("", ShowEvent::SalesClosed),
        ("", ShowEvent::ShowCancelled),
        ("", ShowEvent::SeatsBlocked { seats: seats(), reason: "Kamera, 2. Rang".into() }),
        ("", ShowEvent::SeatsUnblocked { seats: seats() }),
        ("", ShowEvent::SeatsHeld(held())),
        ("_by_nobody", ShowEvent::SeatsHeld(SeatsHeld { customer_id: None, adjacent: false, ..held() })),
        ("", ShowEvent::HoldExtended { hold_id: hold_id(), expires_at: Timestamp::from_micros(1_795_000_600_000_001) }),
        ("", ShowEvent::HoldReleased(ended())),
        ("", ShowEvent::HoldExpired(ended())),
        ("", ShowEvent::BookingConfirmed(booked())),
        ("_by_nobody", ShowEvent::BookingConfirmed(BookingConfirmed { customer_id: None, ..booked() })),
        ("", ShowEvent::TicketsCancelled(cancelled())),
        ("", ShowEvent::ShowOwned { organiser: organiser() }),
    ];
    let venue = VenueEvent::VenueImported { name: "Theater an der Wien".into(), plan: Box::new(plan()) };
    let owned = VenueEvent::VenueOwned { organiser: organiser() };
    let checkout = checkouts::examples().into_iter().map(|(suffix, event)| (suffix, Event::Checkout(event)));
    [venue, owned]
        .map(|event| ("", Event::Venue(event)))
        .into_iter()
        .chain(show.map(|(suffix, event)| (suffix, Event::Show(event))))
        .chain(checkout)
        .collect()
}

fn organiser() -> Organiser {
    Organiser::parse("theater-an-der-wien").expect("a good name")
}

fn commit() -> Commit {
    let ended = CommandRecord { id: CommandId::CLOCK, fingerprint: Fingerprint(0), events: 1 };
    let held = CommandRecord { id: CommandId(u128::MAX - 1), fingerprint: Fingerprint(u64::MAX - 2), events: 1 };
    Commit {
        stream: StreamId(Uuid::from_u128(0x0190_1111_2222_7333_8444_5555_6666_7777)),
        first_version: 300,
        time: Timestamp::from_micros(1_795_000_000_123_456),
        commands: vec![ended, held],
        events: vec![
            Event::Show(ShowEvent::HoldExpired(self::ended())),
            Event::Show(ShowEvent::SeatsHeld(self::held())),
        ],
    }
}

fn terms() -> ShowTerms {
    ShowTerms {
        venue_id: VenueId(Uuid::from_u128(0x0190_aaaa_bbbb_7ccc_8ddd_eeee_ffff_0001)),
        title: "Der Zweitbesetzte \u{1f3ad}".into(),
        starts_at_local: "2026-10-25T02:30".into(),
        time_zone: "Europe/Vienna".into(),
        starts_at: Timestamp::from_micros(1_792_888_200_000_000),
        currency: "EUR".into(),
        prices: vec![Some(Money::from_minor(12_900)), None, Some(Money::PRICE_MAX), Some(Money::ZERO)],
        hold_seconds: 600,
        max_per_customer: Some(8),
        on_sale_at: Some(Timestamp::from_micros(1_790_000_000_000_000)),
        off_sale_at: Some(Timestamp::from_micros(-1)),
    }
}

fn plain_terms() -> ShowTerms {
    ShowTerms { prices: Vec::new(), max_per_customer: None, on_sale_at: None, off_sale_at: None, ..terms() }
}

fn held() -> SeatsHeld {
    SeatsHeld {
        hold_id: hold_id(),
        customer_id: CustomerId::parse("kunde-7"),
        seats: seats(),
        general_admission: vec![(AreaIndex(0), 2), (AreaIndex(u16::MAX), 50)],
        expires_at: Timestamp::from_micros(1_795_000_600_000_000),
        adjacent: true,
    }
}

fn ended() -> HoldEnded {
    HoldEnded { hold_id: hold_id(), seats: seats(), general_admission: vec![(AreaIndex(1), 3)] }
}

fn booked() -> BookingConfirmed {
    BookingConfirmed {
        hold_id: hold_id(),
        booking_id: booking_id(),
        customer_id: CustomerId::parse("kunde-7"),
        seats: seats(),
        general_admission: vec![(AreaIndex(1), 3)],
        payment_reference: "pay_\u{e9}\u{20ac}".into(),
    }
}

fn cancelled() -> TicketsCancelled {
    TicketsCancelled {
        booking_id: booking_id(),
        tickets: vec![0, 3, 49],
        seats: vec![SeatIndex(127)],
        general_admission: vec![(AreaIndex(1), 2)],
    }
}

/// Where one byte ends and two begin, and so on up to the largest.
fn seats() -> Vec<SeatIndex> {
    [0, 127, 128, 16_384, 199_999, u32::MAX].map(SeatIndex).into()
}

fn hold_id() -> HoldId {
    HoldId(Uuid::from_u128(0x0190_0123_4567_789a_bcde_f012_3456_789a))
}

fn booking_id() -> BookingId {
    BookingId(Uuid::from_u128(0x0190_fedc_ba98_7654_a210_fedc_ba98_7654))
}

fn plan() -> PlanDefinition {
    let seat = |label: &str, x, radius, accessible| Seat {
        label: label.into(),
        number: "1".into(),
        category: CategoryIndex(1),
        x,
        y: -0.125,
        radius,
        accessible,
    };
    let first = Row {
        number: "1".into(),
        label: Some("Reihe 1".into()),
        seats: vec![seat("P-1-1", 10.5, Some(7.5), false), seat("P-1-2", 1e9, None, true)],
    };
    let second = Row { number: String::new(), label: None, seats: Vec::new() };
    let parterre = Zone {
        name: "Parterre".into(),
        zone_id: Some("ground".into()),
        x: 100.0,
        y: 0.1,
        rows: vec![first, second],
        shapes: vec![r#"{"shape":"circle"}"#.into()],
    };
    let empty = Zone { name: String::new(), zone_id: None, x: 0.0, y: 0.0, rows: Vec::new(), shapes: Vec::new() };
    PlanDefinition {
        name: "Gro\u{df}er Saal".into(),
        size: Some(Size { width: 1_000.0, height: 800.5 }),
        categories: vec![
            Category { name: "Stehplatz".into(), color: None },
            Category { name: "Parkett".into(), color: Some("#a0b1c2".into()) },
        ],
        zones: vec![parterre, empty],
        areas: vec![Area { name: "Stehparterre".into(), category: CategoryIndex(0), capacity: 1_000_000 }],
    }
}

/// Both forms against the file: in postcard, as the journal has it, and in JSON, as `export` has it.
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, value: &T) {
    let path = directory().join(format!("{name}.txt"));
    let hex: String = bytes(value).iter().map(|byte| format!("{byte:02x}")).collect();
    let json = serde_json::to_string(value).expect("an event is plain data");
    if !path.exists() && std::env::var_os("UNDERSTUDY_WRITE_GOLDEN").is_some() {
        fs::create_dir_all(directory()).expect("a directory for the golden files");
        fs::write(&path, format!("{hex}\n{json}\n")).expect("a new golden file");
    }
    let golden = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; UNDERSTUDY_WRITE_GOLDEN=1 writes it", path.display()));
    let (golden_hex, golden_json) = golden.trim_end().split_once('\n').expect("a line of hex and a line of JSON");
    assert_eq!(
        postcard::from_bytes::<T>(&unhex(golden_hex)).as_ref(),
        Ok(value),
        "{name}: old bytes are read as they were"
    );
    assert_eq!(hex, golden_hex, "{name}: bytes are written as they were");
    let read: T = serde_json::from_str(golden_json).unwrap_or_else(|error| panic!("{name}: old JSON is read: {error}"));
    assert_eq!(&read, value, "{name}: old JSON is read as it was");
    assert_eq!(json, golden_json, "{name}: JSON is written as it was");
}

fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("an event is plain data")
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("pairs of hex digits");
    (0..hex.len()).step_by(2).map(digits).collect()
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}
