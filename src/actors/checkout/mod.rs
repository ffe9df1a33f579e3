//! The runner of checkouts: it performs what the state machine of the domain says is to be done next, and writes down
//! what came of it before anything else is begun.
//!
//! An open checkout is a row in a table ([`table`]); one that has something to do is driven until it rests ([`drive`]).
//! What is to be done follows from the log alone, so after a crash of a drive, of the runner, or of the process, the row
//! is made again from the log and it goes on. No rule about money or seats is here.

mod begin;
mod box_office;
mod drive;
mod error;
mod faults;
mod life;
mod log;
mod notices;
mod options;
mod past_hold;
mod perform;
mod read;
mod report;
mod row;
mod school;
mod table;
mod till;
mod turn;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_rt::Arbiter;
use tokio::sync::{Notify, watch};

pub use begin::BeginCheckout;
pub use error::CheckoutError;
pub use faults::CheckoutCrashMode;
pub use notices::{NoticeError, Noticed};
pub use options::CheckoutOptions;
pub use read::Standing;
pub use report::{CheckoutReport, CheckoutsReport, SweepReport};

use super::clock::Clock;
use super::creations::Creations;
use super::directory::Directory;
use super::projector::Views;
use crate::domain::Timestamp;
use crate::domain::checkout::Input;
use crate::journal::Journal;
use crate::payments::PaymentGateway;
use crate::store::Store;
use log::CheckoutLog;
use table::Table;

/// All checkouts. Cheap to clone.
#[derive(Clone)]
pub struct Checkouts(Arc<Inner>);

/// What the runner works with.
pub struct CheckoutParts {
    pub journal: Arc<dyn Journal>,
    pub store: Store,
    pub directory: Directory,
    pub views: Views,
    pub creations: Creations,
    pub clock: Clock,
    /// All that checkouts, new or old, may be paid through.
    pub gateways: Vec<Arc<dyn PaymentGateway>>,
    pub options: CheckoutOptions,
}

struct Inner {
    log: CheckoutLog,
    directory: Directory,
    views: Views,
    creations: Creations,
    clock: Clock,
    gateways: Vec<Arc<dyn PaymentGateway>>,
    options: CheckoutOptions,
    table: Mutex<Table>,
    /// Something is due sooner than before.
    sooner: Notify,
    /// Whether all that was open is in the table.
    is_ready: watch::Sender<bool>,
    arbiter: actix_rt::ArbiterHandle,
    faults: faults::Faults,
}

/// What came of an action.
enum Step {
    Came(Input),
    /// It may go well another time, and had no effect so far.
    Failed(String),
    /// It may have had its effect.
    Unknown(String),
    /// Not by itself: an operator has to look.
    Hopeless(String),
}

impl Checkouts {
    /// Starts the runner on a thread of its own. Whoever closes the journal stops the thread first.
    pub fn start(parts: CheckoutParts) -> (Self, Arbiter) {
        let arbiter = Arbiter::new();
        let inner = Arc::new(Inner {
            log: CheckoutLog { journal: parts.journal, store: parts.store },
            directory: parts.directory,
            views: parts.views,
            creations: parts.creations,
            clock: parts.clock,
            gateways: parts.gateways,
            options: parts.options,
            table: Mutex::default(),
            sooner: Notify::new(),
            is_ready: watch::Sender::new(false),
            arbiter: arbiter.handle(),
            faults: faults::Faults::default(),
        });
        arbiter.spawn(inner.clone().live());
        (Self(inner), arbiter)
    }
}

impl Inner {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Held for moments only, never while something is waited for.
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn gateway(&self, name: &str) -> Option<&Arc<dyn PaymentGateway>> {
        self.gateways.iter().find(|gateway| gateway.name() == name)
    }
}
