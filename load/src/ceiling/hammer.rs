//! As many calls as the server answers, over a fixed number of connections: a closed loop, on one thread.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use bytes::Bytes;
use tokio::task::LocalSet;

use super::work::{Job, Kept, Work, WorkKind};
use crate::api::HoldTaken;
use crate::http::{Connection, Request, Target};
use crate::measure::Latency;

/// What one scenario came to, once.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    pub per_second: f64,
    pub p50_us: u64,
    pub p99_us: u64,
    /// What one call cost the client's own thread: so much of a core is not the server's to use.
    pub client_us: f64,
}

struct Shared {
    work: Rc<Work>,
    target: Target,
    end: Instant,
    latency: RefCell<Latency>,
    calls: Cell<u64>,
}

/// Any answer but a success ends it with an error: a refusal is cheaper than a hold, and would flatter. A checkout must
/// have become a booking.
pub fn hammer(work: &Rc<Work>, target: Target, connections: usize, length: Duration) -> Result<Pass> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = LocalSet::new();
    tasks.block_on(&runtime, async {
        let (start, on_core) = (Instant::now(), on_core_us());
        let latency = RefCell::new(Latency::with_digits(3));
        let shared = Rc::new(Shared { work: work.clone(), target, end: start + length, latency, calls: Cell::new(0) });
        let loops: Vec<_> = (0..connections).map(|_| tokio::task::spawn_local(keep_calling(shared.clone()))).collect();
        for one in loops {
            one.await??;
        }
        let calls = shared.calls.get();
        ensure!(calls > 0, "nothing was called");
        let seconds = start.elapsed().as_secs_f64();
        let latency = shared.latency.borrow();
        let (p50_us, p99_us) = (latency.quantile_us(0.5), latency.quantile_us(0.99));
        let client_us = (on_core_us() - on_core) / calls as f64;
        Ok(Pass { per_second: calls as f64 / seconds, p50_us, p99_us, client_us })
    })
}

/// Whether a text is in an answer; reading all of it as JSON would be the client's time, not the server's.
fn has(answer: &[u8], text: &[u8]) -> bool {
    answer.windows(text.len()).any(|window| window == text)
}

/// Microseconds that this thread has run so far; 0 where the kernel does not tell.
fn on_core_us() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: Option<f64> = told.split(' ').next().and_then(|first| first.parse().ok());
    nanoseconds.unwrap_or(0.0) / 1_000.0
}

async fn keep_calling(shared: Rc<Shared>) -> Result<()> {
    let mut connection = Connection::open(shared.target.address()).await?;
    let mut bytes = Vec::with_capacity(1024);
    while Instant::now() < shared.end {
        let Some(job) = shared.work.job() else { break };
        let answer = call(&shared, &mut connection, &mut bytes, &job).await?;
        match shared.work.kind {
            WorkKind::HoldAndConfirm => {
                let held: HoldTaken = serde_json::from_slice(&answer)?;
                let confirm = Job {
                    method: "POST",
                    path: format!("{}/{}/confirm", job.path, held.hold_id),
                    key: format!("{}-confirm", job.key),
                    hold_token: Some(held.hold_token.into_owned()),
                    body: b"{\"payment_reference\":\"paid\"}".to_vec(),
                };
                call(&shared, &mut connection, &mut bytes, &confirm).await?;
            }
            WorkKind::HoldAndKeep => {
                let HoldTaken { hold_id, hold_token, .. } = serde_json::from_slice(&answer)?;
                shared.work.kept.borrow_mut().push(Kept { hold_id, hold_token: hold_token.into_owned() });
            }
            WorkKind::Checkout => {
                let is_booked = has(&answer, b"\"status\":\"completed\"");
                ensure!(is_booked, "not booked: {}", String::from_utf8_lossy(&answer));
            }
            WorkKind::Noop
            | WorkKind::BareAppend
            | WorkKind::Hold
            | WorkKind::Best { .. }
            | WorkKind::Standing
            | WorkKind::SeatMap => {}
        }
        shared.calls.set(shared.calls.get() + shared.work.calls_of_a_job());
    }
    Ok(())
}

async fn call(shared: &Shared, connection: &mut Connection, bytes: &mut Vec<u8>, job: &Job) -> Result<Bytes> {
    let key = (!job.key.is_empty()).then_some(job.key.as_str());
    let request = Request {
        method: job.method,
        path: &job.path,
        idempotency_key: key,
        hold_token: job.hold_token.as_deref(),
        body: &job.body,
        ..Request::default()
    };
    request.encode(shared.target.key(), bytes);
    let start = Instant::now();
    let answer = connection.exchange(bytes).await?;
    shared.latency.borrow_mut().record(start.elapsed());
    if !(200..300).contains(&answer.status) {
        bail!("{} {}: {} {}", job.method, job.path, answer.status, String::from_utf8_lossy(&answer.body));
    }
    Ok(answer.body)
}
