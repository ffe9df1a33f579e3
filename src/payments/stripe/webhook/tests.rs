//! Given / when / then for Stripe's messages.

use super::*;
use crate::payments::signature::sign;

const NOW: u64 = 1_760_000_000;

fn secret() -> Secret {
    Secret::new("whsec_test")
}

fn signature(time: u64, body: &[u8]) -> String {
    sign(&secret(), &[time.to_string().as_bytes(), b".", body])
}

fn verified(header: &str, body: &[u8]) -> bool {
    let headers = [("host".to_owned(), "a".to_owned()), (SIGNATURE_HEADER.to_owned(), header.to_owned())];
    verify(&headers, body, &secret(), NOW, 300).is_ok()
}

fn notice(kind: &str, object: &str) -> Notice {
    let body = format!(r#"{{"id":"evt_1","object":"event","type":"{kind}","data":{{"object":{object}}}}}"#);
    read(body.as_bytes()).expect("it is a message")
}

fn intent(status: &str) -> String {
    format!(r#"{{"id":"pi_1","object":"payment_intent","status":"{status}","metadata":{{"checkout":"c1"}}}}"#)
}

fn refund(status: &str) -> String {
    format!(r#"{{"id":"re_1","object":"refund","status":"{status}","payment_intent":"pi_1","metadata":{{}}}}"#)
}

#[test]
fn a_message_is_genuine_with_any_of_its_signatures() {
    let right = signature(NOW, b"{}");
    let wrong = "0".repeat(64);
    assert!(verified(&format!("t={NOW},v1={right}"), b"{}"));
    assert!(verified(&format!("t={NOW},v1={wrong},v1={right},v0={wrong}"), b"{}"));
    assert!(verified(&format!("t={NOW}, v1={right}"), b"{}"));
}

#[test]
fn a_message_with_another_body_time_secret_or_scheme_is_refused() {
    let right = signature(NOW, b"{}");
    assert!(!verified(&format!("t={NOW},v1={right}"), b"{ }"));
    assert!(!verified(&format!("t={},v1={right}", NOW + 1), b"{}"));
    assert!(!verified(&format!("t={NOW},v0={right}"), b"{}"));
    assert!(!verified(&format!("v1={right}"), b"{}"));
    assert!(!verified(&format!("t={NOW}"), b"{}"));
    assert!(!verified("", b"{}"));
    assert!(!verified(",,=,t=,v1=", b"{}"));
    assert_eq!(verify(&[], b"{}", &secret(), NOW, 300), Err(WebhookError::Signature));
    let headers = [(SIGNATURE_HEADER.to_owned(), format!("t={NOW},v1={right}"))];
    assert!(verify(&headers, b"{}", &Secret::new("whsec_other"), NOW, 300).is_err());
}

#[test]
fn a_message_that_is_too_old_or_from_the_future_is_refused() {
    let at = |time: u64| verified(&format!("t={time},v1={}", signature(time, b"{}")), b"{}");
    assert!(at(NOW - 300) && at(NOW + 300));
    assert!(!at(NOW - 301) && !at(NOW + 301));
}

#[test]
fn only_a_few_signatures_are_tried() {
    let many = format!("v1={},", "0".repeat(64)).repeat(SIGNATURES_MAX);
    assert!(!verified(&format!("t={NOW},{many}v1={}", signature(NOW, b"{}")), b"{}"));
}

#[test]
fn what_happened_to_a_payment_is_told_with_its_checkout() {
    for (kind, status, expected) in [
        ("payment_intent.amount_capturable_updated", "requires_capture", NoticeKind::Authorised),
        ("payment_intent.succeeded", "succeeded", NoticeKind::Captured),
        ("payment_intent.canceled", "canceled", NoticeKind::Voided),
        ("payment_intent.payment_failed", "requires_payment_method", NoticeKind::Declined("declined".into())),
    ] {
        let notice = notice(kind, &intent(status));
        assert_eq!(notice.kind, expected, "{kind}");
        assert_eq!((&*notice.id, &*notice.payment.0), ("evt_1", "pi_1"));
        assert_eq!(notice.checkout.as_deref(), Some("c1"));
    }
}

#[test]
fn a_decline_says_why() {
    let object = r#"{"id":"pi_1","object":"payment_intent","status":"requires_payment_method",
        "last_payment_error":{"code":"card_declined","message":"Your card was declined."}}"#;
    let notice = notice("payment_intent.payment_failed", object);
    assert_eq!(notice.kind, NoticeKind::Declined("Your card was declined.".into()));
}

#[test]
fn the_end_of_a_refund_is_told_whatever_the_message_is_called() {
    let re_1 = || Reference("re_1".into());
    for kind in ["refund.created", "refund.updated", "charge.refund.updated", "refund.failed"] {
        let told = notice(kind, &refund("succeeded"));
        assert_eq!((told.kind, told.payment), (NoticeKind::RefundSucceeded(re_1()), Reference("pi_1".into())));
        assert_eq!(notice(kind, &refund("failed")).kind, NoticeKind::RefundFailed(re_1()));
        assert_eq!(notice(kind, &refund("canceled")).kind, NoticeKind::RefundFailed(re_1()));
        assert_eq!(notice(kind, &refund("pending")).kind, NoticeKind::Other(kind.into()));
    }
}

/// As the adapter has asked for it.
#[test]
fn a_refund_is_told_with_the_checkout_that_its_step_begins_with() {
    let metadata = |metadata: &str| refund("failed").replace(r#""metadata":{}"#, metadata);
    let told = |object: String| notice("refund.failed", &object).checkout;
    assert_eq!(told(metadata(r#""metadata":{"step":"c1:refund:1:0"}"#)).as_deref(), Some("c1"));
    assert_eq!(told(metadata(r#""metadata":{"step":"c1:refund:1:0","checkout":"c2"}"#)).as_deref(), Some("c2"));
    assert_eq!(told(refund("failed")), None);
}

#[test]
fn a_refunded_charge_names_its_payment_and_other_messages_are_of_no_concern() {
    let charge =
        r#"{"id":"ch_1","object":"charge","status":"succeeded","payment_intent":"pi_1","metadata":{"checkout":"c1"}}"#;
    let told = notice("charge.refunded", charge);
    assert_eq!((told.kind, told.payment), (NoticeKind::Other("charge.refunded".into()), Reference("pi_1".into())));

    let late = notice("payment_intent.amount_capturable_updated", &intent("canceled"));
    assert_eq!(late.kind, NoticeKind::Other("payment_intent.amount_capturable_updated".into()));

    let customer = notice("customer.created", r#"{"id":"cus_1","object":"customer","status":{"odd":1}}"#);
    assert_eq!((customer.kind, customer.checkout), (NoticeKind::Other("customer.created".into()), None));
    assert_eq!(notice("balance.available", r#"{"object":"balance"}"#).payment, Reference("".into()));
}

#[test]
fn what_is_no_message_is_malformed() {
    for body in ["", "{}", "[]", "\u{0}", r#"{"id":"evt_1","type":"refund.updated","data":{"object":{}}}"#] {
        assert!(matches!(read(body.as_bytes()), Err(WebhookError::Malformed(_))), "{body}");
    }
}
