//! The simulated provider's messages: JSON, signed with HMAC-SHA256 over the body.
//!
//! The signature carries no time: a replayed message is a hint that was given before, and the simulation has no clock.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::change::{Change, Payment};
use crate::payments::secret::Secret;
use crate::payments::signature::{is_signed, sign};
use crate::payments::{Notice, NoticeKind, PaymentStatus, Reference, RefundStatus, WebhookError};

pub const SIGNATURE_HEADER: &str = "simulated-signature";

/// Ready to be posted to the webhook route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookMessage {
    /// The body has it too.
    pub id: Box<str>,
    /// By lower-case name.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    payment: Cow<'a, str>,
    #[serde(borrow)]
    checkout: Cow<'a, str>,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    refund: Option<Cow<'a, str>>,
}

/// What there is to tell about a change; `payment` is its state afterwards.
pub fn message(change: &Change, payment: &Payment, secret: &Secret) -> Option<WebhookMessage> {
    let (kind, reason, refund) = match change {
        Change::Opened { as_opened: payment, .. } | Change::Kept { as_kept: payment, .. } => match payment.status {
            PaymentStatus::Authorised => ("authorised", None, None),
            PaymentStatus::Waiting | PaymentStatus::Captured | PaymentStatus::Voided => return None,
        },
        Change::Paid { .. } => ("authorised", None, None),
        Change::TryDeclined { reason, .. } => ("declined", Some(&**reason), None),
        Change::Captured { .. } => ("captured", None, None),
        Change::Voided { .. } => ("voided", None, None),
        Change::Refunded { refund, .. } => (refund_kind(refund.status)?, None, Some(&*refund.refund.0)),
        Change::RefundEnded { refund, status, .. } => (refund_kind(*status)?, None, Some(&*refund.0)),
    };
    let reference = change.payment();
    let about = refund.unwrap_or_default();
    // Told again, it has the same id; the next decline of the same payment has another one.
    let id = blake3::hash(format!("{} {kind} {about} {}", reference.0, payment.declines).as_bytes()).to_hex();
    let id: Box<str> = format!("sim_evt_{}", &id[..32]).into();
    let body = Body {
        id: Cow::Borrowed(&id),
        payment: Cow::Borrowed(&reference.0),
        checkout: Cow::Borrowed(&payment.checkout),
        kind: Cow::Borrowed(kind),
        reason: reason.map(Cow::Borrowed),
        refund: refund.map(Cow::Borrowed),
    };
    let body = serde_json::to_vec(&body).expect("texts are JSON");
    let signature = format!("v1={}", sign(secret, &[&body]));
    let headers = vec![("content-type".into(), "application/json".into()), (SIGNATURE_HEADER.to_owned(), signature)];
    Some(WebhookMessage { id, headers, body })
}

pub fn read(headers: &[(String, String)], body: &[u8], secret: &Secret) -> Result<Notice, WebhookError> {
    let mut claims = headers.iter().filter(|(name, _)| name == SIGNATURE_HEADER);
    let claimed = claims.find_map(|(_, value)| value.strip_prefix("v1="));
    if !claimed.is_some_and(|claimed| is_signed(secret, &[body], claimed)) {
        return Err(WebhookError::Signature);
    }
    let body: Body<'_> = serde_json::from_slice(body).map_err(|error| WebhookError::Malformed(error.to_string()))?;
    let refund = |refund: Option<Cow<'_, str>>| {
        refund
            .map(|refund| Reference(refund.into()))
            .ok_or_else(|| WebhookError::Malformed("a refund's message without `refund`".into()))
    };
    let kind = match &*body.kind {
        "authorised" => NoticeKind::Authorised,
        "declined" => NoticeKind::Declined(body.reason.unwrap_or_default().into_owned()),
        "captured" => NoticeKind::Captured,
        "voided" => NoticeKind::Voided,
        "refund_succeeded" => NoticeKind::RefundSucceeded(refund(body.refund)?),
        "refund_failed" => NoticeKind::RefundFailed(refund(body.refund)?),
        other => NoticeKind::Other(other.to_owned()),
    };
    Ok(Notice {
        id: body.id.into(),
        payment: Reference(body.payment.into()),
        checkout: Some(body.checkout.into()),
        kind,
    })
}

fn refund_kind(status: RefundStatus) -> Option<&'static str> {
    match status {
        RefundStatus::Pending => None,
        RefundStatus::Succeeded => Some("refund_succeeded"),
        RefundStatus::Failed => Some("refund_failed"),
    }
}
