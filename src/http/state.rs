//! What handlers work with. [`Parts`] is what the application hands in; nothing here comes from a setting by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::ToSchema;

use super::access::Doors;
use super::hold_token::HoldTokens;
use super::metrics::Figures;
use super::resources::seats::Maps;
use super::routes;
use crate::actors::{Checkouts, Directory, Venues, Views};
use crate::journal::Health;

/// Everything that the HTTP layer needs of the layers below.
pub struct Parts {
    pub directory: Directory,
    pub venues: Venues,
    pub views: Views,
    pub checkouts: Checkouts,
    pub tokens: HoldTokens,
    pub doors: Doors,
    pub limits: Limits,
    /// `None`: faults cannot be injected.
    pub chaos: Option<Chaos>,
    pub readiness: Readiness,
}

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
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            import_body_bytes: 48 << 20,
            body_bytes: 256 << 10,
            min_position_wait: Duration::from_secs(2),
            seat_map_cache_bytes: 64 << 20,
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

/// What the disk of the journal is to do from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum DiskMode {
    Well,
    Slow { milliseconds: u32 },
    Failing,
    Full,
}

pub struct State {
    pub parts: Parts,
    pub figures: Vec<Arc<Figures>>,
    pub maps: Maps,
}

impl State {
    pub fn new(parts: Parts) -> Self {
        let figures =
            routes::all().iter().map(|route| Arc::new(Figures::new(route.method.clone(), route.path))).collect();
        let maps = Maps::new(parts.limits.seat_map_cache_bytes);
        Self { parts, figures, maps }
    }
}
