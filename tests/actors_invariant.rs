//! What must be true of every house at the end of every evening: the ledger of what callers were told, the log, and the
//! views say the same.
//!
//! - the log is chained, its positions and versions are dense, its fold passes `Show::check_invariants` at every commit;
//! - what a caller was told is in the log, once, to the letter; what all were refused is not;
//! - each view equals the pure fold of the log.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use understudy::actors::{Receipt, SendError};
use understudy::domain::event::ShowTerms;
use understudy::domain::plan::{AreaIndex, SeatIndex, SeatingPlan};
use understudy::domain::{
    BookingId, Command, CommandId, Event, Fingerprint, Refusal, Show, ShowEvent, ShowId, StreamId, VenueEvent, VenueId,
};
use understudy::journal::{Record, codec};
use understudy::projections::bookings::BookingView;
use understudy::projections::sales::ShowSales;
use understudy::projections::seat_map::SeatMap;
use understudy::projections::show_list::ShowSummary;

use crate::house::{DEADLINE, Evening};

type Answer = Result<Receipt, SendError>;

/// All that was asked and answered, over all evenings of a playhouse.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<Entries>>);

#[derive(Default)]
struct Entries {
    asked: HashMap<CommandId, HashSet<Fingerprint>>,
    answers: Vec<(ShowId, CommandId, Fingerprint, Answer)>,
    /// Shows whose log a test has written nonsense into.
    spoilt: HashSet<StreamId>,
}

impl Ledger {
    pub fn asked(&self, _: ShowId, command: &Command) {
        let mut entries = self.0.lock().expect("no test panics in here");
        entries.asked.entry(command.id).or_default().insert(command.fingerprint);
    }

    pub fn answered(&self, show: ShowId, command: &Command, answer: &Answer) {
        let mut entries = self.0.lock().expect("no test panics in here");
        entries.answers.push((show, command.id, command.fingerprint, answer.clone()));
    }

    /// From now on nothing is expected of this show.
    pub fn spoilt(&self, show: ShowId) {
        self.0.lock().expect("no test panics in here").spoilt.insert(StreamId::from(show));
    }

    /// How many different commands were accepted.
    pub fn accepted(&self) -> usize {
        let entries = self.0.lock().expect("no test panics in here");
        entries.answers.iter().filter(|(.., answer)| answer.is_ok()).map(|(_, id, ..)| id).collect::<HashSet<_>>().len()
    }
}

/// One show as its log says it is, and every view of it.
struct Folded {
    show: Show,
    map: SeatMap,
    summary: ShowSummary,
    sales: ShowSales,
    bookings: BTreeMap<BookingId, BookingView>,
}

pub async fn check(evening: &Evening) {
    evening.house.views.caught_up(DEADLINE).await.expect("the views catch up");
    let records = evening.log();
    check_records(&records);
    let entries = evening.ledger.0.lock().expect("no test panics in here");
    check_answers(&records, &entries);
    for (stream, folded) in fold(&records, &entries.spoilt) {
        check_views(evening, ShowId(stream.0), &folded);
    }
}

fn check_records(records: &[Record]) {
    let mut previous = codec::HASH_OF_NOTHING;
    let mut versions: HashMap<StreamId, u64> = HashMap::new();
    for (record, position) in records.iter().zip(1..) {
        assert_eq!(record.position.0, position, "positions are dense");
        let decoded = codec::decode(&record.bytes, &previous).expect("a chained record");
        assert_eq!(decoded.commit, record.commit);
        previous = record.hash;
        let version = versions.entry(record.commit.stream).or_default();
        assert_eq!(record.commit.first_version, *version + 1, "versions are dense");
        *version = record.commit.last_version();
    }
}

fn check_answers(records: &[Record], entries: &Entries) {
    let mut accepted: HashMap<CommandId, (&Record, usize)> = HashMap::new();
    for record in records {
        let spoilt = entries.spoilt.contains(&record.commit.stream);
        for (slot, command) in record.commit.commands.iter().enumerate() {
            if command.id == CommandId::CLOCK {
                continue;
            }
            assert!(accepted.insert(command.id, (record, slot)).is_none(), "{:?} happened twice", command.id);
            if spoilt || matches!(record.commit.events[0], Event::Venue(_)) {
                continue;
            }
            let asked = entries.asked.get(&command.id).unwrap_or_else(|| panic!("nobody asked for {:?}", command.id));
            assert!(asked.contains(&command.fingerprint));
        }
    }
    let mut told_more: HashSet<CommandId> = HashSet::new();
    for (show, id, fingerprint, answer) in &entries.answers {
        match answer {
            Ok(receipt) => {
                told_more.insert(*id);
                let (record, slot) = accepted.get(id).unwrap_or_else(|| panic!("{id:?} was acknowledged and is lost"));
                assert_eq!(record.commit.stream, StreamId::from(*show));
                assert_eq!(record.commit.commands[*slot].fingerprint, *fingerprint);
                assert_eq!((receipt.position(), receipt.version()), (record.position, record.commit.outcome(*slot).1));
                let events = receipt.events().map(|event| Event::Show(event.clone()));
                assert!(events.eq(record.commit.outcome(*slot).0.iter().cloned()), "an answer is what the log says");
            }
            Err(SendError::Refused(Refusal::KeyReused) | SendError::OutcomeUnknown | SendError::ShowQuarantined) => {
                told_more.insert(*id);
            }
            Err(_) => {}
        }
    }
    for (_, id, _, answer) in &entries.answers {
        assert!(told_more.contains(id) || !accepted.contains_key(id), "{answer:?}, and yet {id:?} is in the log");
    }
}

fn fold(records: &[Record], spoilt: &HashSet<StreamId>) -> BTreeMap<StreamId, Folded> {
    let mut venues: HashMap<VenueId, Arc<SeatingPlan>> = HashMap::new();
    let mut shows: BTreeMap<StreamId, Folded> = BTreeMap::new();
    for record in records.iter().filter(|record| !spoilt.contains(&record.commit.stream)) {
        let commit = &record.commit;
        for (event, version) in commit.events.iter().zip(commit.first_version..) {
            match event {
                Event::Venue(VenueEvent::VenueImported { plan, .. }) => {
                    venues.insert(VenueId(commit.stream.0), Arc::new(SeatingPlan::new((**plan).clone())));
                }
                Event::Checkout(event) => panic!("nobody checks out in these runs: {event:?}"),
                Event::Venue(VenueEvent::VenueOwned { .. }) => {}
                Event::Show(event) => {
                    if let ShowEvent::ShowScheduled(terms) = event {
                        shows.insert(commit.stream, Folded::new(terms, version, venues[&terms.venue_id].clone()));
                    }
                    let show = shows.get_mut(&commit.stream).expect("a show begins by being scheduled");
                    show.fold(record, version, event);
                }
            }
        }
        if let Some(folded) = shows.get(&commit.stream) {
            folded.show.check_invariants().unwrap_or_else(|what| panic!("at position {}: {what}", record.position));
        }
    }
    shows
}

impl Folded {
    fn new(terms: &ShowTerms, version: u64, plan: Arc<SeatingPlan>) -> Self {
        Self {
            map: SeatMap::default(),
            summary: ShowSummary::scheduled(version, terms, &plan),
            sales: ShowSales::scheduled(version, terms),
            bookings: BTreeMap::new(),
            show: Show::new(plan),
        }
    }

    fn fold(&mut self, record: &Record, version: u64, event: &ShowEvent) {
        self.show.apply(event);
        let plan = self.show.plan().clone();
        self.map.fold(version, event).expect("it fits");
        self.summary.fold(version, event, &plan).expect("it fits");
        self.sales.fold(version, event, &plan).expect("it fits");
        if let ShowEvent::BookingConfirmed(confirmed) = event {
            let (show, at) = (ShowId(record.commit.stream.0), record.commit.time);
            self.bookings.insert(confirmed.booking_id, BookingView::confirmed(show, version, at, confirmed));
        }
        if let ShowEvent::TicketsCancelled(cancelled) = event {
            let booking = self.bookings.get_mut(&cancelled.booking_id).expect("only bookings are cancelled");
            booking.fold_cancelled(version, cancelled).expect("it fits");
        }
    }
}

/// The views against the fold of the views, and the fold of the views against the show itself.
fn check_views(evening: &Evening, show: ShowId, folded: &Folded) {
    let views = &evening.house.views;
    let (_, map) = views.seat_map(show).expect("readable").expect("the view has the show");
    let (_, summary) = views.show(show).expect("readable").expect("the view has the show");
    let (_, sales) = views.sales(show).expect("readable").expect("the view has the show");
    assert_eq!((&*map, &*summary, &*sales), (&folded.map, &folded.summary, &folded.sales), "views of {show}");
    for (id, booking) in &folded.bookings {
        let found = views.booking(*id).expect("readable").map(|(_, booking)| booking);
        assert_eq!(found.as_ref(), Some(booking));
    }
    let plan = folded.show.plan();
    for seat in (0..plan.seat_count()).map(SeatIndex) {
        assert_eq!(map.status(seat), folded.show.seat_status(seat), "seat {}", plan.label(seat));
    }
    for area in (0..plan.areas().len() as u16).map(AreaIndex) {
        assert_eq!(map.area_counts(area), folded.show.area_counts(area));
    }
    assert_eq!(summary.status, folded.show.status());
}
