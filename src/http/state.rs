//! What handlers work with. [`Parts`] is what the application hands in; nothing here comes from a setting by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::ToSchema;

use super::access::Doors;
use super::hold_token::HoldTokens;
use super::limits::{CallerLimits, HeldPlaces, Rates, StreamPlaces};
use super::metrics::Figures;
use super::request::InFlight;
use super::resources::seats::Maps;
use super::routes;
use crate::actors::{Checkouts, Directory, SeatWatch, Venues, Views};
use crate::journal::local::Figures as OfJournal;
use crate::journal::{Health, Journal};
use crate::store::Store;

/// Everything that the HTTP layer needs of the layers below.
pub struct Parts {
    pub directory: Directory,
    pub venues: Venues,
    pub views: Views,
    pub seat_watch: SeatWatch,
    pub store: Store,
    pub checkouts: Checkouts,
    pub journal: SharedJournal,
    pub tokens: HoldTokens,
    pub doors: Doors,
    pub limits: Limits,
    pub callers: CallerLimits,
    /// `None`: faults cannot be injected.
    pub chaos: Option<Chaos>,
    pub readiness: Readiness,
    pub journal_figures: JournalFigures,
}

/// To be read from, for exports.
#[derive(Clone)]
pub struct SharedJournal(pub Arc<dyn Journal>);

/// What the journal has done so far.
#[derive(Clone)]
pub struct JournalFigures(pub Arc<dyn Fn() -> OfJournal + Send + Sync>);

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the body of an import.
    pub import_body_bytes: usize,
    /// Bytes of every other body.
    pub body_bytes: usize,
    /// For a view to reach the position that a read asks for.
    pub min_position_wait: Duration,
    /// Seat maps kept as bytes, ready to be sent, in all.
    pub seat_map_cache_bytes: usize,
    /// For a body to arrive in full.
    pub body_timeout: Duration,
    /// Whether every command must have an idempotency key.
    pub idempotency_key_required: bool,
    /// Live seat maps open at once.
    pub streams_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            import_body_bytes: 48 << 20,
            body_bytes: 256 << 10,
            min_position_wait: Duration::from_secs(2),
            seat_map_cache_bytes: 64 << 20,
            body_timeout: Duration::from_secs(10),
            idempotency_key_required: false,
            streams_max: 5_000,
        }
    }
}

/// Whether requests can be served: the journal can be written, and the application says that it is up.
#[derive(Clone, Debug)]
pub struct Readiness {
    pub journal: watch::Receiver<Health>,
    /// False while starting and while shutting down.
    pub serving: Arc<AtomicBool>,
}

impl Readiness {
    pub fn is_serving(&self) -> bool {
        self.serving.load(Ordering::Acquire)
    }
}

/// What can be broken on purpose beyond actors.
#[derive(Clone)]
pub struct Chaos {
    pub disk: Arc<dyn Fn(DiskMode) + Send + Sync>,
}

/// What the disk of the journal is to do from now on. Braces even where there is nothing to say: of a variant without
/// them serde lets unknown fields pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum DiskMode {
    Well {},
    Slow { milliseconds: u32 },
    Failing {},
    Full {},
}

pub struct State {
    pub parts: Parts,
    pub figures: Vec<Arc<Figures>>,
    pub maps: Maps,
    pub rates: Rates,
    pub held_places: HeldPlaces,
    pub in_flight: InFlight,
    pub streams: Arc<StreamPlaces>,
}

impl State {
    pub fn new(parts: Parts) -> Self {
        let figures =
            routes::all().iter().map(|route| Arc::new(Figures::new(route.method.clone(), route.path))).collect();
        let maps = Maps::new(parts.limits.seat_map_cache_bytes);
        let callers = &parts.callers;
        let rates = Rates::new(callers.rate_per_address, callers.rate_per_key);
        let held_places = HeldPlaces::new(callers.places_per_address_max, callers.places_per_customer_max);
        let streams = Arc::new(StreamPlaces::new(parts.limits.streams_max, rates.count_addresses()));
        Self { parts, figures, maps, rates, held_places, in_flight: InFlight::default(), streams }
    }

    /// Forgets callers who are not limited any more. To be done every second or so.
    pub fn sweep(&self) {
        self.rates.forget_the_idle();
        self.parts.checkouts.take_booked().into_iter().for_each(|hold_id| self.held_places.ended(hold_id));
        self.held_places.sweep(self.parts.directory.now(), |hold_id| self.parts.checkouts.hold_lasts(hold_id));
    }
}
