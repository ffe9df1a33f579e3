//! Stripe's messages: the signature scheme of `Stripe-Signature`, and what the events say.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::objects::{CHECKOUT, PaymentError, STEP, refund_status};
use crate::payments::signature::is_signed;
use crate::payments::{Notice, NoticeKind, Reference, RefundStatus, Secret, WebhookError};

const SIGNATURE_HEADER: &str = "stripe-signature";
/// While a secret is being replaced there are two signatures. More than a few are an attack.
const SIGNATURES_MAX: usize = 8;

#[derive(Deserialize)]
struct Event {
    id: Box<str>,
    #[serde(rename = "type")]
    kind: Box<str>,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Value,
}

/// A payment intent, a charge or a refund.
#[derive(Deserialize)]
struct Object {
    id: Box<str>,
    object: Box<str>,
    status: Option<Box<str>>,
    payment_intent: Option<Box<str>>,
    last_payment_error: Option<PaymentError>,
    metadata: Option<HashMap<Box<str>, Box<str>>>,
}

/// `now`: seconds since 1970.
pub fn verify(
    headers: &[(String, String)],
    body: &[u8],
    secret: &Secret,
    now: u64,
    tolerance_seconds: u64,
) -> Result<(), WebhookError> {
    let header = headers.iter().find(|(name, _)| name == SIGNATURE_HEADER).map(|(_, value)| value.as_str());
    let pairs: Vec<(&str, &str)> =
        header.unwrap_or_default().split(',').filter_map(|pair| pair.trim().split_once('=')).collect();
    let time = pairs.iter().find(|(name, _)| *name == "t").map_or("", |(_, value)| *value);
    let is_recent = time.parse().is_ok_and(|time: u64| time.abs_diff(now) <= tolerance_seconds);
    let mut signatures = pairs.iter().filter(|(name, _)| *name == "v1").take(SIGNATURES_MAX);
    let is_genuine = signatures.any(|(_, value)| is_signed(secret, &[time.as_bytes(), b".", body], value));
    if is_recent && is_genuine { Ok(()) } else { Err(WebhookError::Signature) }
}

/// A genuine message that is about no payment at all has its own object's id in the payment's place, and is
/// [`NoticeKind::Other`].
pub fn read(body: &[u8]) -> Result<Notice, WebhookError> {
    let event: Event = serde_json::from_slice(body).map_err(|error| WebhookError::Malformed(error.to_string()))?;
    let Event { id, kind, data: Data { object } } = event;
    let other = || NoticeKind::Other(kind.to_string());
    if !["payment_intent.", "charge.", "refund."].iter().any(|about| kind.starts_with(about)) {
        let payment = Reference(object["id"].as_str().unwrap_or_default().into());
        return Ok(Notice { id, payment, checkout: None, kind: other() });
    }
    let object: Object = serde_json::from_value(object).map_err(|error| WebhookError::Malformed(error.to_string()))?;
    let notice_kind = match &*kind {
        "payment_intent.amount_capturable_updated" if object.status.as_deref() == Some("requires_capture") => {
            NoticeKind::Authorised
        }
        "payment_intent.payment_failed" => {
            let words = object.last_payment_error.as_ref().map(PaymentError::words);
            NoticeKind::Declined(words.unwrap_or_else(|| "declined".to_owned()))
        }
        "payment_intent.succeeded" => NoticeKind::Captured,
        "payment_intent.canceled" => NoticeKind::Voided,
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            let refund = Reference(object.id.clone());
            match refund_status(object.status.as_deref()) {
                Ok(RefundStatus::Succeeded) => NoticeKind::RefundSucceeded(refund),
                Ok(RefundStatus::Failed) => NoticeKind::RefundFailed(refund),
                Ok(RefundStatus::Pending) | Err(_) => other(),
            }
        }
        // `charge.refunded` among them: it names the payment, but not the refund.
        _ => other(),
    };
    let payment = if &*object.object == "payment_intent" { None } else { object.payment_intent };
    let payment = Reference(payment.unwrap_or(object.id));
    let checkout = object.metadata.and_then(|mut metadata| {
        // A refund carries its step only, which begins with its checkout.
        let of_step = |step: Box<str>| step.split(':').next().map(Box::from);
        metadata.remove(CHECKOUT).or_else(|| metadata.remove(STEP).and_then(of_step))
    });
    Ok(Notice { id, payment, checkout, kind: notice_kind })
}

#[cfg(test)]
mod tests;
