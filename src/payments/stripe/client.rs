//! HTTP to Stripe: forms out, JSON in. The client blocks, so calls run on threads for blocking work, and only so many at
//! once; one that finds no place within half its time is turned away without having been sent.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use ureq::Agent;

use super::StripeOptions;
use super::failure::{of_answer, of_transport};
use crate::payments::{GatewayError, Secret, StepKey};

/// Answers are read as this version wrote them, whatever the account's own version is.
const API_VERSION: &str = "2025-06-30.basil";
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;
const KEY_CHARACTERS_MAX: usize = 255;

type Pairs = Vec<(&'static str, String)>;

#[derive(Clone, Debug)]
pub enum Call {
    Get {
        path: String,
        query: Pairs,
    },
    /// Without a key where the same call again cannot have a second effect.
    Post {
        path: String,
        form: Vec<(String, String)>,
        key: Option<StepKey>,
    },
}

#[derive(Debug)]
pub struct Failed {
    pub error: GatewayError,
    /// The answer is the one that was given to this key before; nothing was tried.
    pub is_replayed: bool,
}

#[derive(Debug)]
pub struct Client {
    agent: Agent,
    base_url: Box<str>,
    key: Secret,
    places: Arc<Semaphore>,
    place_timeout: Duration,
}

impl Client {
    pub fn new(options: &StripeOptions) -> Self {
        let timeout = Duration::from_millis(options.timeout_ms.into());
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(Duration::from_millis(options.connect_timeout_ms.into())))
            .timeout_global(Some(timeout))
            .user_agent(concat!("understudy/", env!("CARGO_PKG_VERSION")));
        // A proxy of the environment's would take a call without TLS, and the key in it, off this machine.
        let config = if is_without_tls(&options.base_url) { config.proxy(None) } else { config };
        Self {
            agent: config.build().new_agent(),
            base_url: options.base_url.trim_end_matches('/').into(),
            key: options.secret_key.clone(),
            places: Arc::new(Semaphore::new(options.calls_at_once_max.into())),
            place_timeout: timeout / 2,
        }
    }

    pub async fn call<T: DeserializeOwned + Send + 'static>(&self, call: Call) -> Result<T, Failed> {
        let place = timeout(self.place_timeout, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = place else {
            return Err(GatewayError::Unavailable("too many calls to Stripe are under way".into()).into());
        };
        let (agent, authorization) = (self.agent.clone(), format!("Bearer {}", self.key.expose()));
        let base_url = self.base_url.clone();
        let done = spawn_blocking(move || {
            let answer = perform(&agent, &base_url, &authorization, call);
            drop(place);
            answer
        });
        done.await.unwrap_or_else(|_| Err(GatewayError::Unknown("the call was lost".into()).into()))
    }
}

fn is_without_tls(base_url: &str) -> bool {
    base_url.starts_with("http://")
}

fn perform<T: DeserializeOwned>(agent: &Agent, base_url: &str, authorization: &str, call: Call) -> Result<T, Failed> {
    let answer = match call {
        Call::Get { path, query } => {
            let request = agent.get(format!("{base_url}{path}")).query_pairs(query);
            request.header("authorization", authorization).header("stripe-version", API_VERSION).call()
        }
        Call::Post { path, form, key } => {
            let mut request = agent.post(format!("{base_url}{path}"));
            if let Some(StepKey(key)) = key {
                if key.len() > KEY_CHARACTERS_MAX || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Err(GatewayError::Misconfigured(format!("{key:?} cannot be a key of Stripe's")).into());
                }
                request = request.header("idempotency-key", &*key);
            }
            request.header("authorization", authorization).header("stripe-version", API_VERSION).send_form(form)
        }
    };
    let mut answer = answer.map_err(|error| of_transport(&error))?;
    let is_replayed = answer.headers().get("idempotent-replayed").is_some_and(|value| value == "true");
    let failed = |error| Failed { error, is_replayed };
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
    let status = answer.status();
    // With a status that says no, the reason may be missing; with one that says yes, the answer may not.
    if !status.is_success() {
        return Err(failed(of_answer(status.as_u16(), &body.unwrap_or_default())));
    }
    let body = body.map_err(|error| GatewayError::Unknown(format!("the answer broke off: {error}")))?;
    let not_read = |error| GatewayError::Unknown(format!("the answer cannot be read: {error}"));
    serde_json::from_slice(&body).map_err(|error| failed(not_read(error)))
}

impl From<GatewayError> for Failed {
    fn from(error: GatewayError) -> Self {
        Self { error, is_replayed: false }
    }
}
