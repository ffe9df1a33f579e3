//! Webhooks: their fates, their signatures, and their delivery.

use std::sync::Mutex;

use super::*;

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
fn a_message_that_was_touched_is_not_genuine() {
    let (gateway, mut errands) = gateway(SimulatedOptions::default());
    authorise(&gateway, "1").expect("authorised");
    let WebhookMessage { headers, body, .. } = &*messages(&mut errands).remove(0);

    let mut other_body = body.clone();
    other_body[10] ^= 1;
    assert_eq!(gateway.read_webhook(headers, &other_body).map(drop), Err(WebhookError::Signature));
    assert_eq!(gateway.read_webhook(&[], body).map(drop), Err(WebhookError::Signature));
    let (other, _errands) =
        SimulatedGateway::open(SimulatedOptions::default(), Secret::new("other"), None).expect("it opens");
    assert_eq!(other.read_webhook(headers, body).map(drop), Err(WebhookError::Signature));
}

#[tokio::test]
async fn errands_run_by_themselves_and_a_message_that_is_not_taken_comes_again() {
    let options = SimulatedOptions { pays: Pays::ByWebhook, pays_after_ms: 1, ..SimulatedOptions::default() };
    let (gateway, errands) = gateway(options);
    let taken = Arc::new(Mutex::new(Vec::new()));
    let (told, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let seen = Arc::clone(&taken);
    let deliver = move |message: Arc<WebhookMessage>| {
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
