//! Pages of other sites: which of them may call from a browser (CORS), as the configuration says.
//!
//! Never with the browser's own credentials: a page that calls sends its key or its token itself.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::dev::RequestHead;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue,
    ORIGIN, VARY,
};

/// Whose pages may call. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    #[default]
    Nobodys,
    Anybodys,
    These(Arc<[HeaderValue]>),
}

/// What one answer says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// The origin that may read the answer.
    with: Option<HeaderValue>,
    /// Another page would have got another answer.
    depends: bool,
}

const ALLOWED: &str = "Authorization, Content-Type, Hold-Token, Idempotency-Key, If-None-Match, Last-Event-ID, \
    Min-Position, traceparent, tracestate, X-Request-Id";
const EXPOSED: &str = "Allow, ETag, Location, RateLimit, RateLimit-Policy, Retry-After, traceresponse, WWW-Authenticate, \
    X-Request-Id";
const METHODS: &str = "GET, HEAD, POST, PATCH, DELETE";
const MAX_AGE_SECONDS: &str = "3600";

impl Origins {
    /// Separated by commas, or `*`. `Err`: the part that is no origin.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let origins: Vec<HeaderValue> = parts.map(origin).collect::<Result<_, _>>()?;
        Ok(match origins.as_slice() {
            [] => Self::Nobodys,
            all if all.iter().any(|one| one == "*") => Self::Anybodys,
            _ => Self::These(origins.into()),
        })
    }

    pub fn sharing(&self, headers: &HeaderMap) -> Sharing {
        let with = match (self, headers.get(ORIGIN)) {
            (Self::Anybodys, Some(_)) => Some(HeaderValue::from_static("*")),
            (Self::These(these), Some(origin)) => these.iter().find(|one| *one == origin).cloned(),
            (Self::Nobodys, _) | (_, None) => None,
        };
        Sharing { with, depends: matches!(self, Self::These(_)) }
    }
}

impl Sharing {
    /// The answer to a browser that asks before it calls. `None`: this is no such question, or not for this page.
    pub fn preflight(&self, head: &RequestHead) -> Option<HttpResponse> {
        let asks = head.method == Method::OPTIONS && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !asks || self.with.is_none() {
            return None;
        }
        let mut answer = HttpResponse::NoContent();
        answer.insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS));
        answer.insert_header((ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED));
        answer.insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS));
        Some(answer.finish())
    }

    pub fn write_to(&self, headers: &mut HeaderMap) {
        if let Some(origin) = &self.with {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        }
        if self.depends {
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
    }
}

/// `https://shop.example`: a scheme and a host, perhaps a port, and nothing behind it, as browsers send it.
fn origin(part: &str) -> Result<HeaderValue, String> {
    let host = part.split_once("://").map(|(_, host)| host);
    let is_origin = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@']));
    let value = HeaderValue::from_str(part).map_err(|_| part.to_owned())?;
    if is_origin && part.bytes().all(|byte| byte.is_ascii_graphic()) || part == "*" {
        Ok(value)
    } else {
        Err(part.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(origin: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, HeaderValue::from_static(origin));
        headers
    }

    #[test]
    fn only_what_is_named_may_read_the_answer() {
        let these = Origins::parse("https://shop.example, http://localhost:3000").expect("good");
        assert_eq!(
            these.sharing(&from("http://localhost:3000")).with,
            Some(HeaderValue::from_static("http://localhost:3000"))
        );
        assert_eq!(these.sharing(&from("https://evil.example")), Sharing { with: None, depends: true });
        assert_eq!(these.sharing(&HeaderMap::new()), Sharing { with: None, depends: true });
        let anybodys = Origins::parse("*").expect("good");
        assert_eq!(anybodys.sharing(&from("https://evil.example")).with, Some(HeaderValue::from_static("*")));
        let nobodys = Origins::parse("").expect("good");
        assert_eq!(nobodys.sharing(&from("https://shop.example")), Sharing { with: None, depends: false });
    }

    #[test]
    fn what_is_no_origin_is_named() {
        for wrong in ["shop.example", "https://shop.example/", "https://", "https://a b", "null"] {
            assert_eq!(Origins::parse(wrong), Err(wrong.to_owned()));
        }
    }
}
