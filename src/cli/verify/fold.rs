//! The journal, folded show by show.

use std::collections::BTreeMap;
use std::sync::Arc;

use ahash::AHashMap;

use super::ledger::Ledger;
use super::show_audit::ShowAudit;
use super::tickets::Tickets;
use crate::domain::plan::SeatingPlan;
use crate::domain::{CheckoutId, Event, ShowEvent, ShowId, StreamId, VenueEvent, VenueId};
use crate::journal::{Position, Record, Version};

/// One stream as the journal has it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StreamEnd {
    pub version: Version,
    /// Of the hashes of its records, added up: equal logs have equal sums.
    pub hash_sum: u64,
    /// Of its last record.
    pub position: Position,
}

#[derive(Default)]
pub struct Folded {
    pub shows: BTreeMap<ShowId, ShowAudit>,
    pub streams: AHashMap<StreamId, StreamEnd>,
    pub end: Position,
    pub violations: Vec<String>,
    ledger: Ledger,
    tickets: Tickets,
    plans: AHashMap<VenueId, Arc<SeatingPlan>>,
}

impl Folded {
    /// The reader has checked the record itself: checksum, chain, dense position and versions.
    pub fn add(&mut self, record: &Record) {
        let commit = &record.commit;
        let stream = self.streams.entry(commit.stream).or_default();
        stream.version = commit.last_version();
        stream.hash_sum = stream.hash_sum.wrapping_add(hash_part(record));
        stream.position = record.position;
        self.end = record.position;
        for event in &commit.events {
            match event {
                Event::Venue(VenueEvent::VenueImported { plan, .. }) => {
                    let plan = Arc::new(SeatingPlan::new((**plan).clone()));
                    self.plans.insert(VenueId(commit.stream.0), plan);
                }
                Event::Venue(VenueEvent::VenueOwned { .. }) => {}
                Event::Show(event) => self.add_event(ShowId(commit.stream.0), event, record.position),
                Event::Checkout(event) => self.ledger.fold(CheckoutId(commit.stream.0), event),
            }
        }
        if let Some(show) = self.shows.get_mut(&ShowId(commit.stream.0)) {
            commit.commands.iter().for_each(|command| show.note_command(command, commit.time));
            show.end_commit(commit.time);
        }
    }

    pub fn show_lines(&self) -> impl Iterator<Item = String> {
        self.shows.iter().map(|(id, show)| {
            let counts = show.counts();
            let (held, sold, blocked) =
                counts.iter().fold((0, 0, 0), |all, one| (all.0 + one.0, all.1 + one.1, all.2 + one.2));
            let verdict = if show.violations.is_empty() { "ok" } else { "VIOLATED" };
            let title = show.terms.as_ref().map_or("", |terms| terms.title.as_str());
            format!(
                "show {id}  {verdict}  version {}  {}  sold {sold}  held {held} in {} holds  blocked {blocked}  bookings {}  {title:?}",
                show.version, show.status.name(), show.live_holds(), show.bookings.len(),
            )
        })
    }

    pub fn all_violations(&self) -> impl Iterator<Item = String> {
        let of_shows = self
            .shows
            .iter()
            .flat_map(|(id, show)| show.violations.iter().map(move |violation| format!("show {id}, {violation}")));
        self.violations.iter().cloned().chain(of_shows).chain(self.ledger.close(&self.shows).0)
    }

    /// How the money stands of each show that was sold through checkouts.
    pub fn ledger_lines(&self) -> impl Iterator<Item = String> {
        self.ledger.close(&self.shows).1.into_iter().map(|(id, money)| {
            format!(
                "ledger   show {id}  captured {}  refunded {}  refunds under way {}  live tickets {}",
                money.captured, money.refunded, money.refunds_under_way, money.live_tickets
            )
        })
    }

    pub fn venue_count(&self) -> usize {
        self.plans.len()
    }

    fn add_event(&mut self, id: ShowId, event: &ShowEvent, position: Position) {
        if let ShowEvent::ShowScheduled(terms) = event
            && !self.shows.contains_key(&id)
        {
            match self.plans.get(&terms.venue_id) {
                Some(plan) => drop(self.shows.insert(id, ShowAudit::new(plan.clone()))),
                None => self.violations.push(format!("position {position}: show {id} is in an unknown venue")),
            }
        }
        if let ShowEvent::BookingConfirmed(confirmed) = event
            && let Some(what) = self.tickets.confirm(id, confirmed)
        {
            self.violations.push(format!("position {position}: {what}"));
        }
        match self.shows.get_mut(&id) {
            Some(show) => show.fold(event),
            None => {
                self.violations.push(format!("position {position}: an event of show {id}, which was never scheduled"))
            }
        }
    }
}

pub fn hash_part(record: &Record) -> u64 {
    u64::from_le_bytes(record.hash[..8].try_into().expect("a hash has 32 bytes"))
}
