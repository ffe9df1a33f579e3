//! What has happened since the start, counted: for metrics. Atomics only, because every command passes here.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::send_error::SendError;
use crate::domain::{Action, Event, ShowEvent};

/// The names of commands, as metrics have them.
pub const COMMANDS: [&str; 13] = [
    "schedule_show",
    "open_sales",
    "pause_sales",
    "cancel_show",
    "block_seats",
    "unblock_seats",
    "hold_seats",
    "extend_hold",
    "release_hold",
    "confirm_hold",
    "cancel_tickets",
    "tick",
    "hold_equal",
];

/// How a command can end.
pub const OUTCOMES: [&str; 10] = [
    "accepted",
    "refused",
    "show_not_found",
    "venue_not_found",
    "overloaded",
    "journal_unavailable",
    "outcome_unknown",
    "show_quarantined",
    "command_quarantined",
    "store_unavailable",
];

/// Why the next incarnation of a show had to begin.
pub const CAUSES: [&str; 3] = ["panic", "stopped", "unavailable"];

/// What became of holds and bookings.
pub const EVENTS: [&str; 7] =
    ["held", "extended", "released", "expired", "confirmed", "tickets_cancelled", "show_cancelled"];

#[derive(Debug, Default)]
pub struct Tally {
    commands: [[AtomicU64; OUTCOMES.len()]; COMMANDS.len()],
    restarts: [AtomicU64; CAUSES.len()],
    events: [AtomicU64; EVENTS.len()],
    recoveries: AtomicU64,
    recovery_micros: AtomicU64,
    events_replayed: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Panic,
    Stopped,
    Unavailable,
}

/// All of it at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tallied {
    /// By command and outcome.
    pub commands: [[u64; OUTCOMES.len()]; COMMANDS.len()],
    pub restarts: [u64; CAUSES.len()],
    pub events: [u64; EVENTS.len()],
    pub recoveries: u64,
    pub recovery_micros: u64,
    pub events_replayed: u64,
}

impl Tally {
    pub fn command(&self, command: usize, outcome: Result<(), &SendError>) {
        self.commands[command][outcome_index(outcome)].fetch_add(1, Relaxed);
    }

    pub fn restart(&self, cause: Cause) {
        self.restarts[cause as usize].fetch_add(1, Relaxed);
    }

    pub fn recovery(&self, events_replayed: u64, took: Duration) {
        self.recoveries.fetch_add(1, Relaxed);
        self.recovery_micros.fetch_add(took.as_micros() as u64, Relaxed);
        self.events_replayed.fetch_add(events_replayed, Relaxed);
    }

    /// Of a commit that is durable.
    pub fn events(&self, events: &[Event]) {
        for index in events.iter().filter_map(event_index) {
            self.events[index].fetch_add(1, Relaxed);
        }
    }

    pub fn read(&self) -> Tallied {
        let load = |counter: &AtomicU64| counter.load(Relaxed);
        Tallied {
            commands: self.commands.each_ref().map(|outcomes| outcomes.each_ref().map(load)),
            restarts: self.restarts.each_ref().map(load),
            events: self.events.each_ref().map(load),
            recoveries: load(&self.recoveries),
            recovery_micros: load(&self.recovery_micros),
            events_replayed: load(&self.events_replayed),
        }
    }
}

/// Into [`COMMANDS`].
pub fn command_index(action: &Action) -> usize {
    match action {
        Action::ScheduleShow { .. } => 0,
        Action::OpenSales => 1,
        Action::PauseSales => 2,
        Action::CancelShow => 3,
        Action::BlockSeats { .. } => 4,
        Action::UnblockSeats { .. } => 5,
        Action::HoldSeats(_) => 6,
        Action::ExtendHold { .. } => 7,
        Action::ReleaseHold { .. } => 8,
        Action::ConfirmHold { .. } => 9,
        Action::CancelTickets { .. } => 10,
        Action::Tick => 11,
        Action::HoldEqual(_) => 12,
    }
}

/// Into [`OUTCOMES`].
fn outcome_index(outcome: Result<(), &SendError>) -> usize {
    match outcome {
        Ok(_) => 0,
        Err(SendError::Refused(_)) => 1,
        Err(SendError::ShowNotFound) => 2,
        Err(SendError::VenueNotFound) => 3,
        Err(SendError::Overloaded) => 4,
        Err(SendError::JournalUnavailable(_)) => 5,
        Err(SendError::OutcomeUnknown) => 6,
        Err(SendError::ShowQuarantined) => 7,
        Err(SendError::CommandQuarantined) => 8,
        Err(SendError::StoreUnavailable(_)) => 9,
    }
}

/// Into [`EVENTS`]; `None`: not one of a hold or a booking.
fn event_index(event: &Event) -> Option<usize> {
    let Event::Show(event) = event else { return None };
    match event {
        ShowEvent::SeatsHeld(_) => Some(0),
        ShowEvent::HoldExtended { .. } => Some(1),
        ShowEvent::HoldReleased(_) => Some(2),
        ShowEvent::HoldExpired(_) => Some(3),
        ShowEvent::BookingConfirmed(_) => Some(4),
        ShowEvent::TicketsCancelled(_) => Some(5),
        ShowEvent::ShowCancelled => Some(6),
        ShowEvent::ShowScheduled(_)
        | ShowEvent::ShowOwned { .. }
        | ShowEvent::SalesOpened
        | ShowEvent::SalesPaused
        | ShowEvent::SalesClosed
        | ShowEvent::SeatsBlocked { .. }
        | ShowEvent::SeatsUnblocked { .. } => None,
    }
}
