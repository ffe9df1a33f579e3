//! localstripe, a stateful stand-in for Stripe from PyPI, started for a test; and a front before it that adds what it
//! lacks, so that the adapter is spoken to as by Stripe.
//!
//! Missing in localstripe 1.15: `Idempotency-Key`; `description` and `amount_received` of a PaymentIntent; the refusal to
//! capture a payment that is not paid or was cancelled, and to refund one that was not captured, or more than that;
//! refunds of a payment without a charge; the messages `amount_capturable_updated`, `canceled` and all about refunds.

use std::collections::HashMap;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::payments_stand_in::{Asked, Reply, StandIn};

/// The command; without it `python3 -m localstripe` is tried.
const VARIABLE: &str = "UNDERSTUDY_LOCALSTRIPE";
pub const KEY: &str = "sk_test_understudy";
const DEADLINE: Duration = Duration::from_secs(60);
const STARTS_MAX: u32 = 5;

pub struct LocalStripe {
    process: Child,
    address: String,
    agent: ureq::Agent,
}

impl LocalStripe {
    /// `None`, said aloud, where it is not installed. Where the variable names it, it must start.
    pub fn start() -> Option<Self> {
        if std::env::var_os(VARIABLE).is_none() && !is_installed() {
            println!("skipped: localstripe is not installed; set {VARIABLE} to its command");
            return None;
        }
        // Between finding a free port and its use somebody else may take it.
        let started = (0..STARTS_MAX).find_map(|_| Self::start_once());
        Some(started.expect("localstripe starts, and does not end by itself"))
    }

    fn start_once() -> Option<Self> {
        let mut command = match std::env::var_os(VARIABLE) {
            Some(path) => Command::new(path),
            None => {
                let mut command = Command::new("python3");
                command.args(["-m", "localstripe"]);
                command
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it has an address").port();
        drop(listener);
        command.args(["--from-scratch", "--port", &port.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().expect("localstripe starts");
        let agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().new_agent();
        let mut started = Self { process, address: format!("http://127.0.0.1:{port}"), agent };
        started.answers().then_some(started)
    }

    /// Not, where it has ended instead.
    fn answers(&mut self) -> bool {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let answer = self.agent.get(format!("{}/v1/refunds", self.address)).call();
            if self.process.try_wait().expect("it can be asked").is_some() {
                return false;
            }
            if answer.is_ok() {
                return true;
            }
            assert!(Instant::now() < deadline, "localstripe does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The status and the answer.
    pub fn call(&self, method: &str, path: &str, form: &str) -> (u16, Value) {
        let url = format!("{}{path}", self.address);
        let authorization = format!("Bearer {KEY}");
        let answer = match method {
            "GET" => self.agent.get(url).header("authorization", authorization).call(),
            _ => {
                let request = self.agent.post(url).header("authorization", authorization);
                request.header("content-type", "application/x-www-form-urlencoded").send(form)
            }
        };
        let mut answer = answer.expect("localstripe answers");
        let text = answer.body_mut().read_to_string().expect("it is text");
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// What the buyer's browser does: hands the card in, and confirms.
    pub fn pay(&self, payment: &str, card: &str) {
        let card = format!("type=card&card[number]={card}&card[exp_month]=12&card[exp_year]=2040&card[cvc]=123");
        let (status, method) = self.call("POST", "/v1/payment_methods", &card);
        assert_eq!(status, 200, "{method}");
        let path = format!("/v1/payment_intents/{payment}");
        let method = format!("payment_method={}", method["id"].as_str().expect("an id"));
        assert_eq!(self.call("POST", &path, &method).0, 200);
        let (status, answer) = self.call("POST", &format!("{path}/confirm"), "");
        assert!([200, 402].contains(&status), "{status} {answer}");
    }

    pub fn tell(&self, url: &str, secret: &str) {
        let (status, answer) = self.call("POST", "/_config/webhooks/test", &format!("url={url}&secret={secret}"));
        assert_eq!(status, 200, "{answer}");
    }
}

impl Drop for LocalStripe {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn is_installed() -> bool {
    let found = Command::new("python3").args(["-c", "import localstripe"]).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

/// The front: what it answers to, where localstripe alone would not do as Stripe does.
pub fn front(stripe: Arc<LocalStripe>) -> StandIn {
    front_with(stripe, Loses::Nothing)
}

/// The first answer to every key is lost, after its effect.
pub fn front_that_loses_answers(stripe: Arc<LocalStripe>) -> StandIn {
    front_with(stripe, Loses::FirstAnswers)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Loses {
    Nothing,
    FirstAnswers,
}

fn front_with(stripe: Arc<LocalStripe>, loses: Loses) -> StandIn {
    let answers: Mutex<HashMap<String, (Asked, u16, Value)>> = Mutex::default();
    StandIn::start(move |asked| {
        let Some(key) = asked.header("idempotency-key") else { return reply(&through(&stripe, asked), false) };
        // Held over the call: two with one key wait for each other.
        let mut answers = answers.lock().expect("nobody panicked");
        if let Some((first, status, answer)) = answers.get(key) {
            return if (&first.path, &first.body) == (&asked.path, &asked.body) {
                reply(&(*status, answer.clone()), true)
            } else {
                reply(&(400, json!({"error": {"type": "idempotency_error", "message": "other parameters"}})), false)
            };
        }
        let (status, answer) = through(&stripe, asked);
        answers.insert(key.to_owned(), (asked.clone(), status, answer.clone()));
        match loses {
            Loses::Nothing => reply(&(status, answer), false),
            Loses::FirstAnswers => Reply::HangUp,
        }
    })
}

fn through(stripe: &LocalStripe, asked: &Asked) -> (u16, Value) {
    let state = |payment: &str| stripe.call("GET", &format!("/v1/payment_intents/{payment}"), "").1;
    let of_form = |name: &str| {
        asked.body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
    };
    let refused = |reason: Value| (400, json!({ "error": reason }));
    let unexpected = || refused(json!({"type": "invalid_request_error", "code": "payment_intent_unexpected_state"}));
    let path = asked.path.as_str();
    if let Some(payment) = path.strip_prefix("/v1/payment_intents/").and_then(|rest| rest.strip_suffix("/capture"))
        && state(payment)["status"].as_str().is_some_and(|status| status != "requires_capture")
    {
        return unexpected();
    }
    if let Some(query) = path.strip_prefix("/v1/refunds?") {
        let payment = query.split('&').find_map(|pair| pair.strip_prefix("payment_intent=")).unwrap_or_default();
        if state(payment)["latest_charge"].is_null() {
            return (200, json!({"object": "list", "data": [], "has_more": false}));
        }
    }
    if (asked.method.as_str(), path) == ("POST", "/v1/refunds") {
        let intent = state(of_form("payment_intent"));
        if intent["status"].as_str().is_some_and(|status| status != "succeeded") {
            return unexpected();
        }
        let refunded = intent["latest_charge"]["amount_refunded"].as_u64().unwrap_or(0);
        let amount: u64 = of_form("amount").parse().expect("an amount");
        if intent["amount"].as_u64().is_some_and(|captured| refunded + amount > captured) {
            return refused(json!({"type": "invalid_request_error", "param": "amount", "message": "too much"}));
        }
    }
    let form: Vec<&str> = asked.body.split('&').filter(|pair| !pair.starts_with("description=")).collect();
    let (status, mut answer) = stripe.call(&asked.method, path, &form.join("&"));
    if answer["object"] == "payment_intent" {
        answer["amount_received"] = match answer["status"].as_str() {
            Some("succeeded") => answer["amount"].clone(),
            _ => json!(0),
        };
    }
    (status, answer)
}

fn reply((status, answer): &(u16, Value), is_replayed: bool) -> Reply {
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    if is_replayed {
        headers.push(("idempotent-replayed".to_owned(), "true".to_owned()));
    }
    Reply::Answer { status: *status, headers, body: answer.to_string().into_bytes() }
}
