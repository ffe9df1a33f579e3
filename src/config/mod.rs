//! Settings: typed, layered, and refused by name where they are wrong.
//!
//! `config/default.toml` is the list of all settings there are. A file for the environment changes some of them,
//! variables like `UNDERSTUDY__HTTP__PORT` change any. Layers below never see [`Settings`]: the application hands them
//! plain values. Secrets that the server makes for itself are in [`secret_file`].

mod error;
mod http;
mod layers;
mod rules;
mod secret;
pub mod secret_file;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use error::SettingsError;
pub use http::{Http, ProxyHeader};
pub use secret::Secret;

use layers::{Layer, Layers};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub http: Http,
    pub data: Data,
    pub auth: Auth,
    pub limits: Limits,
    pub chaos: Chaos,
    pub shows: Shows,
    pub supervision: Supervision,
    pub checkout: Checkout,
    pub payments: Payments,
    pub simulated_payments: SimulatedPayments,
    pub journal: Journal,
    pub store: Store,
    pub log: Log,
    pub trace: Trace,
    /// The files that apply, in their order.
    #[serde(skip)]
    pub files: Vec<String>,
    /// Variables that look as if they were ours, and change nothing.
    #[serde(skip)]
    pub unknown_variables: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    pub dir: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// Empty: none is configured.
    pub bootstrap_key: Secret,
    pub public_sales: bool,
    /// Empty: no identity provider is trusted.
    pub customer_issuer: String,
    pub customer_audience: String,
    /// Empty: the keys are in a file.
    pub customer_secret: Secret,
    pub customer_jwks_file: String,
    pub customer_jwks_url: String,
}

/// What one caller may take. 0: as much as they like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub address_requests_per_minute: u32,
    pub address_requests_burst: u32,
    pub key_requests_per_minute: u32,
    pub key_requests_burst: u32,
    pub address_places_max: u32,
    pub customer_places_max: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chaos {
    pub enabled: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shows {
    pub idle_seconds: u32,
    pub permits_per_show: u32,
    pub permits_total: u32,
    pub finish_permits_per_show: u32,
    pub finish_permits_total: u32,
    /// 0: as many as there are cores.
    pub arbiters: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervision {
    pub restarts_max: u32,
    pub restarts_seconds: u32,
    pub backoff_first_ms: u32,
    pub backoff_max_ms: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkout {
    pub equal_seats: bool,
    pub extend_seconds: u32,
    pub poll_first_seconds: u32,
    pub poll_max_seconds: u32,
    pub retry_first_ms: u32,
    pub retry_max_ms: u32,
    pub refund_again_first_ms: u32,
    pub refund_tries_max: u32,
    pub answer_wait_ms: u32,
    pub open_max: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    pub gateway: GatewayName,
    /// Secrets belong into the environment, not into a file.
    pub stripe_secret_key: Secret,
    pub stripe_webhook_secret: Secret,
    pub stripe_base_url: String,
    pub stripe_timeout_ms: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GatewayName {
    /// Nothing is paid for here.
    None,
    Simulated,
    Stripe,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulatedPayments {
    pub seed: u32,
    pub pays: Pays,
    pub pays_after_ms: u32,
    pub latency_ms: u32,
    pub declines_percent: u8,
    pub openings_refused_percent: u8,
    pub unavailable_percent: u8,
    pub timeouts_before_effect_percent: u8,
    pub timeouts_after_effect_percent: u8,
    pub timeout_ms: u32,
    pub refund_failures_percent: u8,
    pub refunds_after_ms: u32,
    pub webhooks_lost_percent: u8,
    pub webhooks_duplicated_percent: u8,
    pub webhooks_late_percent: u8,
    pub webhooks_late_ms: u32,
    pub webhooks_reordered_percent: u8,
    pub webhooks_reordered_ms: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pays {
    AtOnce,
    WhenTold,
    ByWebhook,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    pub segment_mib: u32,
    pub preallocate_mib: u32,
    pub recent_mib: u32,
    pub check_at_start_mib: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    pub cache_mib: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// Empty: traces go nowhere.
    pub otlp_endpoint: String,
    pub sample_percent: u8,
}

impl Trace {
    /// Where traces go, and how many of a hundred; `None`: nowhere.
    pub fn otlp(&self) -> Option<(String, u8)> {
        (!self.otlp_endpoint.is_empty()).then(|| (self.otlp_endpoint.clone(), self.sample_percent))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Pretty,
    Json,
}

impl Settings {
    /// What this process was given: `dir` is the folder of `--config`, everything else comes from the environment.
    pub fn load(dir: Option<&Path>) -> Result<Self, SettingsError> {
        Self::from(dir, std::env::vars_os())
    }

    /// The same from any environment, so that tests need not change the process's own.
    pub fn from<K, V>(dir: Option<&Path>, variables: impl IntoIterator<Item = (K, V)>) -> Result<Self, SettingsError>
    where
        K: Into<std::ffi::OsString>,
        V: Into<std::ffi::OsString>,
    {
        let variables = layers::variables(variables)?;
        let mut layers = Layers::over(include_str!("../../config/default.toml"));
        let mut files = vec!["the built-in default.toml".to_owned()];
        for layer in layers::files(dir, variables.environment.as_deref())? {
            files.push(layer.origin.clone());
            layers.lay(layer)?;
        }
        for (name, value) in variables.settings {
            layers.lay(Layer::variable(&name, &value, &layers)?)?;
        }
        let mut settings: Self = layers.read()?;
        rules::check(&settings)?;
        (settings.files, settings.unknown_variables) = (files, variables.unknown);
        Ok(settings)
    }
}

#[cfg(test)]
mod tests;
