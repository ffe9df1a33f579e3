//! What a failed call to Stripe means: declined, certainly without effect, unknown, or a case for an operator. In doubt
//! it is unknown.

use std::io::ErrorKind;

use ureq::{Error, Timeout};

use super::objects::{Reason, Refused};
use super::words::shown;
use crate::payments::GatewayError;

/// Codes of answers with status 400 that decide about this payment, and are no mistake of ours.
const DECIDED: &[&str] = &[
    "amount_too_large",
    "amount_too_small",
    "balance_insufficient",
    "capture_charge_authorization_expired",
    "charge_already_captured",
    "charge_already_refunded",
    "charge_disputed",
    "charge_expired_for_capture",
    "charge_not_refundable",
    "insufficient_funds",
    "payment_intent_payment_attempt_expired",
    "payment_intent_unexpected_state",
    "refund_disputed_payment",
];

/// No answer, or none that could be read to its end.
pub fn of_transport(error: &Error) -> GatewayError {
    let text = error.to_string();
    match error {
        // Nothing was sent yet.
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::ConnectProxyFailed(_)
        | Error::Timeout(Timeout::Resolve | Timeout::Connect) => GatewayError::Unavailable(text),
        Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::AddrNotAvailable => GatewayError::Unavailable(text),
            _ => GatewayError::Unknown(text),
        },
        Error::BadUri(_) | Error::Http(_) | Error::InvalidProxyUrl | Error::RequireHttpsOnly(_) => {
            GatewayError::Misconfigured(text)
        }
        _ => GatewayError::Unknown(text),
    }
}

/// An answer whose status is not 2xx.
pub fn of_answer(status: u16, body: &[u8]) -> GatewayError {
    let refused = serde_json::from_slice(body);
    let reason = refused.map_or_else(|_| Reason::default(), |refused: Refused| refused.error);
    let words = words(status, &reason);
    match (status, reason.kind.as_deref(), reason.code.as_deref()) {
        // Stripe's own text would repeat parts of the key.
        (401, _, _) => GatewayError::Misconfigured("Stripe does not accept the secret key".into()),
        (402, _, _) | (400, Some("card_error"), _) => GatewayError::Declined(words),
        (400, _, Some(code)) if DECIDED.contains(&code) => GatewayError::Declined(words),
        // More than is left to refund, or an amount or a currency that Stripe does not take: it has no code of its own.
        (400, Some("invalid_request_error"), None)
            if matches!(reason.param.as_deref(), Some("amount" | "currency")) =>
        {
            GatewayError::Declined(words)
        }
        (429, _, _) => GatewayError::Unavailable(words),
        // 409: the same key is being worked on just now. 408 and 424: given up on the way.
        (408 | 409 | 424, _, _) => GatewayError::Unknown(words),
        (300..=499, _, _) => GatewayError::Misconfigured(words),
        (_, _, _) => GatewayError::Unknown(words),
    }
}

/// A question has no effect that could be unknown.
pub fn of_question(error: GatewayError) -> GatewayError {
    match error {
        GatewayError::Unknown(text) => GatewayError::Unavailable(text),
        GatewayError::Declined(_) | GatewayError::Unavailable(_) | GatewayError::Misconfigured(_) => error,
    }
}

fn words(status: u16, reason: &Reason) -> String {
    match (&reason.message, &reason.code) {
        (Some(message), Some(code)) => shown(&format!("{message} ({code})")),
        (Some(text), None) => shown(text),
        (None, Some(code)) => shown(code),
        (None, None) => format!("status {status}, without a reason"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(error: &GatewayError) -> &'static str {
        match error {
            GatewayError::Declined(_) => "declined",
            GatewayError::Unavailable(_) => "unavailable",
            GatewayError::Unknown(_) => "unknown",
            GatewayError::Misconfigured(_) => "misconfigured",
        }
    }

    #[test]
    fn answers_are_told_apart() {
        for (status, body, expected) in [
            (402, r#"{"error":{"type":"card_error","code":"card_declined","message":"No."}}"#, "declined"),
            (400, r#"{"error":{"type":"invalid_request_error","code":"charge_already_refunded"}}"#, "declined"),
            (400, r#"{"error":{"type":"invalid_request_error","code":"payment_intent_unexpected_state"}}"#, "declined"),
            (400, r#"{"error":{"type":"invalid_request_error","param":"amount","message":"More"}}"#, "declined"),
            (400, r#"{"error":{"type":"invalid_request_error","param":"currency","message":"Invalid"}}"#, "declined"),
            (
                400,
                r#"{"error":{"type":"invalid_request_error","param":"amuont","message":"Unknown"}}"#,
                "misconfigured",
            ),
            (400, r#"{"error":{"type":"idempotency_error","message":"Other parameters"}}"#, "misconfigured"),
            (401, r#"{"error":{"message":"Invalid API Key provided: sk_test_****1234"}}"#, "misconfigured"),
            (403, r#"{"error":{"message":"The key 'sk_test_****1234' may not"}}"#, "misconfigured"),
            (403, "{}", "misconfigured"),
            (404, r#"{"error":{"type":"invalid_request_error","code":"resource_missing"}}"#, "misconfigured"),
            (301, "", "misconfigured"),
            (409, r#"{"error":{"code":"idempotency_key_in_use"}}"#, "unknown"),
            (424, "{}", "unknown"),
            (429, r#"{"error":{"code":"rate_limit"}}"#, "unavailable"),
            (500, "<html>", "unknown"),
            (502, "", "unknown"),
            (503, r#"{"error":{"type":"api_error"}}"#, "unknown"),
        ] {
            let error = of_answer(status, body.as_bytes());
            assert_eq!(kind(&error), expected, "{status} {body}");
            assert!(!error.to_string().contains("sk_test"), "{error}");
        }
    }

    #[test]
    fn only_what_never_left_is_certainly_without_effect() {
        let io = |kind: ErrorKind| Error::Io(std::io::Error::from(kind));
        for (error, expected) in [
            (Error::HostNotFound, "unavailable"),
            (Error::ConnectionFailed, "unavailable"),
            (Error::Timeout(Timeout::Connect), "unavailable"),
            (Error::Timeout(Timeout::Resolve), "unavailable"),
            (io(ErrorKind::ConnectionRefused), "unavailable"),
            (Error::Timeout(Timeout::SendBody), "unknown"),
            (Error::Timeout(Timeout::RecvResponse), "unknown"),
            (Error::Timeout(Timeout::Global), "unknown"),
            (io(ErrorKind::ConnectionReset), "unknown"),
            (io(ErrorKind::UnexpectedEof), "unknown"),
            (Error::BodyExceedsLimit(1), "unknown"),
            (Error::BadUri(String::new()), "misconfigured"),
        ] {
            assert_eq!(kind(&of_transport(&error)), expected, "{error}");
        }
    }

    #[test]
    fn a_question_is_never_of_unknown_outcome() {
        assert_eq!(kind(&of_question(of_answer(500, b""))), "unavailable");
        assert_eq!(kind(&of_question(of_answer(404, b""))), "misconfigured");
    }
}
