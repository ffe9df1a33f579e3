//! Where the identity provider's public keys (JWKS) are read from: a file, or the provider itself.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::AccessError;
use super::customer_keys::{VerifyingKey, of_set};

/// For all of the answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// Sets of providers with hundreds of keys are smaller.
const BYTES_MAX: u64 = 1 << 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySet {
    File(PathBuf),
    /// Fetched with GET; redirects are not followed.
    Url(String),
}

impl KeySet {
    /// Blocks for a while.
    pub(super) fn read(&self) -> Result<Vec<VerifyingKey>, AccessError> {
        let text = match self {
            Self::File(path) => std::fs::read(path).map_err(|error| AccessError::io(path, error))?,
            Self::Url(url) => fetch(url).map_err(|error| AccessError::Unreachable { url: url.clone(), error })?,
        };
        of_set(&text).map_err(|what| AccessError::UnusableKeySet { from: self.to_string(), what })
    }
}

fn fetch(url: &str) -> Result<Vec<u8>, Box<ureq::Error>> {
    let config = ureq::Agent::config_builder().timeout_global(Some(ANSWER_WITHIN)).max_redirects(0);
    let agent = ureq::Agent::new_with_config(config.build());
    let answer = agent.get(url).call().map_err(Box::new)?;
    answer.into_body().into_with_config().limit(BYTES_MAX).read_to_vec().map_err(Box::new)
}

impl fmt::Display for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Url(url) => f.write_str(url),
        }
    }
}
