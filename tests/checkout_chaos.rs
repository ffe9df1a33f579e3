//! An evening on which everything goes wrong at once, on the real server: the provider declines, times out, loses,
//! doubles and delays its messages; show actors, drives and the runner of checkouts die every 20 ms; buyers cancel and
//! give back. `UNDERSTUDY_CHAOS_SECONDS=60` makes it a long one.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use understudy::actors::CheckoutCrashMode;
use understudy::payments::PaymentStatus;

use super::checkout_stage::is_refunded;
use super::http_app::{TestApp, plan, text, until};
use super::http_client::Answer;

const FAULTS: [(&str, &str); 15] = [
    ("UNDERSTUDY__SIMULATED_PAYMENTS__PAYS", "by_webhook"),
    ("UNDERSTUDY__SIMULATED_PAYMENTS__PAYS_AFTER_MS", "5"),
    ("UNDERSTUDY__SIMULATED_PAYMENTS__DECLINES_PERCENT", "10"),
    ("UNDERSTUDY__SIMULATED_PAYMENTS__UNAVAILABLE_PERCENT", "5"),
    ("UNDERSTUDY__SIMULATED_PAYMENTS__TIMEOUTS_BEFORE_EFFECT_PERCENT", "5"),
    ("UNDERSTUDY__SIMULATED_PAYMENTS__TIMEOUTS_AFTER_EFFECT_PERCENT", "10"),
    ("UNDERSTUDY__SIMULATED_PAYMENTS__REFUND_FAILURES_PERCENT", "10"),
    ("UNDERSTUDY__SIMULATED_PAYMENTS__WEBHOOKS_LOST_PERCENT", "5"),
    ("UNDERSTUDY__SIMULATED_PAYMENTS__WEBHOOKS_DUPLICATED_PERCENT", "20"),
    ("UNDERSTUDY__SIMULATED_PAYMENTS__WEBHOOKS_LATE_PERCENT", "10"),
    ("UNDERSTUDY__SIMULATED_PAYMENTS__WEBHOOKS_LATE_MS", "50"),
    ("UNDERSTUDY__CHECKOUT__RETRY_FIRST_MS", "1"),
    ("UNDERSTUDY__CHECKOUT__RETRY_MAX_MS", "20"),
    ("UNDERSTUDY__CHECKOUT__POLL_FIRST_SECONDS", "1"),
    ("UNDERSTUDY__CHECKOUT__POLL_MAX_SECONDS", "5"),
];
const BUYERS: u64 = 4;
const CRASH_EVERY: Duration = Duration::from_millis(20);
const SETTLED_WITHIN: Duration = Duration::from_secs(120);

struct Evening {
    app: TestApp,
    show: String,
    ends: Instant,
    is_over: AtomicBool,
    checkouts: Mutex<Vec<Value>>,
    /// How those stood whose tickets were given back.
    cancelled: Mutex<Vec<Value>>,
    /// Shows' actors.
    killed: AtomicU32,
}

#[test]
fn no_money_is_lost_and_no_checkout_gets_stuck_whatever_dies() {
    let seconds = std::env::var("UNDERSTUDY_CHAOS_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let app = TestApp::with(&FAULTS);
    let show = show(&app);
    let ends = Instant::now() + Duration::from_secs(seconds);
    let evening = Evening {
        app,
        show,
        ends,
        is_over: AtomicBool::new(false),
        checkouts: Mutex::default(),
        cancelled: Mutex::default(),
        killed: AtomicU32::new(0),
    };
    std::thread::scope(|scope| {
        let evening = &evening;
        let buyers: Vec<_> = (0..BUYERS).map(|buyer| scope.spawn(move || evening.buy(buyer))).collect();
        scope.spawn(|| evening.harm());
        buyers.into_iter().for_each(|buyer| buyer.join().expect("a buyer is served"));
        evening.is_over.store(true, Ordering::Release);
    });
    evening.settle();
    evening.compare_with_the_provider();
    evening.app.close_and_verify();
}

fn show(app: &TestApp) -> String {
    let venue = json!({"name": "Arena", "plan": plan(),
        "general_admission": [{"area": "Pit", "category": "Pit", "capacity": 100_000}]});
    let venue = text(&app.post("/v1/venues", &venue).expect(201), "venue_id");
    app.show_with(&json!({"venue_id": venue}))
}

impl Evening {
    fn buy(&self, buyer: u64) {
        let mut random = numbers_of(buyer);
        for number in 0.. {
            if Instant::now() >= self.ends {
                return;
            }
            let quantity = 1 + random() % 3;
            let body = json!({"general_admission": [{"area": "Pit", "quantity": quantity}]});
            let hold = self.app.hold(&self.show, &body);
            if !is_served(&hold, 201) {
                continue;
            }
            let hold = hold.json();
            let begun = self.app.begin_checkout(&self.show, &hold, &format!("{buyer}-{number}"));
            if !is_served(&begun, 202) {
                continue;
            }
            let checkout = begun.json();
            match random() % 8 {
                0 => self.give_back(&hold),
                1 | 2 => self.cancel_an_earlier_one(random(), &format!("cancel-{buyer}-{number}")),
                _ => {}
            }
            self.checkouts.lock().expect("no buyer panicked").push(checkout);
        }
    }

    fn give_back(&self, hold: &Value) {
        let path = format!("/v1/shows/{}/holds/{}", self.show, text(hold, "hold_id"));
        // It may be sold already.
        self.app.open("DELETE", &path).header("Hold-Token", &text(hold, "hold_token")).send();
    }

    /// One that is paid for by now, provided that it is.
    fn cancel_an_earlier_one(&self, number: u64, key: &str) {
        let checkout = {
            let told = self.checkouts.lock().expect("no buyer panicked");
            let Some(at) = number.checked_rem(told.len() as u64) else { return };
            told[at as usize].clone()
        };
        let standing = self.app.keyed("GET", &format!("/v1/checkouts/{}", text(&checkout, "checkout_id"))).send();
        if !is_served(&standing, 200) || standing.json()["status"] != "completed" {
            return;
        }
        let standing = standing.json();
        let path = format!("/v1/shows/{}/bookings/{}/cancel", self.show, text(&standing, "booking_id"));
        // Who is turned away does not know whether it has happened.
        until("it is said whether the tickets are cancelled", || {
            let answer = self.app.keyed("POST", &path).header("Idempotency-Key", key).json(&json!({})).send();
            if is_served(&answer, 200) {
                self.cancelled.lock().expect("no buyer panicked").push(standing.clone());
            }
            answer.status != 503
        });
    }

    fn harm(&self) {
        let mut random = numbers_of(99);
        while !self.is_over.load(Ordering::Acquire) {
            std::thread::sleep(CRASH_EVERY);
            self.app.clock.advance_seconds(1);
            match random() % 20 {
                0 => drop(self.app.checkouts.crash(CheckoutCrashMode::Runner)),
                1 => self.release_the_show(),
                2..=4 => drop(self.app.checkouts.crash(CheckoutCrashMode::Drive)),
                5..=7 => drop(self.app.checkouts.crash(CheckoutCrashMode::DriveAfterAction)),
                8..=10 => drop(self.app.checkouts.crash(CheckoutCrashMode::DriveAfterAppend)),
                _ => self.kill_the_actor(),
            }
        }
    }

    fn kill_the_actor(&self) {
        let killed = self.app.post(&format!("/v1/ops/shows/{}/crash", self.show), &json!({"mode": "panic"}));
        self.killed.fetch_add(u32::from(is_served(&killed, 200)), Ordering::Relaxed);
    }

    /// A show that was killed again and again before it could answer anybody waits for an operator.
    fn release_the_show(&self) {
        self.app.keyed("POST", &format!("/v1/ops/shows/{}/release", self.show)).send();
    }

    /// Until nothing is open any more, and all that was cancelled is paid back; what waits for an operator gets one.
    fn settle(&self) {
        let deadline = Instant::now() + SETTLED_WITHIN;
        let mut owed = self.cancelled.lock().expect("no buyer panicked").clone();
        loop {
            self.release_the_show();
            self.app.clock.advance_seconds(60);
            let ops = self.app.get("/v1/ops/checkouts");
            owed.retain(|cancelled| {
                let total = cancelled["total"].as_u64().expect("an amount");
                !is_refunded(&self.app.standing(cancelled), total)
            });
            if owed.is_empty() && ops["open"].as_object().is_some_and(|open| open.is_empty()) {
                return;
            }
            for stuck in ops["in_trouble"].as_array().into_iter().flatten() {
                if stuck["needs_operator"] == true {
                    let path = format!("/v1/ops/checkouts/{}/retry", text(stuck, "checkout_id"));
                    self.app.keyed("POST", &path).send();
                }
            }
            assert!(Instant::now() < deadline, "checkouts are stuck: {ops}, and this is owed: {owed:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the provider has kept of each buyer's money is the price of the buyer's good tickets.
    fn compare_with_the_provider(&self) {
        let ledger = self.app.provider().ledger();
        // All that the provider knows, be it of checkouts whose buyers got no answer, and all that buyers were told of.
        let mut payments: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for told in self.checkouts.lock().expect("no buyer panicked").iter() {
            payments.entry(text(told, "checkout_id")).or_default();
        }
        for totals in ledger.payments.values() {
            payments.entry(totals.checkout.to_string()).or_default().push(totals);
        }
        let (mut completed, mut ended) = (0, 0);
        for (checkout_id, payments) in payments {
            let standing = self.app.standing(&json!({ "checkout_id": checkout_id }));
            let good = match standing["status"].as_str() {
                Some("completed") => self.app.booking(&standing)["total"].as_u64().expect("an amount"),
                Some("ended") => 0,
                other => panic!("{other:?}: {standing}"),
            };
            if good > 0 {
                completed += 1
            } else {
                ended += 1
            }
            let kept: u64 = payments.iter().map(|totals| totals.captured.minor() - totals.refunded.minor()).sum();
            assert_eq!(kept, good, "{payments:?} for {standing}");
            let is_open = |status: &PaymentStatus| matches!(status, PaymentStatus::Authorised | PaymentStatus::Waiting);
            assert!(!payments.iter().any(|totals| is_open(&totals.status)), "{payments:?}: {standing}");
        }
        let cancelled = self.cancelled.lock().expect("no buyer panicked").len();
        let refunded: u64 = ledger.payments.values().map(|totals| totals.refunded.minor()).sum();
        println!("{completed} checkouts were completed, {ended} ended otherwise");
        println!("{cancelled} were cancelled, and {refunded} cents paid back");
        assert!(completed > 0, "nothing was sold");
        assert!(cancelled > 0 && refunded > 0, "{cancelled} were cancelled, and {refunded} cents paid back");
        let deaths = self.app.checkouts.report().drive_deaths;
        assert!(deaths > 0 && self.killed.load(Ordering::Relaxed) > 0, "nothing has died: {deaths} drives");
    }
}

/// Turned away is served too, as long as it is said why; everything else is an error.
fn is_served(answer: &Answer, status: u16) -> bool {
    let is_turned_away = answer.status == 503 && answer.header("retry-after").is_some();
    assert!(answer.status < 500 || is_turned_away, "{}", answer.text());
    answer.status == status
}

/// Xorshift: the same numbers for the same seed.
fn numbers_of(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 16
    }
}
