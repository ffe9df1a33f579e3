//! No log line shows a secret of Stripe's, however much of the HTTP client's is asked for.

use std::sync::{Mutex, PoisonError};

use log::{LevelFilter, Log, Metadata, Record};
use understudy::payments::PaymentGateway;

use crate::payments_stand_in::{Asked, Reply, StandIn};
use crate::payments_stripe::{KEY, authorise, intent, patient};

/// What the HTTP client logs, of every test in this process.
struct Lines(Mutex<Vec<(log::Level, String)>>);

static LINES: Lines = Lines(Mutex::new(Vec::new()));

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("ureq")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = (record.level(), record.args().to_string());
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn the_http_client_does_not_log_what_it_sends() {
    log::set_logger(&LINES).expect("no other test takes the log");
    log::set_max_level(LevelFilter::Trace);
    let stand_in = StandIn::start(|_: &Asked| Reply::json(200, &intent("requires_payment_method")));
    patient(stand_in.base_url()).authorise(authorise()).await.expect("opened");
    log::set_max_level(LevelFilter::Off);

    let lines = LINES.0.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(lines.iter().any(|(_, line)| line.contains("POST")), "the client logs: {lines:?}");
    for (level, line) in lines.iter() {
        // Its trace lines are the bytes on the wire, sixteen a line.
        assert!(*level < log::Level::Trace && !line.contains(KEY) && !line.contains("_secret_"), "{level} {line}");
    }
}
