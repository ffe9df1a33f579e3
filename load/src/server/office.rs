//! The operator's line to the server: one call after the other, and words when one fails.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::http::{Connection, RawAnswer, Request, Target};

const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Blocking: it is used from plain threads that do one thing after the other.
pub struct Office {
    runtime: Runtime,
    target: Target,
    connection: Option<Connection>,
}

impl Office {
    pub fn new(target: Target) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, target, connection: None })
    }

    /// The answer, whatever its status.
    pub fn call(&mut self, request: &Request<'_>) -> Result<RawAnswer> {
        let work = async {
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => Connection::open(self.target.address()).await?,
            };
            let mut bytes = Vec::new();
            request.encode(self.target.key(), &mut bytes);
            let answer = connection.exchange(&bytes).await?;
            Ok::<_, std::io::Error>((answer, connection))
        };
        let (answer, connection) = self
            .runtime
            .block_on(async { timeout(ANSWER_WITHIN, work).await })
            .with_context(|| format!("{} {}: no answer in time", request.method, request.path))?
            .with_context(|| format!("{} {}", request.method, request.path))?;
        // Calls of an operator are far apart; servers close connections that say nothing for long.
        self.connection = (!answer.last && request.path.contains("/crash")).then_some(connection);
        Ok(answer)
    }

    pub fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        let body = serde_json::to_vec(body)?;
        self.json(&Request { method: "POST", path, body: &body, ..Request::default() })
    }

    pub fn get(&mut self, path: &str) -> Result<Value> {
        self.json(&Request { method: "GET", path, ..Request::default() })
    }

    /// Waits for `/health/ready` to say so. Returns how long it took.
    pub fn wait_until_ready(&mut self, at_most: Duration) -> Result<Duration> {
        let start = Instant::now();
        let request = Request { method: "GET", path: "/health/ready", ..Request::default() };
        loop {
            match self.call(&request) {
                Ok(answer) if answer.status == 200 => return Ok(start.elapsed()),
                Ok(answer) if start.elapsed() > at_most => {
                    bail!("not ready after {at_most:?}: {} {}", answer.status, String::from_utf8_lossy(&answer.body))
                }
                Err(error) if start.elapsed() > at_most => {
                    return Err(error.context(format!("not ready after {at_most:?}")));
                }
                Ok(_) | Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    /// Waits until the views have seen every commit. For operators only.
    pub fn wait_for_views(&mut self, at_most: Duration) -> Result<()> {
        let start = Instant::now();
        loop {
            let answer = self.get("/v1/ops/projections")?;
            let views = answer["projections"].as_array().context("the views are not listed")?;
            if views.iter().all(|view| view["lag_commits"] == 0) {
                return Ok(());
            }
            if start.elapsed() > at_most {
                bail!("the views are behind after {at_most:?}: {answer}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn json(&mut self, request: &Request<'_>) -> Result<Value> {
        let answer = self.call(request)?;
        let text = String::from_utf8_lossy(&answer.body);
        if !(200..300).contains(&answer.status) {
            bail!("{} {} was answered {}: {text}", request.method, request.path, answer.status);
        }
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer.body)
            .with_context(|| format!("{} {} was answered with no JSON: {text}", request.method, request.path))
    }
}
