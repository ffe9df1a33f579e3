//! What a restart finds again, and what is forgotten.

use super::*;

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
fn calls_under_way_together_are_written_together_before_any_is_answered() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("simulated.jsonl");
    let (gateway, _errands) = opened(SimulatedOptions::default(), Some(&file));
    let lines = || std::fs::read_to_string(&file).expect("it is there").lines().count();
    let mut calls = ["one", "two"].map(|key| gateway.authorise(request(key)));
    let mut context = Context::from_waker(Waker::noop());
    for call in &mut calls {
        assert!(call.poll_unpin(&mut context).is_pending());
    }
    assert_eq!(lines(), 0);
    assert!(matches!(calls[0].poll_unpin(&mut context), Poll::Ready(Ok(_))));
    assert_eq!(lines(), 2);
    assert!(matches!(calls[1].poll_unpin(&mut context), Poll::Ready(Ok(_))));
    assert_eq!(lines(), 2);
}

#[tokio::test]
async fn what_a_message_tells_is_in_the_file_before() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("simulated.jsonl");
    let (gateway, errands) = opened(SimulatedOptions::default(), Some(&file));
    let mut call = gateway.authorise(request("one"));
    assert!(call.poll_unpin(&mut Context::from_waker(Waker::noop())).is_pending());
    let (told, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let deliver = move |_| {
        let lines = std::fs::read_to_string(&file).expect("it is there").lines().count();
        told.send(lines).expect("the test listens");
        async { true }.boxed()
    };
    let heard = tokio::time::timeout(Duration::from_secs(30), async {
        tokio::select! {
            () = errands.run(&gateway, deliver) => panic!("the gateway is alive"),
            heard = hears.recv() => heard,
        }
    });
    assert_eq!(heard.await, Ok(Some(1)));
}

#[test]
fn what_a_buyer_does_is_in_the_file_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("simulated.jsonl");
    let options = SimulatedOptions { pays: Pays::WhenTold, ..SimulatedOptions::default() };
    let (gateway, _errands) = opened(options.clone(), Some(&file));
    let payment = authorise(&gateway, "one").expect("opened").payment;
    gateway.pay(&payment).expect("paid");
    let before = gateway.ledger();
    let (gateway, _errands) = opened(options, Some(&file));
    assert_eq!(gateway.ledger().payments, before.payments);
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
    assert!(!file.with_extension("damaged-1").exists());

    let middle = whole.iter().position(|byte| *byte == b'\n').expect("lines") + 10;
    let mut damaged = whole.clone();
    damaged[middle] = b'\xff';
    std::fs::write(&file, &damaged).expect("written");
    let (gateway, _errands) = opened(SimulatedOptions::default(), Some(&file));
    assert_eq!(gateway.ledger().payments.len(), 1);
    assert_eq!(std::fs::read(file.with_extension("damaged-1")).expect("it is there"), damaged);
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

#[test]
fn payments_that_wait_are_never_forgotten_and_twice_the_bound_is_the_end() {
    let options = SimulatedOptions { payments_max: 10, pays: Pays::WhenTold, ..SimulatedOptions::default() };
    let (gateway, _errands) = gateway(options);
    let waiting: Vec<Reference> =
        (0..20).map(|key| authorise(&gateway, &format!("{key}")).expect("opened").payment).collect();
    assert!(matches!(authorise(&gateway, "one more"), Err(GatewayError::Unavailable(_))));
    assert!(authorise(&gateway, "7").is_ok(), "what is open is found again");

    now(gateway.void(step("15/void", &waiting[15]))).expect("voided");

    let tries = (0..3).find_map(|_| authorise(&gateway, "one more").ok());
    assert!(tries.is_some(), "an ended payment makes room");
    assert_eq!(gateway.ledger().payments.len(), 20);
}
