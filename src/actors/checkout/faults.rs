//! Deaths made on purpose: of the runner, and of a drive wherever something is done that is not known yet.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

/// Who of the runner is to die, and when. One death each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutCrashMode {
    /// The runner, with all that it knows.
    Runner,
    /// The next drive, as it begins.
    Drive,
    /// The next drive that has performed an action, before what came of it is written down.
    DriveAfterAction,
    /// The next drive that has written something down, before it believes it.
    DriveAfterAppend,
}

#[derive(Debug, Default)]
pub struct Faults {
    runner: AtomicBool,
    drive: AtomicBool,
    drive_after_action: AtomicBool,
    drive_after_append: AtomicBool,
}

impl Faults {
    pub fn order(&self, mode: CheckoutCrashMode) {
        self.of(mode).store(true, Ordering::Release);
    }

    /// Where the mode says: panics, if that was ordered.
    pub fn strike(&self, mode: CheckoutCrashMode) {
        let is_ordered = self.of(mode).load(Ordering::Relaxed) && self.of(mode).swap(false, Ordering::AcqRel);
        assert!(!is_ordered, "crash injected: {mode:?}");
    }

    fn of(&self, mode: CheckoutCrashMode) -> &AtomicBool {
        match mode {
            CheckoutCrashMode::Runner => &self.runner,
            CheckoutCrashMode::Drive => &self.drive,
            CheckoutCrashMode::DriveAfterAction => &self.drive_after_action,
            CheckoutCrashMode::DriveAfterAppend => &self.drive_after_append,
        }
    }
}
