//! The one place where time is read. Everything further in gets it as an argument.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::domain::Timestamp;

/// The system's clock, or one that a test sets.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    Manual(ManualClock),
}

/// Stands still until it is set.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<watch::Sender<Timestamp>>);

impl ManualClock {
    pub fn new(start: Timestamp) -> Self {
        Self(Arc::new(watch::Sender::new(start)))
    }

    pub fn set(&self, now: Timestamp) {
        self.0.send_replace(now);
    }

    pub fn advance_seconds(&self, seconds: u32) {
        self.0.send_modify(|now| *now = now.plus_seconds(seconds));
    }
}

impl Clock {
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => jiff::Timestamp::now().into(),
            Self::Manual(clock) => *clock.0.borrow(),
        }
    }

    /// Returns when that time has come, or some time before: look again.
    pub async fn sleep_until(&self, at: Timestamp) {
        match self {
            // Not longer than a minute at once: the system's clock may be set meanwhile.
            Self::System => {
                let millis = self.now().millis_until(at).min(60_000);
                tokio::time::sleep(Duration::from_millis(millis)).await;
            }
            Self::Manual(clock) => {
                // The sender lives in `self`, so waiting cannot fail.
                let _ = clock.0.subscribe().wait_for(|now| *now >= at).await;
            }
        }
    }
}
