//! How buyers pay: at once, when told, or by themselves.

use super::*;

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
fn a_payment_that_is_not_taken_on_is_refused_when_it_is_opened_however_the_buyer_pays() {
    for pays in [Pays::AtOnce, Pays::WhenTold, Pays::ByWebhook] {
        let options = SimulatedOptions { pays, openings_refused_percent: 50, ..SimulatedOptions::default() };
        let (gateway, _errands) = gateway(options);
        let answers = || -> Vec<bool> { (0..100).map(|key| authorise(&gateway, &format!("{key}")).is_ok()).collect() };
        let first = answers();
        assert_eq!(first, answers());
        let opened = first.iter().filter(|is_opened| **is_opened).count();
        assert!((20..80).contains(&opened), "{opened} of 100 with {pays:?}");
        assert_eq!(gateway.ledger().payments.len(), opened);
    }
}
