//! The evidence, put in order: what every property works on.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::checkouts::{self, Checkout};
use super::commands::{self, Command};
use super::evidence::Evidence;
use super::journal::Commit;
use super::ledger::{self, Hold, ShowLedger};
use super::tickets;
use super::window::Horizon;
use crate::api::HoldAnswer;
use crate::hall::SeatIndex;

pub struct Case<'a> {
    pub evidence: &'a Evidence,
    pub index: SeatIndex,
    /// By the setup's shows.
    pub shows: Vec<ShowLedger>,
    pub horizons: Vec<Horizon>,
    pub commands: Vec<Command<'a>>,
    /// By the setup's shows, in the order of their versions.
    commits: Vec<Vec<&'a Commit>>,
    /// Holds that a customer was told of.
    pub acknowledged: HashSet<Uuid>,
    /// The holds of the journal, by show and customer.
    holds: HashMap<(u32, String), Vec<Uuid>>,
    /// Which show a booking of the journal is in.
    pub show_of_booking: HashMap<Uuid, usize>,
    /// By ticket, as customers were told: its booking, and its number there.
    pub tickets: HashMap<Uuid, (Uuid, usize)>,
    /// The checkouts of the journal; `None`: a stream that is none.
    pub checkouts: HashMap<Uuid, Option<Checkout>>,
    /// By hold: those that were begun for it, and those that took it themselves.
    pub checkouts_of_hold: HashMap<Uuid, Vec<Uuid>>,
}

impl<'a> Case<'a> {
    pub fn of(evidence: &'a Evidence) -> Self {
        let hall = &evidence.setup.hall;
        let mut streams: HashMap<Uuid, Vec<&Commit>> = HashMap::new();
        for commit in &evidence.commits {
            streams.entry(commit.stream).or_default().push(commit);
        }
        let of_show = |show_id: Uuid| streams.remove(&show_id).unwrap_or_default();
        let commits: Vec<Vec<&Commit>> = evidence.setup.shows.iter().map(|show| show.show_id).map(of_show).collect();
        let shows: Vec<ShowLedger> = commits.iter().map(|commits| ledger::fold(hall, commits)).collect();
        let commands = commands::group(&evidence.calls);
        let horizons = (0..).zip(&shows).map(|(show, ledger)| Horizon::of(show, ledger, &commands)).collect();
        let bookings = |(show, ledger): (usize, &ShowLedger)| {
            ledger.bookings.keys().map(|booking| (*booking, show)).collect::<Vec<_>>()
        };
        let show_of_booking = shows.iter().enumerate().flat_map(bookings).collect();
        let acknowledged = acknowledged(&commands);
        let holds = holds_by_customer(&shows);
        let index = hall.index();
        let checkouts = checkouts::read(&evidence.commits);
        let checkouts_of_hold = by_hold(&checkouts);
        Self {
            evidence,
            index,
            shows,
            horizons,
            commands,
            commits,
            acknowledged,
            holds,
            show_of_booking,
            tickets: tickets::told(&evidence.calls),
            checkouts,
            checkouts_of_hold,
        }
    }

    pub fn checkout(&self, checkout_id: Uuid) -> Option<&Checkout> {
        self.checkouts.get(&checkout_id).and_then(Option::as_ref)
    }

    /// All that are checkouts.
    pub fn checkouts(&self) -> impl Iterator<Item = (Uuid, &Checkout)> {
        self.checkouts.iter().filter_map(|(id, checkout)| Some((*id, checkout.as_ref()?)))
    }

    /// Those for a hold, and those that took it themselves.
    pub fn checkouts_of(&self, hold_id: Uuid) -> impl Iterator<Item = (Uuid, &Checkout)> {
        let ids = self.checkouts_of_hold.get(&hold_id).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.checkout(*id).map(|checkout| (*id, checkout)))
    }

    /// Whether a checkout took this hold itself, after its buyer's had expired.
    pub fn is_retaken(&self, show: usize, hold_id: Uuid) -> bool {
        let show_id = self.evidence.setup.shows[show].show_id;
        let took = |checkout: &Checkout| checkout.show_id == show_id && checkout.holds[1..].contains(&hold_id);
        self.checkouts_of(hold_id).any(|(_, checkout)| took(checkout))
    }

    pub fn ledger(&self, show: u32) -> Option<&ShowLedger> {
        self.shows.get(show as usize)
    }

    pub fn label(&self, seat: u32) -> &str {
        &self.evidence.setup.hall.seats[seat as usize].label
    }

    /// Where the hold's tickets lead, in their order: its seats, then its standing places by area.
    pub fn places(&self, hold: &Hold) -> Vec<&str> {
        let areas = &self.evidence.setup.hall.areas;
        let standing = hold
            .areas
            .iter()
            .flat_map(|&(area, places)| std::iter::repeat_n(areas[area as usize].label.as_str(), places as usize));
        hold.seats.iter().map(|&seat| self.label(seat)).chain(standing).collect()
    }

    /// The customer's holds in the journal, in the order of their versions.
    pub fn holds_of(&self, show: u32, customer: &str) -> &[Uuid] {
        self.holds.get(&(show, customer.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The events of a show with these versions, as lines.
    pub fn commit_lines(&self, show: usize, versions: &[u64]) -> Vec<String> {
        let line = |version: &u64| {
            let after = self.commits[show].partition_point(|commit| commit.first_version <= *version);
            let commit = self.commits[show].get(after.checked_sub(1)?)?;
            let event = commit.events.get((*version - commit.first_version) as usize)?;
            Some(format!("journal position {}, version {version}: {event:?}", commit.position))
        };
        versions.iter().filter_map(line).collect()
    }
}

fn acknowledged(commands: &[Command]) -> HashSet<Uuid> {
    let accepted = commands.iter().filter(|command| command.kind.is_hold()).filter_map(Command::accepted);
    accepted
        .filter_map(|(call, _)| serde_json::from_slice(&call.answer).ok())
        .map(|hold: HoldAnswer| hold.hold_id)
        .collect()
}

fn by_hold(checkouts: &HashMap<Uuid, Option<Checkout>>) -> HashMap<Uuid, Vec<Uuid>> {
    let mut by_hold: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (id, checkout) in checkouts {
        for hold_id in checkout.iter().flat_map(|checkout| &checkout.holds) {
            by_hold.entry(*hold_id).or_default().push(*id);
        }
    }
    by_hold
}

fn holds_by_customer(shows: &[ShowLedger]) -> HashMap<(u32, String), Vec<Uuid>> {
    let mut holds: HashMap<(u32, String), Vec<Uuid>> = HashMap::new();
    for (show, ledger) in (0..).zip(shows) {
        let mut in_order: Vec<_> = ledger.holds.iter().collect();
        in_order.sort_by_key(|(_, hold)| hold.held_at);
        for (hold_id, hold) in in_order {
            if let Some(customer) = &hold.customer_id {
                holds.entry((show, customer.clone())).or_default().push(*hold_id);
            }
        }
    }
    holds
}
