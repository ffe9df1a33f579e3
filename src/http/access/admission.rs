//! How long a caller may stay who is served for as long as they listen: what let them in may be taken back meanwhile.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::Caller;
use crate::access::{Key, KeyRing};
use crate::actors::Directory;
use crate::domain::Timestamp;
use crate::http::state::Parts;

/// The keys are read again as often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

pub enum Admission {
    /// Nobody in particular: strangers may buy here, or not, for as long as the server runs.
    Open,
    ByKey {
        key: Arc<Key>,
        keys: KeyRing,
    },
    ByToken {
        until: Timestamp,
        directory: Directory,
    },
}

impl Admission {
    pub fn of(caller: Caller, parts: &Parts) -> Self {
        match caller {
            Caller::Public => Self::Open,
            Caller::Key(key) => Self::ByKey { key, keys: parts.doors.keys.clone() },
            Caller::Customer(identity) => {
                let until = Timestamp::from_micros(identity.expires_at_seconds.saturating_mul(1_000_000));
                Self::ByToken { until, directory: parts.directory.clone() }
            }
        }
    }

    /// Returns when the key is revoked, or the token has expired. It may be given up and asked for again.
    pub async fn ended(&self) {
        match self {
            Self::Open => pending().await,
            Self::ByKey { key, keys } => {
                while keys.holds(key) {
                    sleep(LOOK_EVERY).await;
                }
            }
            Self::ByToken { until, directory } => {
                while directory.now() < *until {
                    directory.sleep_until(*until).await;
                }
            }
        }
    }
}
