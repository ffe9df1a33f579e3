//! A span while it is open, and what is kept of it.

use std::fmt::Debug;
use std::time::SystemTime;

use tracing::field::{Field, Visit};

/// Lines within one span; more are left out.
pub const EVENTS_MAX: usize = 16;

#[derive(Debug)]
pub struct Span {
    pub name: &'static str,
    pub begun: SystemTime,
    pub ended: SystemTime,
    pub trace_id: String,
    pub span_id: String,
    /// Empty: it has none.
    pub parent_id: String,
    pub fields: Vec<(&'static str, String)>,
    pub events: Vec<Happened>,
}

/// A log line within a span.
#[derive(Debug)]
pub struct Happened {
    pub at: SystemTime,
    pub fields: Fields,
}

/// What a line or a span says, in its order.
#[derive(Debug, Default)]
pub struct Fields(pub Vec<(&'static str, String)>);

impl Fields {
    /// Takes a field out.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(of, _)| *of == name)?;
        Some(self.0.remove(at).1)
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }
}
