//! The Stripe adapter against a server that misbehaves: whatever comes back, or does not, is declined, certainly without
//! effect, unknown, or a case for an operator, and never taken for something else.

use std::net::TcpListener;

use understudy::payments::{PaymentGateway, Reference};

use crate::payments_stand_in::{Asked, Reply, StandIn};
use crate::payments_stripe::{authorise, hasty, intent, kind, patient, step};

#[tokio::test]
async fn whatever_goes_wrong_is_told_apart() {
    type Misbehaviour = fn() -> Reply;
    let cases: [(&str, Misbehaviour, &str); 12] = [
        ("the answer is lost", || Reply::HangUp, "unknown"),
        ("half an answer", || Reply::HalfAnAnswer, "unknown"),
        ("no answer", || Reply::Silence, "unknown"),
        ("a page instead of an answer", || Reply::json(200, "<html>"), "unknown"),
        ("an answer to something else", || Reply::json(200, "{}"), "unknown"),
        ("a server error", || Reply::json(500, "{\"error\":{\"type\":\"api_error\"}}"), "unknown"),
        ("a bad gateway", || Reply::json(502, "bad gateway"), "unknown"),
        ("another call under the same key", || Reply::json(409, "{}"), "unknown"),
        ("too many requests", || Reply::json(429, "{\"error\":{\"code\":\"rate_limit\"}}"), "unavailable"),
        ("a card declined", || Reply::json(402, "{\"error\":{\"type\":\"card_error\"}}"), "declined"),
        ("a wrong key", || Reply::json(401, "{\"error\":{\"message\":\"sk_test_hostile\"}}"), "misconfigured"),
        ("another address", || Reply::json(301, ""), "misconfigured"),
    ];
    for (name, reply, expected) in cases {
        let stand_in = StandIn::start(move |_: &Asked| reply());
        let gateway = if name == "no answer" { hasty(stand_in.base_url()) } else { patient(stand_in.base_url()) };
        let error = gateway.authorise(authorise()).await.expect_err(name);
        assert_eq!(kind(&error), expected, "{name}: {error}");
        assert!(!error.to_string().contains("sk_test"), "{name}: {error}");
        assert_eq!(stand_in.asked().len(), 1, "{name}: one call is one request");
        let question = gateway.look_up(&Reference("pi_1".into())).await.expect_err(name);
        assert_ne!(kind(&question), "unknown", "{name}: a question has no effect: {question}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_has_had_no_effect() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = listener.local_addr().expect("it has an address");
    drop(listener);
    let error = patient(format!("http://{nobody}")).authorise(authorise()).await.expect_err("nobody is there");
    assert_eq!(kind(&error), "unavailable", "{error}");
}

#[tokio::test]
async fn calls_beyond_the_bound_are_turned_away_without_being_sent() {
    let stand_in = StandIn::start(|_: &Asked| Reply::Silence);
    let gateway = hasty(stand_in.base_url());
    let calls = (0..6).map(|_| gateway.authorise(authorise()));
    let answers = futures_util::future::join_all(calls).await;
    let kinds: Vec<_> = answers.iter().map(|answer| kind(answer.as_ref().expect_err("silence"))).collect();
    assert_eq!(kinds, ["unknown", "unknown", "unavailable", "unavailable", "unavailable", "unavailable"]);
    assert!(stand_in.asked().len() <= 2);
}

#[tokio::test]
async fn a_capture_that_did_not_capture_is_not_believed() {
    let stand_in = StandIn::start(|_: &Asked| Reply::json(200, &intent("processing")));
    let captured = patient(stand_in.base_url()).capture(step()).await;
    assert_eq!(captured.as_ref().map_err(kind), Err("unknown"));
}
