//! What happens at the provider later and by itself: buyers pay, refunds end, messages are delivered.
//!
//! The gateway only says what shall happen, and after how long. A server lets [`Errands::run`] wait and act, by tokio's
//! time; a test may take the errands and play the time itself, in any order.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep, sleep_until};

use super::SimulatedGateway;
use super::message::WebhookMessage;
use crate::payments::Reference;

/// Messages that wait or are under way. More are dropped: a webhook may be lost, memory may not.
const DELIVERIES_MAX: usize = 50_000;
const DELIVERIES_AT_ONCE_MAX: usize = 64;
/// A message that is not taken is delivered again, after twice the time each time.
const DELIVERY_TRIES_MAX: u32 = 6;
/// A message more costs less than being woken for it.
const GATHERED_FOR: Duration = Duration::from_millis(5);
const REDELIVERY_FIRST: Duration = Duration::from_millis(500);

#[derive(Clone, Debug)]
pub struct Errand {
    pub after: Duration,
    pub kind: ErrandKind,
}

#[derive(Clone, Debug)]
pub enum ErrandKind {
    /// See [`SimulatedGateway::pay`].
    BuyerPays(Reference),
    /// See [`SimulatedGateway::end_refund`].
    RefundEnds {
        payment: Reference,
        refund: Reference,
    },
    Deliver {
        message: Arc<WebhookMessage>,
        tries: u32,
    },
}

#[derive(Debug)]
pub struct Errands(pub(super) UnboundedReceiver<Errand>);

/// Of this message, the how many-th try, and whether it was taken.
type Delivery = BoxFuture<'static, (Arc<WebhookMessage>, u32, bool)>;

struct Round {
    waiting: BTreeMap<(Instant, u64), ErrandKind>,
    next: u64,
    under_way: FuturesUnordered<Delivery>,
}

impl Errands {
    /// All that was said up to now.
    pub fn take(&mut self) -> Vec<Errand> {
        std::iter::from_fn(|| self.0.try_recv().ok()).collect()
    }

    /// Until the gateway is gone. `deliver`: posts a message, and says whether it was taken.
    pub async fn run(
        mut self,
        gateway: &Arc<SimulatedGateway>,
        deliver: impl Fn(Arc<WebhookMessage>) -> BoxFuture<'static, bool> + Send,
    ) {
        let gateway = Arc::downgrade(gateway);
        let mut round = Round { waiting: BTreeMap::new(), next: 0, under_way: FuturesUnordered::new() };
        loop {
            let due = round.waiting.first_key_value().map(|((due, _), _)| *due);
            let may_start = round.under_way.len() < DELIVERIES_AT_ONCE_MAX;
            tokio::select! {
                errand = self.0.recv() => {
                    let Some(first) = errand else { return };
                    sleep(GATHERED_FOR).await;
                    for Errand { after, kind } in std::iter::once(first).chain(self.take()) {
                        round.wait(after, kind);
                    }
                }
                Some((message, tries, is_taken)) = round.under_way.next() => round.delivered(message, tries, is_taken),
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() && may_start => {
                    round.act_on_due(&gateway, &deliver);
                }
            }
        }
    }
}

impl Round {
    fn wait(&mut self, after: Duration, kind: ErrandKind) {
        let is_message = matches!(kind, ErrandKind::Deliver { .. });
        if is_message && self.waiting.len() + self.under_way.len() >= DELIVERIES_MAX {
            tracing::debug!("a message of the simulated provider is dropped: too many wait");
            return;
        }
        self.waiting.insert((Instant::now() + after, self.next), kind);
        self.next += 1;
    }

    fn delivered(&mut self, message: Arc<WebhookMessage>, tries: u32, is_taken: bool) {
        if !is_taken && tries + 1 < DELIVERY_TRIES_MAX {
            let after = REDELIVERY_FIRST * 2_u32.saturating_pow(tries);
            self.wait(after, ErrandKind::Deliver { message, tries: tries + 1 });
        }
    }

    /// As many as may be under way.
    fn act_on_due(
        &mut self,
        gateway: &Weak<SimulatedGateway>,
        deliver: &impl Fn(Arc<WebhookMessage>) -> BoxFuture<'static, bool>,
    ) {
        let now = Instant::now();
        for _ in self.under_way.len()..DELIVERIES_AT_ONCE_MAX {
            let Some(first) = self.waiting.first_entry().filter(|first| first.key().0 <= now) else { return };
            let kind = first.remove();
            self.act(kind, gateway, deliver);
        }
    }

    fn act(
        &mut self,
        kind: ErrandKind,
        gateway: &Weak<SimulatedGateway>,
        deliver: &impl Fn(Arc<WebhookMessage>) -> BoxFuture<'static, bool>,
    ) {
        match kind {
            ErrandKind::Deliver { message, tries } => {
                if gateway.upgrade().is_some_and(|gateway| !gateway.may_tell()) {
                    return self.delivered(message, tries, false);
                }
                let mut delivery = deliver(message.clone());
                match (&mut delivery).now_or_never() {
                    Some(is_taken) => self.delivered(message, tries, is_taken),
                    None => self.under_way.push(delivery.map(move |is_taken| (message, tries, is_taken)).boxed()),
                }
            }
            ErrandKind::BuyerPays(_) | ErrandKind::RefundEnds { .. } => {
                let Some(gateway) = gateway.upgrade() else { return };
                if let Err(error) = gateway.run_errand(kind) {
                    tracing::warn!(%error, "an errand of the simulated provider failed");
                }
            }
        }
    }
}
