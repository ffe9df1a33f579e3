//! A provider's messages: hints to look, once their signature is verified. They may come in any order, any number of
//! times, and change nothing by themselves.

use std::sync::Arc;

use thiserror::Error;

use super::{Checkouts, Inner};
use crate::domain::CheckoutId;
use crate::domain::checkout::{Checkout, RefundState, Stage};
use crate::payments::{Notice, WebhookError};

#[derive(Debug, PartialEq, Error)]
pub enum NoticeError {
    #[error("there is no payment gateway of this name")]
    UnknownGateway,
    #[error("the message's signature is missing, wrong or too old")]
    NotGenuine,
    #[error("this is not a message that the gateway sends: {0}")]
    Malformed(String),
}

impl From<WebhookError> for NoticeError {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Signature => Self::NotGenuine,
            WebhookError::Malformed(what) => Self::Malformed(what),
        }
    }
}

impl Checkouts {
    /// `headers`: by lower-case name.
    pub fn notice(&self, gateway: &str, headers: &[(String, String)], body: &[u8]) -> Result<(), NoticeError> {
        let gateway = self.0.gateway(gateway).ok_or(NoticeError::UnknownGateway)?;
        let notice = gateway.read_webhook(headers, body)?;
        self.0.look_after(&notice);
        Ok(())
    }
}

impl Inner {
    /// What is not open has nothing to learn from it: money comes by a capture only, and nobody captures for it.
    fn look_after(self: &Arc<Self>, notice: &Notice) {
        let id = {
            let mut table = self.table();
            let named = notice.checkout.as_deref().and_then(|text| uuid::Uuid::try_parse(text).ok()).map(CheckoutId);
            let id = named.or_else(|| {
                let paid_with = |checkout: &Checkout| checkout.payment().is_some_and(|own| own.0 == notice.payment.0);
                table.rows.iter().find(|(_, row)| paid_with(&row.written.state)).map(|(id, _)| *id)
            });
            let Some(row) = id.and_then(|id| table.rows.get_mut(&id)) else { return };
            if !awaits_news(&row.written.state) {
                return;
            }
            row.look = true;
            // The provider can be reached again.
            row.note_progress();
            id
        };
        if let Some(id) = id {
            self.kick(id);
        }
    }
}

fn awaits_news(checkout: &Checkout) -> bool {
    // One that is being asked for may have ended before its answer is written down.
    let is_open = |refund: &RefundState| matches!(refund, RefundState::Owed | RefundState::Pending(_));
    match checkout.stage() {
        Stage::Opening | Stage::AwaitingPayment => true,
        Stage::Completed | Stage::Ended => checkout.refunds().iter().any(|line| is_open(&line.state)),
        Stage::Confirming | Stage::Retaking | Stage::Capturing | Stage::Undoing | Stage::Voiding => false,
    }
}
