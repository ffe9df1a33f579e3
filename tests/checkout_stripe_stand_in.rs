//! A small Stripe for the tests of checkouts: payments, captures and refunds in memory, which a test can change behind
//! the server's back, and its signed messages.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::http_app::TestApp;
use super::http_client::Answer;
use super::payments_stand_in::{Asked, Reply, StandIn};

const WEBHOOK_SECRET: &str = "whsec_stage";

/// What is answered instead, where the test says so.
type Instead = Box<dyn Fn(&Asked, &mut Book) -> Option<Reply> + Send>;

#[derive(Default)]
pub struct Book {
    pub intents: BTreeMap<String, Value>,
    pub refunds: Vec<Value>,
    instead: Option<Instead>,
}

pub struct Stripe {
    stand_in: StandIn,
    book: Arc<Mutex<Book>>,
}

impl Stripe {
    pub fn start() -> Self {
        let book = Arc::new(Mutex::new(Book::default()));
        let of_stand_in = book.clone();
        let stand_in = StandIn::start(move |asked: &Asked| {
            let mut book = of_stand_in.lock().expect("nobody panicked");
            let instead = book.instead.take();
            let reply = instead.as_ref().and_then(|instead| instead(asked, &mut book));
            book.instead = instead;
            reply.unwrap_or_else(|| book.answer(asked))
        });
        Self { stand_in, book }
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().expect("nobody panicked")
    }

    pub fn answers(&self, instead: impl Fn(&Asked, &mut Book) -> Option<Reply> + Send + 'static) {
        self.book().instead = Some(Box::new(instead));
    }

    /// The server with this Stripe.
    pub fn app(&self) -> TestApp {
        let base_url = self.stand_in.base_url();
        TestApp::with(&[
            ("UNDERSTUDY__PAYMENTS__GATEWAY", "stripe"),
            ("UNDERSTUDY__PAYMENTS__STRIPE_SECRET_KEY", "sk_test_stage"),
            ("UNDERSTUDY__PAYMENTS__STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("UNDERSTUDY__PAYMENTS__STRIPE_BASE_URL", &base_url),
            ("UNDERSTUDY__CHECKOUT__RETRY_FIRST_MS", "10"),
            ("UNDERSTUDY__CHECKOUT__RETRY_MAX_MS", "50"),
        ])
    }

    /// How often that was asked for.
    pub fn asked(&self, method: &str, part_of_path: &str) -> usize {
        let asked = self.stand_in.asked();
        asked.iter().filter(|asked| asked.method == method && asked.path.contains(part_of_path)).count()
    }

    /// The buyer of the only payment that waits pays it.
    pub fn buyer_pays(&self, app: &TestApp) {
        let paid = {
            let mut book = self.book();
            let waiting = book.intents.values_mut().find(|intent| intent["status"] == "requires_payment_method");
            let intent = waiting.expect("a payment waits");
            intent["status"] = json!("requires_capture");
            intent.clone()
        };
        self.tells(app, "payment_intent.amount_capturable_updated", &paid);
    }

    pub fn tells(&self, app: &TestApp, kind: &str, object: &Value) {
        let (signature, body) = message(kind, object);
        let headers = [("stripe-signature".to_owned(), signature)];
        app.checkouts.notice("stripe", &headers, body.as_bytes()).expect("it is genuine");
    }

    /// The same over HTTP, with what it is answered.
    pub fn posts(&self, app: &TestApp, kind: &str, object: &Value) -> Answer {
        let (signature, body) = message(kind, object);
        app.open("POST", "/v1/payments/stripe/webhooks").header("Stripe-Signature", &signature).body(body).send()
    }
}

/// Its signature, and itself.
fn message(kind: &str, object: &Value) -> (String, String) {
    let body = json!({"id": "evt_1", "object": "event", "type": kind, "data": {"object": object}}).to_string();
    let time = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_secs();
    let mut digest = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()).expect("any length will do");
    digest.update(format!("{time}.{body}").as_bytes());
    let digits: String = digest.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    (format!("t={time},v1={digits}"), body)
}

impl Book {
    fn answer(&mut self, asked: &Asked) -> Reply {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
        match (asked.method.as_str(), &parts[..]) {
            ("POST", ["payment_intents"]) => self.opens(asked),
            ("GET", ["payment_intents", id]) => Reply::json(200, &self.intents[*id].to_string()),
            ("POST", ["payment_intents", id, verb]) => {
                let intent = self.intents.get_mut(*id).expect("it was opened");
                match (*verb, intent["status"].as_str()) {
                    ("capture", Some("requires_capture")) => {
                        intent["amount_received"] = intent["amount"].clone();
                        intent["status"] = json!("succeeded");
                    }
                    ("cancel", Some("requires_capture" | "requires_payment_method")) => {
                        intent["status"] = json!("canceled");
                    }
                    _ => return Reply::json(400, r#"{"error":{"code":"payment_intent_unexpected_state"}}"#),
                }
                Reply::json(200, &intent.to_string())
            }
            ("POST", ["refunds"]) => {
                let refund = json!({
                    "id": format!("re_{}", self.refunds.len()), "object": "refund", "status": "succeeded",
                    "amount": field(&asked.body, "amount").parse::<u64>().expect("an amount"), "currency": "eur",
                    "payment_intent": field(&asked.body, "payment_intent"),
                    "metadata": {"step": field(&asked.body, "metadata[step]")},
                });
                self.refunds.push(refund.clone());
                Reply::json(200, &refund.to_string())
            }
            ("GET", ["refunds"]) => {
                let of_payment = |refund: &&Value| query.contains(refund["payment_intent"].as_str().unwrap_or("-"));
                let all: Vec<&Value> = self.refunds.iter().filter(of_payment).collect();
                Reply::json(200, &json!({"data": all, "has_more": false}).to_string())
            }
            _ => Reply::json(404, "{}"),
        }
    }

    /// The same key opens the same payment.
    fn opens(&mut self, asked: &Asked) -> Reply {
        let checkout = field(&asked.body, "metadata[checkout]");
        let id = format!("pi_{}", checkout.replace('-', ""));
        let intent = self.intents.entry(id.clone()).or_insert_with(|| {
            json!({
                "id": id, "object": "payment_intent", "status": "requires_payment_method", "amount_received": 0,
                "amount": field(&asked.body, "amount").parse::<u64>().expect("an amount"),
                "currency": field(&asked.body, "currency"), "client_secret": format!("{id}_secret"),
                "last_payment_error": null, "metadata": {"checkout": checkout},
            })
        });
        Reply::json(200, &intent.to_string())
    }
}

/// Of a form; what is in these is plain, but for brackets and colons.
fn field(form: &str, name: &str) -> String {
    let plain = form.replace("%5B", "[").replace("%5D", "]").replace("%3A", ":");
    let value = plain.split('&').find_map(|pair| pair.split_once('=').filter(|(known, _)| *known == name));
    value.map(|(_, value)| value.to_owned()).unwrap_or_default()
}
