//! Log lines: to standard error, for people or for machines. Standard output belongs to `listening on ...`.
//!
//! A panic is logged once, as an error with its place, whatever catches it afterwards.

use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use thiserror::Error;
use tracing_subscriber::EnvFilter;

#[derive(Debug, Error)]
pub enum TelemetryError {
    #[error("the log filter {filter:?} cannot be understood: {what}")]
    Filter { filter: String, what: String },
    #[error("log lines go somewhere else already: {0}")]
    Taken(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Pretty,
    Json,
}

/// Once per process.
pub fn start(format: Format, filter: &str) -> Result<(), TelemetryError> {
    let wrong = |error: tracing_subscriber::filter::ParseError| TelemetryError::Filter {
        filter: filter.to_owned(),
        what: error.to_string(),
    };
    let filter = EnvFilter::builder().parse(filter).map_err(wrong)?;
    // Colours for people; where the lines go to a file, they would only be in the way of a search.
    let coloured = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(coloured);
    let started = match format {
        Format::Pretty => lines.try_init(),
        Format::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| TelemetryError::Taken(error.to_string()))?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
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
