//! What was done to the server, and when.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use super::now_us;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// A crash of one show's actor, by the server's own chaos switch.
    ActorCrash,
    /// A crash of the runner of checkouts, or of one that was just driven, by the same switch.
    CheckoutCrash,
    /// `SIGKILL`, until the server was ready again.
    ProcessKilled,
    /// `SIGSTOP`, until `SIGCONT`.
    ProcessPaused,
    DiskSlow,
    DiskFailing,
    DiskFull,
}

impl FaultKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::ActorCrash => "actor crash",
            Self::CheckoutCrash => "checkout crash",
            Self::ProcessKilled => "process killed",
            Self::ProcessPaused => "process paused",
            Self::DiskSlow => "disk slow",
            Self::DiskFailing => "disk failing",
            Self::DiskFull => "disk full",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    pub kind: FaultKind,
    /// The mode of a crash, or what came of it.
    pub detail: String,
    pub started_us: i64,
    /// When the cause was gone; equal to the start where it is over at once.
    pub ended_us: i64,
    /// When it was seen to work again.
    pub recovered_us: i64,
}

/// Shared by all who do harm.
#[derive(Clone, Debug, Default)]
pub struct FaultLog(Arc<Mutex<Vec<Fault>>>);

const NOT_DELIVERED: &str = "not delivered";

impl Fault {
    /// Whether the server took it.
    pub fn took_place(&self) -> bool {
        !self.detail.contains(NOT_DELIVERED)
    }
}

impl FaultLog {
    /// Of one that the server could not be asked for.
    pub fn missed(&self, kind: FaultKind, mode: &str, why: &str) {
        self.point(kind, &format!("{mode}: {NOT_DELIVERED}: {why}"));
    }

    /// Of an injected fault that is over as soon as it is asked for.
    pub fn point(&self, kind: FaultKind, detail: &str) {
        let now = now_us();
        self.add(Fault { kind, detail: detail.to_owned(), started_us: now, ended_us: now, recovered_us: now });
    }

    pub fn add(&self, fault: Fault) {
        self.0.lock().expect("no one panics while holding the log of faults").push(fault);
    }

    pub fn all(&self) -> Vec<Fault> {
        let mut faults = self.0.lock().expect("no one panics while holding the log of faults").clone();
        faults.sort_by_key(|fault| fault.started_us);
        faults
    }
}
