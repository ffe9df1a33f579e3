//! Given / when / then for the simulated provider: what it does by chance, and what a restart finds again. What every
//! gateway must do is in `tests/payments_contract.rs`.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use futures_util::FutureExt;
use iso_currency::Currency;

use super::*;
use crate::domain::money::Money;
use crate::payments::{
    Authorise, CaptureOrVoid, Notice, NoticeKind, Opened, PaymentGateway, Refund, RefundState, StepKey, WebhookError,
};

fn gateway(options: SimulatedOptions) -> (Arc<SimulatedGateway>, Errands) {
    opened(options, None)
}

fn opened(options: SimulatedOptions, file: Option<&Path>) -> (Arc<SimulatedGateway>, Errands) {
    let options = SimulatedOptions { counts_effects: true, ..options };
    SimulatedGateway::open(options, Secret::new("whsec"), file).expect("it opens")
}

/// Without latency a call is over at once.
fn now<T>(mut call: impl Future<Output = T> + Unpin) -> T {
    match call.poll_unpin(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("a call without latency waits"),
    }
}

fn authorise(gateway: &SimulatedGateway, key: &str) -> Result<Opened, GatewayError> {
    now(gateway.authorise(Authorise {
        key: StepKey(key.into()),
        checkout: "checkout 1".into(),
        amount: Money::from_minor(5_000),
        currency: Currency::EUR,
        description: "two seats".into(),
    }))
}

fn step(key: &str, payment: &Reference) -> CaptureOrVoid {
    CaptureOrVoid {
        key: StepKey(key.into()),
        payment: payment.clone(),
        amount: Money::from_minor(5_000),
        currency: Currency::EUR,
    }
}

fn refund(gateway: &SimulatedGateway, key: &str, payment: &Reference, minor: u64) -> Result<RefundState, GatewayError> {
    let amount = Money::from_minor(minor);
    now(gateway.refund(Refund { key: StepKey(key.into()), payment: payment.clone(), amount, currency: Currency::EUR }))
}

fn messages(errands: &mut Errands) -> Vec<WebhookMessage> {
    let errands = errands.take().into_iter();
    errands
        .filter_map(|errand| match errand.kind {
            ErrandKind::Deliver { message, .. } => Some(message),
            ErrandKind::BuyerPays(_) | ErrandKind::RefundEnds { .. } => None,
        })
        .collect()
}

fn notices(gateway: &SimulatedGateway, errands: &mut Errands) -> Vec<Notice> {
    let read = |message: WebhookMessage| gateway.read_webhook(&message.headers, &message.body).expect("it is genuine");
    messages(errands).into_iter().map(read).collect()
}

fn kinds(gateway: &SimulatedGateway, errands: &mut Errands) -> Vec<NoticeKind> {
    notices(gateway, errands).into_iter().map(|notice| notice.kind).collect()
}

#[test]
fn by_default_everybody_pays_at_once_and_everything_is_told() {
    let (gateway, mut errands) = gateway(SimulatedOptions::default());

    let opened = authorise(&gateway, "1/authorise").expect("authorised");
    now(gateway.capture(step("1/capture", &opened.payment))).expect("captured");
    let refunded = refund(&gateway, "1/refund", &opened.payment, 5_000).expect("refunded");

    assert_eq!((opened.status, opened.way), (PaymentStatus::Authorised, None));
    let told = notices(&gateway, &mut errands);
    assert!(told.iter().all(|notice| notice.payment == opened.payment));
    assert!(told.iter().all(|notice| notice.checkout.as_deref() == Some("checkout 1")));
    let told: Vec<NoticeKind> = told.into_iter().map(|notice| notice.kind).collect();
    assert_eq!(told, [NoticeKind::Authorised, NoticeKind::Captured, NoticeKind::RefundSucceeded(refunded.refund)]);
}

#[test]
fn whoever_is_told_to_pay_pays_once() {
    let (gateway, mut errands) = gateway(SimulatedOptions { pays: Pays::WhenTold, ..SimulatedOptions::default() });
    let opened = authorise(&gateway, "1/authorise").expect("opened");
    assert_eq!(opened.status, PaymentStatus::Waiting);
    assert!(opened.way.is_some() && errands.take().is_empty());

    assert_eq!(gateway.decline(&opened.payment, "no money"), Ok(PaymentStatus::Waiting));
    assert_eq!(gateway.pay(&opened.payment), Ok(PaymentStatus::Authorised));
    assert_eq!(gateway.pay(&opened.payment), Ok(PaymentStatus::Authorised));
    assert_eq!(gateway.decline(&opened.payment, "too late"), Ok(PaymentStatus::Authorised));

    assert_eq!(kinds(&gateway, &mut errands), [NoticeKind::Declined("no money".into()), NoticeKind::Authorised]);
}

#[test]
fn a_buyer_who_pays_by_himself_is_an_errand_and_tries_again_when_declined() {
    let options = SimulatedOptions {
        pays: Pays::ByWebhook,
        pays_after_ms: 700,
        declines_percent: 100,
        buyer_tries_max: 2,
        ..SimulatedOptions::default()
    };
    let (gateway, mut errands) = gateway(options);
    authorise(&gateway, "1/authorise").expect("opened");

    let mut tries = 0;
    let mut declined = Vec::new();
    loop {
        let next = errands.take();
        if next.is_empty() {
            break;
        }
        for errand in next {
            match errand.kind {
                ErrandKind::BuyerPays(_) => {
                    assert_eq!(errand.after, Duration::from_millis(700));
                    tries += 1;
                    gateway.run_errand(errand.kind).expect("the payment waits");
                }
                ErrandKind::Deliver { message, .. } => {
                    declined.push(gateway.read_webhook(&message.headers, &message.body).expect("genuine").id);
                }
                ErrandKind::RefundEnds { .. } => panic!("nothing was refunded"),
            }
        }
    }

    assert_eq!(tries, 2);
    assert_eq!(declined.len(), 2);
    assert_ne!(declined[0], declined[1], "two declines are two messages");
}

#[test]
fn a_decline_is_for_ever_under_its_key_and_has_no_effect() {
    let (gateway, _errands) = gateway(SimulatedOptions { declines_percent: 50, ..SimulatedOptions::default() });
    let answers = || -> Vec<bool> { (0..100).map(|key| authorise(&gateway, &format!("{key}")).is_ok()).collect() };
    let first = answers();
    assert_eq!(first, answers());
    let accepted = first.iter().filter(|is_accepted| **is_accepted).count();
    assert!((20..80).contains(&accepted), "{accepted} of 100");
    assert_eq!(gateway.ledger().payments.len(), accepted);
}

#[test]
fn timeouts_are_before_or_after_the_effect_and_the_next_try_finds_what_is_true() {
    let run = |seed| {
        let options = SimulatedOptions {
            seed,
            unavailable_percent: 20,
            timeouts_before_effect_percent: 20,
            timeouts_after_effect_percent: 20,
            ..SimulatedOptions::default()
        };
        let (gateway, _errands) = gateway(options);
        let mut fates = BTreeMap::new();
        for key in 0..200 {
            let key = format!("{key}/authorise");
            let fate = match authorise(&gateway, &key) {
                Ok(_) => "effect",
                Err(GatewayError::Unavailable(_)) => "unavailable",
                Err(GatewayError::Unknown(_))
                    if gateway.ledger().effects.contains_key(&StepKey(key.as_str().into())) =>
                {
                    "time-out after effect"
                }
                Err(GatewayError::Unknown(_)) => "time-out before effect",
                Err(other) => panic!("{other}"),
            };
            *fates.entry(fate).or_insert(0_u32) += 1;
            let again = (0..100).find_map(|_| authorise(&gateway, &key).ok());
            assert!(again.is_some(), "{key} never comes through");
        }
        assert!(gateway.ledger().effects.values().all(|count| *count == 1));
        assert_eq!(gateway.ledger().payments.len(), 200);
        fates
    };
    let fates = run(5);
    assert_eq!(fates.len(), 4, "{fates:?}");
    assert_eq!(fates, run(5));
    assert_ne!(fates, run(6));
}

#[test]
fn messages_are_lost_doubled_late_and_held_back_by_the_seed() {
    let count = |options: SimulatedOptions| {
        let (gateway, mut errands) = gateway(options);
        for key in 0..200 {
            authorise(&gateway, &format!("{key}")).expect("authorised");
        }
        errands.take().into_iter().map(|errand| errand.after.as_millis()).collect::<Vec<_>>()
    };
    let none = SimulatedOptions::default();
    assert_eq!(count(none.clone()), [0; 200]);
    assert!(count(SimulatedOptions { webhooks: false, ..none.clone() }).is_empty());
    assert_eq!(count(SimulatedOptions { webhooks_lost_percent: 100, ..none.clone() }).len(), 0);
    assert_eq!(count(SimulatedOptions { webhooks_duplicated_percent: 100, ..none.clone() }).len(), 400);
    let late = SimulatedOptions { webhooks_late_percent: 100, webhooks_late_ms: 9, ..none.clone() };
    assert_eq!(count(late), [9; 200]);
    let reordered = count(SimulatedOptions { webhooks_reordered_percent: 50, webhooks_reordered_ms: 100, ..none });
    assert!(!reordered.is_sorted() && reordered.iter().all(|after| *after <= 100));
}

#[test]
fn refunds_fail_and_end_late_where_the_options_say_so() {
    let options = SimulatedOptions { refunds_after_ms: 40, refund_failures_percent: 50, ..SimulatedOptions::default() };
    let (gateway, mut errands) = gateway(options);
    let mut ends = BTreeMap::new();
    for key in 0..50 {
        let opened = authorise(&gateway, &format!("{key}/authorise")).expect("authorised");
        now(gateway.capture(step("capture", &opened.payment))).expect("captured");
        errands.take();
        let refunded = refund(&gateway, &format!("{key}/refund"), &opened.payment, 5_000).expect("accepted");
        assert_eq!(refunded.status, RefundStatus::Pending);
        for errand in errands.take() {
            assert_eq!(errand.after, Duration::from_millis(40));
            gateway.run_errand(errand.kind).expect("it ends");
        }
        let told = kinds(&gateway, &mut errands);
        let state = now(gateway.look_up(&opened.payment)).expect("it is there");
        let status = state.refunds[0].status;
        let expected = match status {
            RefundStatus::Succeeded => NoticeKind::RefundSucceeded(refunded.refund),
            RefundStatus::Failed => NoticeKind::RefundFailed(refunded.refund),
            RefundStatus::Pending => panic!("it has ended"),
        };
        assert_eq!(told, [expected]);
        let again = refund(&gateway, &format!("{key}/refund, again"), &opened.payment, 5_000);
        assert_eq!(again.is_ok(), status == RefundStatus::Failed, "what failed may be refunded again");
        *ends.entry(format!("{status:?}")).or_insert(0) += 1;
    }
    assert_eq!(ends.len(), 2, "{ends:?}");
}

#[test]
fn a_message_that_was_touched_is_not_genuine() {
    let (gateway, mut errands) = gateway(SimulatedOptions::default());
    authorise(&gateway, "1").expect("authorised");
    let WebhookMessage { headers, body } = messages(&mut errands).remove(0);

    let mut other_body = body.clone();
    other_body[10] ^= 1;
    assert_eq!(gateway.read_webhook(&headers, &other_body).map(drop), Err(WebhookError::Signature));
    assert_eq!(gateway.read_webhook(&[], &body).map(drop), Err(WebhookError::Signature));
    let (other, _errands) =
        SimulatedGateway::open(SimulatedOptions::default(), Secret::new("other"), None).expect("it opens");
    assert_eq!(other.read_webhook(&headers, &body).map(drop), Err(WebhookError::Signature));
}

#[test]
fn shares_above_a_hundred_are_refused() {
    let options =
        SimulatedOptions { unavailable_percent: 60, timeouts_after_effect_percent: 60, ..SimulatedOptions::default() };
    let error = SimulatedGateway::open(options, Secret::new("whsec"), None).map(drop).expect_err("refused");
    assert!(error.to_string().contains("120 percent"), "{error}");
}

#[test]
fn a_restart_finds_every_payment_and_what_was_under_way() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("simulated.jsonl");
    let options = SimulatedOptions { pays: Pays::ByWebhook, refunds_after_ms: 1, ..SimulatedOptions::default() };
    let (before, references) = {
        let (gateway, _errands) = opened(options.clone(), Some(&file));
        let payments = ["waits", "authorised", "captured", "refunded", "voided"];
        let references = payments.map(|key| authorise(&gateway, key).expect("opened").payment);
        for payment in &references[1..] {
            gateway.pay(payment).expect("paid");
        }
        now(gateway.capture(step("2/capture", &references[2]))).expect("captured");
        now(gateway.capture(step("3/capture", &references[3]))).expect("captured");
        refund(&gateway, "3/refund", &references[3], 1_000).expect("accepted");
        now(gateway.void(step("4/void", &references[4]))).expect("voided");
        (gateway.ledger(), references)
    };

    let (gateway, mut errands) = opened(options, Some(&file));

    assert_eq!(gateway.ledger(), before);
    let again = refund(&gateway, "3/refund", &references[3], 1_000).expect("the same");
    assert_eq!(gateway.ledger(), before, "the same key has no second effect after a restart");
    let (mut pays, mut ends, mut told) = (Vec::new(), Vec::new(), 0);
    for errand in errands.take() {
        match errand.kind {
            ErrandKind::BuyerPays(payment) => pays.push(payment),
            ErrandKind::RefundEnds { refund, .. } => ends.push(refund),
            ErrandKind::Deliver { .. } => told += 1,
        }
    }
    assert_eq!((pays, ends, told), (vec![references[0].clone()], vec![again.refund], 1));
}

#[test]
fn a_line_cut_short_never_counted_and_damage_is_set_aside() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("simulated.jsonl");
    let names = ["one", "two", "three"];
    {
        let (gateway, _errands) = opened(SimulatedOptions::default(), Some(&file));
        for key in names {
            authorise(&gateway, key).expect("authorised");
        }
    }
    let whole = std::fs::read(&file).expect("it is there");

    std::fs::write(&file, &whole[..whole.len() - 5]).expect("written");
    let (gateway, _errands) = opened(SimulatedOptions::default(), Some(&file));
    assert_eq!(gateway.ledger().payments.len(), 2);
    authorise(&gateway, "three").expect("authorised");
    assert_eq!(std::fs::read(&file).expect("it is there"), whole);
    assert!(!file.with_extension("damaged").exists());

    let middle = whole.iter().position(|byte| *byte == b'\n').expect("lines") + 10;
    let mut damaged = whole.clone();
    damaged[middle] = b'\xff';
    std::fs::write(&file, &damaged).expect("written");
    let (gateway, _errands) = opened(SimulatedOptions::default(), Some(&file));
    assert_eq!(gateway.ledger().payments.len(), 1);
    assert_eq!(std::fs::read(file.with_extension("damaged")).expect("it is there"), damaged);
}

#[test]
fn only_ended_payments_are_forgotten_and_the_file_does_not_grow_for_ever() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("simulated.jsonl");
    let options = SimulatedOptions { payments_max: 100, ..SimulatedOptions::default() };
    let live = {
        let (gateway, mut errands) = opened(options.clone(), Some(&file));
        let live = authorise(&gateway, "live").expect("authorised").payment;
        for key in 0..8_000 {
            let opened = authorise(&gateway, &format!("{key}")).expect("authorised");
            now(gateway.capture(step(&format!("{key}/capture"), &opened.payment))).expect("captured");
            errands.take();
        }
        assert_eq!(gateway.ledger().payments.len(), 100);
        live
    };
    let lines = std::fs::read_to_string(&file).expect("it is there").lines().count();
    assert!(lines < 11_000, "{lines} lines");

    let (gateway, _errands) = opened(options, Some(&file));
    assert_eq!(gateway.ledger().payments.len(), 100);
    assert_eq!(now(gateway.look_up(&live)).map(|state| state.status), Ok(PaymentStatus::Authorised));
}

#[tokio::test]
async fn errands_run_by_themselves_and_a_message_that_is_not_taken_comes_again() {
    let options = SimulatedOptions { pays: Pays::ByWebhook, pays_after_ms: 1, ..SimulatedOptions::default() };
    let (gateway, errands) = gateway(options);
    let taken = Arc::new(Mutex::new(Vec::new()));
    let (told, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let seen = Arc::clone(&taken);
    let deliver = move |message: WebhookMessage| {
        let mut seen = seen.lock().expect("nobody panicked");
        seen.push(message);
        let is_taken = seen.len() > 1;
        let told = told.clone();
        async move {
            if is_taken {
                told.send(()).expect("the test listens");
            }
            is_taken
        }
        .boxed()
    };
    let opened = authorise(&gateway, "1").expect("opened");
    let gateway_while_it_runs = Arc::clone(&gateway);
    let run = async move { errands.run(&gateway_while_it_runs, deliver).await };
    let heard = tokio::time::timeout(Duration::from_secs(30), async {
        tokio::select! {
            () = run => panic!("the gateway is alive"),
            heard = hears.recv() => heard,
        }
    });
    assert_eq!(heard.await, Ok(Some(())));
    let taken = taken.lock().expect("nobody panicked");
    assert_eq!(taken[0], taken[1]);
    let state = now(gateway.look_up(&opened.payment)).expect("it is there");
    assert_eq!(state.status, PaymentStatus::Authorised);
}
