//! Lines as tracing-subscriber writes them, and the request that they belong to ([`served`]).

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Full, Json, JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::served::{self, Served};

/// For people.
pub struct Pretty(pub Format<Full>);

/// One object per line.
pub struct ForMachines(pub Format<Json>);

impl<S, N> FormatEvent<S, N> for Pretty
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let Some(served) = served::now() else { return self.0.format_event(context, out, event) };
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        let Served { request_id, trace_id } = served;
        write!(out, "{} request_id={request_id}", line.trim_end_matches('\n'))?;
        if let Some(trace_id) = trace_id {
            write!(out, " trace_id={trace_id}")?;
        }
        out.write_char('\n')
    }
}

impl<S> FormatEvent<S, JsonFields> for ForMachines
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(served) = served::now() else { return self.0.format_event(context, out, event) };
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        let Served { request_id, trace_id } = served;
        // An id is visible ASCII of the caller's choice: quotes and backslashes are in it, too.
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        write!(out, "{{\"request_id\":{}", quoted(&request_id))?;
        if let Some(trace_id) = trace_id {
            write!(out, ",\"trace_id\":{}", quoted(&trace_id))?;
        }
        // An object of its own, which is never empty: it has the time.
        write!(out, ",{}", line.strip_prefix('{').unwrap_or(&line))
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::Value;
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::{Layer, fmt as lines, registry};

    use super::super::served::Serving;
    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("nobody panics").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines written outside of any request, and while one is served.
    fn written<L>(layer: impl FnOnce(Written) -> L) -> Vec<String>
    where
        L: Layer<registry::Registry> + Send + Sync,
    {
        let written = Written::default();
        let subscriber = registry().with(layer(written.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(seats = 2, "outside");
            let served = Served { request_id: r#"a"b\c"#.into(), trace_id: Some("4bf9".into()) };
            let serving = Serving::new(served, Box::pin(async { tracing::info!(seats = 3, "inside") }));
            futures_util::FutureExt::now_or_never(serving).expect("it does not wait");
        });
        let bytes = written.0.lock().expect("nobody panics").clone();
        String::from_utf8(bytes).expect("text").lines().map(str::to_owned).collect()
    }

    #[test]
    fn an_object_names_the_request_that_it_belongs_to() {
        let format = || ForMachines(lines::format().json().flatten_event(true));
        let lines = written(|out| lines::layer().json().with_writer(move || out.clone()).event_format(format()));
        let lines: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).expect("an object")).collect();
        let [outside, inside] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!((&outside["request_id"], &outside["seats"]), (&Value::Null, &2.into()));
        assert_eq!((&inside["request_id"], &inside["trace_id"]), (&r#"a"b\c"#.into(), &"4bf9".into()));
        assert_eq!((&inside["message"], &inside["seats"]), (&"inside".into(), &3.into()));
    }

    #[test]
    fn a_line_for_people_ends_with_the_request_that_it_belongs_to() {
        let lines = written(|out| {
            lines::layer().with_writer(move || out.clone()).event_format(Pretty(lines::format().with_ansi(false)))
        });
        let [outside, inside] = &lines[..] else { panic!("{lines:?}") };
        assert!(outside.ends_with("outside seats=2"), "{outside}");
        assert!(inside.ends_with(r#"inside seats=3 request_id=a"b\c trace_id=4bf9"#), "{inside}");
    }
}
