//! Traces for an OpenTelemetry collector: OTLP over HTTP, in its JSON form.
//!
//! Written by hand, because it is one document and one POST; the usual libraries bring an HTTP client, an encoder and a
//! runtime of their own. Plain HTTP only: collectors stand beside the server. What cannot be delivered is dropped and
//! counted; nothing waits for it.

mod document;
mod layer;
mod sender;
mod span;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::sync_channel;

pub use layer::Exporting;
pub use sender::Sending;

use sender::Collector;

/// Where traces go, and how many.
#[derive(Clone, Debug)]
pub struct Otlp {
    /// `http://127.0.0.1:4318`
    pub endpoint: String,
    /// Of those whose caller does not say.
    pub sample_percent: u8,
}

/// Finished spans that wait to be sent.
const WAITING_MAX: usize = 4_096;

/// `None`: the endpoint is no address like `http://HOST:PORT`.
pub fn start(otlp: &Otlp) -> Option<(Exporting, Sending)> {
    let collector = Collector::parse(&otlp.endpoint)?;
    let (spans, finished) = sync_channel(WAITING_MAX);
    let dropped = Arc::<AtomicU64>::default();
    let exporting = Exporting::new(spans.clone(), otlp.sample_percent, dropped.clone());
    Some((exporting, Sending::start(collector, spans, finished, dropped)))
}
