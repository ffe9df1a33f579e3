//! W3C Trace Context: the caller's `traceparent` is taken in, and the answer says in `traceresponse` which span it became.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

const PARENT: HeaderName = HeaderName::from_static("traceparent");
const RESPONSE: HeaderName = HeaderName::from_static("traceresponse");

/// All in small hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceContext {
    pub trace_id: String,
    pub parent_id: String,
    /// Of this request: a fresh one.
    pub span_id: String,
    /// Whether the caller keeps what it traces.
    pub is_sampled: bool,
}

impl TraceContext {
    /// `None`: there is none, or none that makes sense; then the standard wants it ignored.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let (trace_id, parent_id, flags) = parse(headers.get(PARENT)?.to_str().ok()?)?;
        let fresh = Uuid::new_v4().simple().to_string();
        let (trace_id, parent_id) = (trace_id.to_owned(), parent_id.to_owned());
        Some(Self { trace_id, parent_id, span_id: fresh[16..].to_owned(), is_sampled: flags & 1 == 1 })
    }

    pub fn write_to(&self, headers: &mut HeaderMap) {
        let flags = u8::from(self.is_sampled);
        let text = format!("00-{}-{}-{flags:02x}", self.trace_id, self.span_id);
        headers.insert(RESPONSE, HeaderValue::from_str(&text).expect("hexadecimal digits fit into a header"));
    }
}

/// Versions after 00 may add fields at the end.
fn parse(text: &str) -> Option<(&str, &str, u8)> {
    let mut fields = text.split('-');
    let (version, trace_id, parent_id, flags) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let rest = fields.next();
    let good = is_hex(version, 2) && version != "ff" && (version != "00" || rest.is_none());
    let ids = is_hex(trace_id, 32) && is_hex(parent_id, 16) && is_hex(flags, 2);
    let any = |id: &str| id.bytes().any(|digit| digit != b'0');
    let flags = u8::from_str_radix(flags, 16).ok()?;
    (good && ids && any(trace_id) && any(parent_id)).then_some((trace_id, parent_id, flags))
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_context_is_taken_in_and_given_on() {
        let mut headers = HeaderMap::new();
        headers.insert(PARENT, HeaderValue::from_static(GOOD));
        let context = TraceContext::of(&headers).expect("a good one");
        assert_eq!((context.parent_id.as_str(), context.is_sampled), ("b7ad6b7169203331", true));
        let mut answer = HeaderMap::new();
        context.write_to(&mut answer);
        let given = answer.get(RESPONSE).and_then(|value| value.to_str().ok()).expect("a text");
        assert_eq!(parse(given), Some((context.trace_id.as_str(), context.span_id.as_str(), 1)));
    }

    #[test]
    fn what_makes_no_sense_is_ignored() {
        assert!(parse(GOOD).is_some());
        assert!(
            parse(&GOOD.replacen("00", "01", 1)).is_some()
                && parse(&format!("{}-x", GOOD.replacen("00", "01", 1))).is_some()
        );
        for wrong in [
            "",
            "00",
            &GOOD.replacen("00", "ff", 1),
            &GOOD.replacen("0af", "0AF", 1),
            &GOOD.replace("b7ad6b7169203331", "0000000000000000"),
            &GOOD[..54],
            &format!("{GOOD}-x"),
            &format!("{GOOD}1"),
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
