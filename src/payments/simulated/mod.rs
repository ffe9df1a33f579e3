//! The embedded payment provider: no money, but every way in which a real provider makes life hard, from a seed.
//!
//! It keeps its book in a file, so that open checkouts find their payments after a restart. It has no clock: what
//! happens later goes out as [`Errands`]. What it deliberately does not do: cards, disputes, partial captures.

mod book;
mod call;
mod chance;
mod change;
mod errands;
mod file;
mod ledger;
mod message;
mod options;
mod provider;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

pub use errands::{Errand, ErrandKind, Errands};
pub use ledger::{Ledger, PaymentTotals};
pub use message::WebhookMessage;
pub use options::{Pays, SimulatedOptions};

use self::chance::Chance;
use self::change::Change;
use self::provider::Provider;
use super::secret::Secret;
use super::{GatewayError, PaymentStatus, Reference, RefundStatus};

#[derive(Debug, thiserror::Error)]
pub enum SimulatedError {
    #[error("the simulated gateway's {name} come to {percent} percent; 100 is all there is")]
    Share { name: &'static str, percent: u32 },
    #[error("the simulated gateway's file {path} cannot be used: {error}", path = .path.display())]
    File { path: PathBuf, error: std::io::Error },
}

#[derive(Debug)]
pub struct SimulatedGateway {
    options: SimulatedOptions,
    chance: Chance,
    secret: Secret,
    provider: Mutex<Provider>,
    errands: UnboundedSender<Errand>,
}

impl SimulatedGateway {
    pub const NAME: &'static str = "simulated";

    /// `secret` signs the webhooks. Without a `file` all is forgotten with the process. Whatever was under way when the
    /// file was left is among the errands again.
    pub fn open(
        options: SimulatedOptions,
        secret: Secret,
        file: Option<&Path>,
    ) -> Result<(Arc<Self>, Errands), SimulatedError> {
        options.check()?;
        let provider = Provider::open(&options, file)?;
        let (sender, receiver) = unbounded_channel();
        let chance = Chance::new(options.seed);
        let gateway = Self { options, chance, secret, provider: Mutex::new(provider), errands: sender };
        gateway.resume();
        Ok((Arc::new(gateway), Errands(receiver)))
    }

    /// The buyer tries to pay, and is declined as often as the options say. The payment's status afterwards.
    pub fn pay(&self, payment: &Reference) -> Result<PaymentStatus, GatewayError> {
        let percent = self.options.declines_percent;
        let declines = {
            let mut provider = self.provider();
            let tries = provider.attempt(&payment.0);
            self.chance.happens(percent, "decline", &payment.0, tries)
        };
        self.buyer_tries(payment, declines.then_some("the card was declined"))
    }

    /// The buyer tries to pay and is declined.
    pub fn decline(&self, payment: &Reference, reason: &str) -> Result<PaymentStatus, GatewayError> {
        self.buyer_tries(payment, Some(reason))
    }

    /// A refund that is pending ends.
    pub fn end_refund(
        &self,
        payment: &Reference,
        refund: &Reference,
        status: RefundStatus,
    ) -> Result<(), GatewayError> {
        let mut provider = self.provider();
        let change = provider.end_refund(payment, refund, status)?;
        self.follow_up(&provider, change.as_ref());
        provider.write()
    }

    pub fn ledger(&self) -> Ledger {
        let provider = self.provider();
        let totals = provider.book.iter().map(|(reference, payment)| {
            let totals = PaymentTotals {
                checkout: payment.checkout.clone(),
                status: payment.status,
                authorised: payment.amount,
                captured: payment.captured(),
                refunded: payment.refunded(),
            };
            (reference.clone(), totals)
        });
        Ledger { payments: totals.collect(), effects: provider.effects() }
    }

    /// Does what an errand says about a payment. Messages are not its affair: they are posted.
    pub fn run_errand(&self, errand: ErrandKind) -> Result<(), GatewayError> {
        match errand {
            ErrandKind::BuyerPays(payment) => self.pay(&payment).map(drop),
            ErrandKind::RefundEnds { payment, refund } => {
                let status = self.end_of_refund(&refund);
                self.end_refund(&payment, &refund, status)
            }
            ErrandKind::Deliver { .. } => Ok(()),
        }
    }

    /// Whether the file has all that a message may tell: what it did not have is written now.
    fn may_tell(&self) -> bool {
        let written = self.provider().write();
        if let Err(error) = &written {
            tracing::warn!(%error, "a message of the simulated provider waits for what it tells to be written");
        }
        written.is_ok()
    }

    fn buyer_tries(&self, payment: &Reference, declined: Option<&str>) -> Result<PaymentStatus, GatewayError> {
        let mut provider = self.provider();
        let change = provider.pay(payment, declined)?;
        self.follow_up(&provider, change.as_ref());
        provider.write()?;
        Ok(provider.payment(payment)?.status)
    }

    fn end_of_refund(&self, refund: &Reference) -> RefundStatus {
        let fails = self.chance.happens(self.options.refund_failures_percent, "refund", &refund.0, 0);
        if fails { RefundStatus::Failed } else { RefundStatus::Succeeded }
    }

    /// Errands of the payments that the file had. What was authorised is told again: the message may have died with
    /// the process.
    fn resume(&self) {
        let provider = self.provider();
        for (payment, state) in provider.book.iter() {
            let change = Change::Kept { payment: payment.clone(), as_kept: state.clone() };
            self.follow_up(&provider, Some(&change));
        }
    }

    /// What a change leads to, later and by itself.
    fn follow_up(&self, provider: &Provider, change: Option<&Change>) {
        let Some(change) = change else { return };
        let Some(payment) = provider.book.get(change.payment()) else { return };
        let reference = change.payment();
        let may_try = payment.status == PaymentStatus::Waiting && payment.declines < self.options.buyer_tries_max;
        let tries_now = match change {
            Change::Opened { .. } | Change::TryDeclined { .. } | Change::Kept { .. } => may_try,
            Change::Paid { .. }
            | Change::Captured { .. }
            | Change::Voided { .. }
            | Change::Refunded { .. }
            | Change::RefundEnded { .. } => false,
        };
        if tries_now && self.options.pays == Pays::ByWebhook {
            self.send(self.options.pays_after_ms, ErrandKind::BuyerPays(reference.clone()));
        }
        let pending: &[_] = match change {
            Change::Refunded { refund, .. } => std::slice::from_ref(refund),
            Change::Kept { as_kept, .. } => &as_kept.refunds,
            Change::Opened { .. }
            | Change::TryDeclined { .. }
            | Change::Paid { .. }
            | Change::Captured { .. }
            | Change::Voided { .. }
            | Change::RefundEnded { .. } => &[],
        };
        for refund in pending.iter().filter(|refund| refund.status == RefundStatus::Pending) {
            let errand = ErrandKind::RefundEnds { payment: reference.clone(), refund: refund.refund.clone() };
            self.send(self.options.refunds_after_ms, errand);
        }
        if self.options.webhooks
            && let Some(message) = message::message(change, payment, &self.secret)
        {
            self.post(message);
        }
    }

    /// Lost, late, held back or doubled, as the options say.
    fn post(&self, message: WebhookMessage) {
        let (options, message) = (&self.options, Arc::new(message));
        let name = &message.id;
        let happens = |percent, purpose| self.chance.happens(percent, purpose, name, 0);
        if happens(options.webhooks_lost_percent, "lost") {
            return;
        }
        let mut after_ms = 0;
        if happens(options.webhooks_late_percent, "late") {
            after_ms += options.webhooks_late_ms;
        }
        if happens(options.webhooks_reordered_percent, "reordered") {
            after_ms += self.up_to(options.webhooks_reordered_ms, "held back", name, 0);
        }
        let is_doubled = happens(options.webhooks_duplicated_percent, "doubled");
        if is_doubled {
            self.send(after_ms, ErrandKind::Deliver { message: message.clone(), tries: 0 });
        }
        self.send(after_ms, ErrandKind::Deliver { message, tries: 0 });
    }

    /// Nobody may listen: then nobody wants to know.
    fn send(&self, after_ms: u32, kind: ErrandKind) {
        let _ = self.errands.send(Errand { after: Duration::from_millis(after_ms.into()), kind });
    }

    fn up_to(&self, max_ms: u32, purpose: &str, name: &str, attempt: u32) -> u32 {
        let drawn = self.chance.below(u64::from(max_ms) + 1, purpose, name, attempt);
        u32::try_from(drawn).unwrap_or(max_ms)
    }

    /// Every change of the provider is one step, so what a panicking caller leaves behind is whole.
    fn provider(&self) -> MutexGuard<'_, Provider> {
        self.provider.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
