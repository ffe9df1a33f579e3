//! One open checkout: what is known of it, who works on it, and what waits for that to end.

use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::log::Written;
use crate::domain::Timestamp;
use crate::domain::checkout::{Checkout, Input};
use crate::payments::WayToPay;

pub struct Row {
    pub written: Written,
    pub is_driven: bool,
    /// Somebody should look at the provider.
    pub look: bool,
    /// Messages that came while it waited for none, and that nobody has looked after yet.
    pub unseen: u32,
    /// What it is to learn, until it has.
    pub inbox: Vec<Input>,
    pub way: Option<WayToPay>,
    pub failures: u32,
    pub deaths: u32,
    pub polls: u32,
    /// How often its step has failed so that nobody knows whether it had its effect, since it came any further.
    pub unknowns: u16,
    /// How often its own step was tried again by itself while it waited for an operator.
    pub stuck_retries: u16,
    /// Why it has not come any further.
    pub trouble: Option<String>,
    /// That does not pass by itself. It is tried again all the same, so nothing has to be done here once it is cured.
    pub is_hopeless: bool,
    pub look_at: Option<Timestamp>,
    pub retry_at: Option<Instant>,
    /// A refund has failed, and is not asked for again before.
    pub refund_at: Option<Instant>,
    /// Told when it rests, and how it stands then.
    pub waiting: Vec<oneshot::Sender<Arc<Checkout>>>,
}

impl Row {
    pub fn new(written: Written) -> Self {
        Self {
            written,
            is_driven: false,
            look: false,
            unseen: 0,
            inbox: Vec::new(),
            way: None,
            failures: 0,
            deaths: 0,
            polls: 0,
            unknowns: 0,
            stuck_retries: 0,
            trouble: None,
            is_hopeless: false,
            look_at: None,
            retry_at: None,
            refund_at: None,
            waiting: Vec::new(),
        }
    }

    /// It has come further, or could.
    pub fn note_progress(&mut self) {
        (self.failures, self.unknowns, self.deaths, self.is_hopeless) = (0, 0, 0, false);
        if self.refund_at.is_none() {
            self.trouble = None;
        }
    }

    /// The provider has said no for certain: that passes, but not at once.
    pub fn note_refund_failed(&mut self, reason: &str, again_at: Instant) {
        self.refund_at = Some(again_at);
        self.trouble = Some(format!("a refund failed and is asked for again: {reason}"));
    }

    /// Whether a refund waited for its time.
    pub fn ask_for_refund_now(&mut self) -> bool {
        self.refund_at.take().is_some()
    }

    /// What an operator would do, where its own step waits for one. Not so a refund: whoever was called may have given the
    /// money back by another way.
    pub fn retry_stuck(&mut self) {
        // One whose look fails is tried again much sooner, and that is no retry of what is stuck.
        if self.failures == 0 && self.written.state.stuck().is_some() {
            self.stuck_retries = self.stuck_retries.saturating_add(1);
            self.inbox.push(Input::RetryAsked);
        }
    }

    pub fn needs_operator(&self) -> bool {
        self.is_hopeless || self.written.state.needs_operator()
    }
}

/// Nothing is to be done for it, unless something new happens to its show.
pub fn is_settled(state: &Arc<Checkout>) -> bool {
    !state.is_live() && !state.needs_operator() && state.next().is_none()
}
