//! A provider's messages: hints to look, once their signature is verified. They may come in any order, any number of
//! times, and change nothing by themselves.
//!
//! Whatever is still under way is looked at again by itself, message or not. That a refund which had succeeded has come
//! back is told by a message only: it counts as received once somebody has looked, and has written down what there was
//! to see.

use std::sync::Arc;

use thiserror::Error;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::row::Row;
use super::{Checkouts, Inner};
use crate::domain::CheckoutId;
use crate::domain::checkout::{Checkout, RefundState, Stage};
use crate::payments::{Notice, NoticeKind, Reference, WebhookError};

#[derive(Debug, PartialEq, Error)]
pub enum NoticeError {
    #[error("there is no payment gateway of this name")]
    UnknownGateway,
    #[error("the message's signature is missing, wrong or too old")]
    NotGenuine,
    #[error("this is not a message that the gateway sends: {0}")]
    Malformed(String),
    #[error("what the message is about could not be looked at yet; send it again")]
    NotHeeded,
}

impl From<WebhookError> for NoticeError {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Signature => Self::NotGenuine,
            WebhookError::Malformed(what) => Self::Malformed(what),
        }
    }
}

/// A genuine message, which may still have to be heeded.
pub struct Noticed {
    inner: Arc<Inner>,
    failed_refund: Option<FailedRefund>,
}

/// Where a refund that has failed is looked for.
struct FailedRefund {
    life: u64,
    checkout: CheckoutId,
    /// Told when it has a row, if it has none yet.
    has_row: Option<oneshot::Receiver<()>>,
}

impl Checkouts {
    /// `headers`: by lower-case name.
    pub fn notice(&self, gateway: &str, headers: &[(String, String)], body: &[u8]) -> Result<Noticed, NoticeError> {
        let gateway = self.0.gateway(gateway).ok_or(NoticeError::UnknownGateway)?;
        let notice = gateway.read_webhook(headers, body)?;
        let failed_refund = self.0.look_after(&notice);
        Ok(Noticed { inner: self.0.clone(), failed_refund })
    }
}

impl Noticed {
    /// Returns once nothing is lost if the message never comes again. An error: it has to.
    pub async fn heeded(self) -> Result<(), NoticeError> {
        let Some(FailedRefund { life, checkout, has_row }) = self.failed_refund else { return Ok(()) };
        let heeded = async {
            if let Some(has_row) = has_row {
                has_row.await.map_err(|_| NoticeError::NotHeeded)?;
            }
            self.inner.until_seen(life, checkout).await
        };
        match timeout(self.inner.options.answer_wait, heeded).await {
            Ok(heeded) => heeded,
            // It may have been seen long ago, by a drive that goes on with something else.
            Err(_) if self.inner.is_seen(life, checkout) => Ok(()),
            Err(_) => Err(NoticeError::NotHeeded),
        }
    }
}

/// Tries to read the log of a settled checkout that a message is about.
const READS_MAX: u32 = 20;

impl Inner {
    fn look_after(self: &Arc<Self>, notice: &Notice) -> Option<FailedRefund> {
        let named = notice.checkout.as_deref().and_then(|text| uuid::Uuid::try_parse(text).ok()).map(CheckoutId);
        let is_failed_refund = is_failed_refund(&notice.kind);
        let (life, open) = {
            let mut table = self.table();
            let life = table.life;
            let id = named.or_else(|| {
                let paid_with = |checkout: &Checkout| checkout.payment().is_some_and(|own| own.0 == notice.payment.0);
                table.rows.iter().find(|(_, row)| paid_with(&row.written.state)).map(|(id, _)| *id)
            });
            match id.and_then(|id| Some((id, table.rows.get_mut(&id)?))) {
                Some((id, row)) => {
                    if !note(row, &notice.kind) {
                        return None;
                    }
                    (life, Some(id))
                }
                None => (life, None),
            }
        };
        match (open, named) {
            (Some(id), _) => {
                self.kick(id);
                is_failed_refund.then_some(FailedRefund { life, checkout: id, has_row: None })
            }
            // What is settled has nothing else to learn: money comes by a capture only, and nobody captures for it. So
            // late messages, of which there are many, cost no reading of logs.
            (None, Some(id)) if is_failed_refund => {
                let (this, payment) = (self.clone(), notice.payment.clone());
                let (tell, has_row) = oneshot::channel();
                self.arbiter.spawn(async move {
                    if this.look_again(id, &payment).await {
                        // Whoever sent the message may not wait any more.
                        let _ = tell.send(());
                    }
                });
                Some(FailedRefund { life, checkout: id, has_row: Some(has_row) })
            }
            (None, Some(_) | None) => None,
        }
    }

    /// Whether the checkout has a row, and all has been looked after that it was told of.
    fn is_seen(&self, life: u64, checkout: CheckoutId) -> bool {
        let table = self.table();
        table.life == life && table.rows.get(&checkout).is_some_and(|row| row.unseen == 0)
    }

    /// Returns when all has been looked after that the checkout's row was told of; an error where that cannot be now.
    async fn until_seen(&self, life: u64, checkout: CheckoutId) -> Result<(), NoticeError> {
        loop {
            let rests = {
                let mut table = self.table();
                if table.life != life {
                    return Err(NoticeError::NotHeeded);
                }
                if table.rows.get(&checkout).is_none_or(|row| row.unseen == 0) {
                    return Ok(());
                }
                table.resting(checkout)
            };
            // What rests though there is something to see has not reached its provider.
            let rests = rests.ok_or(NoticeError::NotHeeded)?;
            rests.await.map_err(|_| NoticeError::NotHeeded)?;
        }
    }

    /// At a settled checkout, one of whose refunds may have come back. Whether its log could be read.
    async fn look_again(self: &Arc<Self>, id: CheckoutId, payment: &Reference) -> bool {
        for tries in 1..=READS_MAX {
            match self.bring_back(id, payment).await {
                Ok(()) => return true,
                Err(error) if tries.is_power_of_two() || tries == READS_MAX => {
                    tracing::warn!(checkout = %id, tries, error, "a checkout whose refund may have come back cannot be read");
                }
                Err(_) => {}
            }
            tokio::time::sleep(self.options.retry_after(tries)).await;
        }
        false
    }

    async fn bring_back(self: &Arc<Self>, id: CheckoutId, payment: &Reference) -> Result<(), String> {
        // Read before it is taken over: the name may be any stream's.
        let Some(written) = self.log.read(id).await? else { return Ok(()) };
        let is_its_own = written.state.payment().is_some_and(|own| own.0 == payment.0);
        if !is_its_own || written.state.refunds().is_empty() {
            return Ok(());
        }
        self.bring_in(id).await?;
        if let Some(row) = self.table().rows.get_mut(&id) {
            row.unseen += 1;
            row.note_progress();
        }
        self.kick(id);
        Ok(())
    }
}

/// Whether there is something to look after.
fn note(row: &mut Row, kind: &NoticeKind) -> bool {
    let state = &row.written.state;
    // Its own step does not get on, and the payment may have become something else meanwhile.
    let is_in_trouble = row.failures > 0 || row.needs_operator();
    // One that is being asked for may have ended before its answer is written down.
    let is_open = |refund: &RefundState| matches!(refund, RefundState::Owed | RefundState::Pending(_));
    let (waits, unasked) = match state.stage() {
        Stage::Opening | Stage::AwaitingPayment => (true, false),
        Stage::Completed | Stage::Ended => {
            let waits = state.refunds().iter().any(|line| is_open(&line.state));
            (waits, is_in_trouble || is_failed_refund(kind))
        }
        // What its own step finds out is enough as long as that gets on.
        Stage::Confirming | Stage::Retaking | Stage::Capturing | Stage::Undoing | Stage::Voiding => {
            (false, is_in_trouble)
        }
    };
    row.look |= waits;
    row.unseen += u32::from(unasked);
    if waits || unasked {
        // The provider can be reached again.
        row.note_progress();
    }
    waits || unasked
}

fn is_failed_refund(kind: &NoticeKind) -> bool {
    match kind {
        NoticeKind::RefundFailed(_) => true,
        NoticeKind::Authorised
        | NoticeKind::Declined(_)
        | NoticeKind::Captured
        | NoticeKind::Voided
        | NoticeKind::RefundSucceeded(_)
        | NoticeKind::Other(_) => false,
    }
}
