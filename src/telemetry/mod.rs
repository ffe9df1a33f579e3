//! Log lines: to standard error, for people or for machines. Standard output belongs to `listening on ...`. And traces,
//! for a collector ([`otlp`]).
//!
//! A panic is logged once, as an error with its place, whatever catches it afterwards.

mod filter;
mod lines;
mod otlp;
mod served;

use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use thiserror::Error;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

pub use otlp::Otlp;
pub use served::{Served, Serving};

use lines::{ForMachines, Pretty};
use otlp::Sending;

#[derive(Debug, Error)]
pub enum TelemetryError {
    #[error(
        "the setting `log.filter` is wrong: {filter:?} is not like \"info\" or \"warn,understudy::journal=debug\": {what}"
    )]
    Filter { filter: String, what: String },
    #[error(
        "`trace.otlp_endpoint` {0:?} is not like http://127.0.0.1:4318; for TLS, put a collector beside the server"
    )]
    Endpoint(String),
    #[error("log lines go somewhere else already: {0}")]
    Taken(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Pretty,
    Json,
}

/// What runs beside the lines, for as long as this is kept.
#[derive(Debug)]
#[must_use = "traces that have not been sent are sent when this is dropped"]
pub struct Telemetry {
    _sending: Option<Sending>,
}

/// Once per process. `otlp`: where traces go besides; `None`: nowhere.
pub fn start(format: Format, filter: &str, otlp: Option<&Otlp>) -> Result<Telemetry, TelemetryError> {
    let filter = filter::parse(filter).map_err(|what| TelemetryError::Filter { filter: filter.to_owned(), what })?;
    let (exporting, sending) = match otlp {
        Some(otlp) => {
            let (exporting, sending) =
                otlp::start(otlp).ok_or_else(|| TelemetryError::Endpoint(otlp.endpoint.clone()))?;
            (Some(exporting.with_filter(traced())), Some(sending))
        }
        None => (None, None),
    };
    let started = match exporting {
        // The filter for all: what nobody wants to see is not even looked at.
        None => registry().with(filter).with(lines(format)).try_init(),
        Some(exporting) => registry().with(lines(format).with_filter(filter)).with(exporting).try_init(),
    };
    started.map_err(|error| TelemetryError::Taken(error.to_string()))?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(Telemetry { _sending: sending })
}

fn lines<S: Subscriber + for<'s> LookupSpan<'s>>(format: Format) -> Box<dyn Layer<S> + Send + Sync> {
    // Colours for people; where the lines go to a file, they would only be in the way of a search.
    let coloured = std::io::stderr().is_terminal();
    let (lines, form) = (fmt::layer().with_writer(std::io::stderr).with_ansi(coloured), fmt::format());
    match format {
        Format::Pretty => lines.event_format(Pretty(form.with_ansi(coloured))).boxed(),
        Format::Json => lines.json().event_format(ForMachines(form.json().flatten_event(true))).boxed(),
    }
}

/// What goes into traces: requests, and what they tell of themselves.
fn traced() -> Targets {
    Targets::new().with_target("understudy", LevelFilter::DEBUG)
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    tracing::error!(place, thread, message_of_panic = message(panic), "something panicked; its supervisor takes over");
}

fn message<'p>(panic: &'p PanicHookInfo<'_>) -> &'p str {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(not a text)")
}
