//! Spans as an `ExportTraceServiceRequest`, in the JSON form that OTLP describes: ids in hexadecimal digits, times as
//! texts of nanoseconds.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::span::{Happened, Span};

const KIND_SERVER: u8 = 2;
const STATUS_ERROR: u8 = 2;

pub fn document(spans: &[Span]) -> Value {
    json!({"resourceSpans": [{
        "resource": {"attributes": [
            attribute("service.name", "understudy"),
            attribute("service.version", env!("CARGO_PKG_VERSION")),
        ]},
        "scopeSpans": [{
            "scope": {"name": "understudy"},
            "spans": spans.iter().map(span).collect::<Vec<_>>(),
        }],
    }]})
}

fn span(span: &Span) -> Value {
    let field = |name: &str| span.fields.iter().find(|(of, _)| *of == name).map(|(_, value)| value.as_str());
    let is_error = field("status").is_some_and(|status| status.starts_with('5'));
    let name = match (field("method"), field("route")) {
        (Some(method), Some(route)) => format!("{method} {route}"),
        _ => span.name.to_owned(),
    };
    let mut document = json!({
        "traceId": span.trace_id,
        "spanId": span.span_id,
        "name": name,
        "kind": KIND_SERVER,
        "startTimeUnixNano": nanos(span.begun),
        "endTimeUnixNano": nanos(span.ended),
        "attributes": attributes(&span.fields),
        "events": span.events.iter().map(event).collect::<Vec<_>>(),
        "status": if is_error { json!({"code": STATUS_ERROR}) } else { json!({}) },
    });
    if !span.parent_id.is_empty() {
        document["parentSpanId"] = span.parent_id.as_str().into();
    }
    document
}

fn event(happened: &Happened) -> Value {
    let message = happened.fields.0.iter().find(|(name, _)| *name == "message");
    let name = message.map_or("event", |(_, text)| text.as_str());
    let others: Vec<_> = happened.fields.0.iter().filter(|(name, _)| *name != "message").cloned().collect();
    json!({"timeUnixNano": nanos(happened.at), "name": name, "attributes": attributes(&others)})
}

fn attributes(fields: &[(&'static str, String)]) -> Vec<Value> {
    fields.iter().map(|(name, value)| attribute(conventional(name), value)).collect()
}

fn attribute(name: &str, value: &str) -> Value {
    json!({"key": name, "value": {"stringValue": value}})
}

/// As OpenTelemetry's conventions for HTTP have it.
fn conventional(name: &str) -> &str {
    match name {
        "method" => "http.request.method",
        "route" => "http.route",
        "path" => "url.path",
        "status" => "http.response.status_code",
        other => other,
    }
}

fn nanos(at: SystemTime) -> String {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
}
