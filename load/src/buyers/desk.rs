//! Where a buyer's call is made: sent, timed, recorded, and sent again with the same key while the outcome is unknown.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::time::sleep;
use uuid::Uuid;

use crate::api::{AnswerKind, CallKind, Problem};
use crate::history::{Call, Recorder, Setup, now_us};
use crate::http::{Pool, Request};
use crate::measure::Meter;

/// How long a buyer goes on asking.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub attempts_max: u16,
    pub in_all: Duration,
    /// One attempt that takes longer is given up as lost.
    pub answer_within: Duration,
    /// The server's `Retry-After` is honoured up to this: whole seconds are long when a show is recovered in one
    /// thousandth of that.
    pub wait_max: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts_max: 200,
            in_all: Duration::from_secs(45),
            answer_within: Duration::from_secs(15),
            wait_max: Duration::from_millis(250),
        }
    }
}

/// The desk of one thread.
pub struct Desk {
    pub setup: Arc<Setup>,
    pub pool: Pool,
    pub meter: RefCell<Meter>,
    pub recorder: RefCell<Recorder>,
    pub patience: Patience,
    pub keys: Keys,
}

/// Numbers for idempotency keys: every thread has its own residue class.
pub struct Keys {
    next: Cell<u64>,
    step: u64,
}

/// One call, however often it has to be sent.
#[derive(Clone, Debug)]
pub struct Ask {
    pub kind: CallKind,
    pub show: u32,
    pub buyer: u64,
    /// 0: none (reads).
    pub key: u64,
    pub subject: Uuid,
    pub path: String,
    pub hold_token: Option<String>,
    pub min_position: u64,
    pub body: Vec<u8>,
    /// When it should begin: latency counts from here.
    pub due: Instant,
    /// How often the key has been sent before.
    pub attempts: u16,
}

#[derive(Clone, Debug)]
pub enum Reply {
    Accepted(Bytes),
    Refused {
        code: String,
        body: Bytes,
    },
    /// No final answer came; what became of it, the journal knows.
    GaveUp,
}

impl Keys {
    pub fn new(thread: usize, threads: usize) -> Self {
        Self { next: Cell::new(thread as u64 + 1), step: threads as u64 }
    }

    pub fn next(&self) -> u64 {
        let key = self.next.get();
        self.next.set(key + self.step);
        key
    }
}

impl Desk {
    /// Sends until there is a final answer or patience ends.
    pub async fn call(&self, ask: &mut Ask) -> Reply {
        self.call_with(ask, self.patience.attempts_max).await
    }

    /// The same, for at most so many attempts more.
    pub async fn call_with(&self, ask: &mut Ask, attempts_max: u16) -> Reply {
        let give_up = Instant::now() + self.patience.in_all;
        let attempts_max = ask.attempts.saturating_add(attempts_max);
        loop {
            let (status, retry_after, body) = self.attempt(ask).await;
            let code = if (200..300).contains(&status) { String::new() } else { Problem::parse(&body).code };
            let kind = AnswerKind::of(status, &code);
            self.meter.borrow_mut().attempt(ask.kind, status, &code);
            let wait = retry_after.unwrap_or(Duration::from_millis(20)).min(self.patience.wait_max);
            let patient = ask.attempts < attempts_max && Instant::now() + wait < give_up;
            if kind.may_be_retried() && patient {
                sleep(wait).await;
                continue;
            }
            self.meter.borrow_mut().finished(ask.kind, kind, ask.due.elapsed());
            return match kind {
                AnswerKind::Success => Reply::Accepted(body),
                AnswerKind::Refusal | AnswerKind::Unexpected => Reply::Refused { code, body },
                AnswerKind::Unavailable | AnswerKind::Lost => Reply::GaveUp,
            };
        }
    }

    async fn attempt(&self, ask: &mut Ask) -> (u16, Option<Duration>, Bytes) {
        ask.attempts += 1;
        let key = self.setup.key(ask.key);
        let min_position = ask.min_position.to_string();
        let request = Request {
            method: ask.kind.method(),
            path: &ask.path,
            idempotency_key: (ask.key != 0).then_some(&key),
            hold_token: ask.hold_token.as_deref(),
            min_position: (ask.min_position != 0).then_some(&min_position),
            body: &ask.body,
        };
        let started_us = now_us();
        let answer = self.pool.exchange(&request).await;
        let ended_us = now_us();
        let (status, retry_after, body) = match answer {
            Ok(answer) => (answer.status, answer.retry_after, answer.body),
            // Why it was lost is kept where an answer would be: it is for people only.
            Err(error) => (0, None, Bytes::from(error.to_string())),
        };
        self.recorder.borrow_mut().record(&Call {
            kind: ask.kind,
            show: ask.show,
            buyer: ask.buyer,
            key: ask.key,
            attempt: ask.attempts,
            subject: ask.subject,
            min_position: ask.min_position,
            started_us,
            ended_us,
            status,
            request: Bytes::copy_from_slice(&ask.body),
            answer: body.clone(),
        });
        (status, retry_after, body)
    }
}
