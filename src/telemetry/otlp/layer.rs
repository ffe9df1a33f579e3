//! Gathers spans as they happen; what is not sampled costs a look.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::SystemTime;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;
use uuid::Uuid;

use super::span::{EVENTS_MAX, Fields, Happened, Span};

pub struct Exporting {
    /// `None`: the end, see [`super::Sending`].
    finished: SyncSender<Option<Span>>,
    sample_percent: u8,
    dropped: Arc<AtomicU64>,
}

impl Exporting {
    pub fn new(finished: SyncSender<Option<Span>>, sample_percent: u8, dropped: Arc<AtomicU64>) -> Self {
        Self { finished, sample_percent, dropped }
    }

    /// `None`: not sampled. The caller's word counts, if there is one.
    fn begin(&self, name: &'static str, mut fields: Fields) -> Option<Span> {
        let fresh = Uuid::new_v4();
        let is_sampled = match fields.take("is_sampled").as_deref() {
            Some(said) => said == "true",
            None => fresh.as_u128() % 100 < u128::from(self.sample_percent),
        };
        if !is_sampled {
            return None;
        }
        let now = SystemTime::now();
        Some(Span {
            name,
            begun: now,
            ended: now,
            trace_id: fields.take("trace_id").unwrap_or_else(|| fresh.simple().to_string()),
            span_id: fields.take("span_id").unwrap_or_else(|| Uuid::new_v4().simple().to_string()[16..].to_owned()),
            parent_id: fields.take("parent_id").unwrap_or_default(),
            fields: fields.0,
            events: Vec::new(),
        })
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Exporting {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(begun) = self.begin(attributes.metadata().name(), fields) {
            span.extensions_mut().insert(begun);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Span>() {
            let mut fields = Fields::default();
            values.record(&mut fields);
            open.fields.extend(fields.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(span) = context.event_span(event) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Span>().filter(|open| open.events.len() < EVENTS_MAX) {
            let mut fields = Fields::default();
            event.record(&mut fields);
            open.events.push(Happened { at: SystemTime::now(), fields });
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(mut done) = span.extensions_mut().remove::<Span>() else { return };
        done.ended = SystemTime::now();
        // A collector that is slow or away must not be felt here: then the span is lost.
        if self.finished.try_send(Some(done)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}
