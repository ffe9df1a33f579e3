//! A request that wants to change something: its body, its caller, its idempotency key and its hold token.

use std::borrow::Cow;
use std::cell::OnceCell;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use actix_web::web::{Bytes, Data};
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use serde::Deserialize;

use super::arriving::Arriving;
use super::idempotency::{Named, Scope};
use super::in_flight::Flight;
use super::one_header::one;
use super::{Object, body, idempotency, query};
use crate::domain::{Action, Command, CommandId, Fingerprint, HoldId, Timestamp};
use crate::http::access::Caller;
use crate::http::limits::client;
use crate::http::problem::{Problem, kinds, stopping};
use crate::http::state::State;

pub struct Incoming {
    pub request: HttpRequest,
    pub caller: Caller,
    pub body: Bytes,
    /// Once it is known by which key this request goes.
    pub(super) flight: OnceCell<Flight>,
}

const HOLD_TOKEN: HeaderName = HeaderName::from_static("hold-token");

/// What the handlers of this server work with.
pub fn state(request: &HttpRequest) -> &State {
    request.app_data::<Data<State>>().expect("the server registers its state before any route")
}

/// Who has passed the gate.
pub fn caller(request: &HttpRequest) -> Caller {
    request.extensions().get::<Caller>().cloned().expect("every route has a gate, and nothing comes before it")
}

impl Incoming {
    pub fn state(&self) -> &State {
        state(&self.request)
    }

    /// The body, which must be a JSON object.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
        self.check_is_json()?;
        body::read::<Object<T>>(&self.body).map(|Object(body)| body)
    }

    pub fn check_is_json(&self) -> Result<(), Problem> {
        if is_encoded(self.request.headers()) {
            return Err(Problem::new(
                kinds::UNSUPPORTED_MEDIA_TYPE,
                "send the body as it is, without `Content-Encoding`",
            ));
        }
        if is_json(self.request.headers()) {
            return Ok(());
        }
        Err(Problem::new(kinds::UNSUPPORTED_MEDIA_TYPE, "send the body with `Content-Type: application/json`"))
    }

    /// Nothing is asked for in the body: it is empty, or an object without fields.
    pub fn no_body(&self) -> Result<(), Problem> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}
        if self.body.is_empty() {
            return Ok(());
        }
        self.json::<Nothing>().map(|_| ())
    }

    pub fn command(&self, at: Timestamp, action: Action) -> Result<Command, Problem> {
        let (id, fingerprint) = self.identity()?;
        Ok(Command { id, fingerprint, at, action })
    }

    /// By what a repetition of this request is known. From here on one that comes meanwhile is told to wait.
    pub fn identity(&self) -> Result<(CommandId, Fingerprint), Problem> {
        let (state, headers) = (self.state(), self.request.headers());
        let address = client(&self.request, &state.parts.callers.proxies);
        let hold_token = self.checked_hold_token();
        let scope = Scope { caller: &self.caller, hold_token: hold_token.as_deref(), address };
        let id = match idempotency::command_id(headers, &scope, state.parts.limits.idempotency_key_required)? {
            Named::ByUs(id) => id,
            Named::ByCaller(id) if self.flight.get().is_some() => id,
            Named::ByCaller(id) => {
                let flight = Flight::begin(&self.request, id)?;
                self.flight.get_or_init(|| flight);
                id
            }
        };
        Ok((id, idempotency::fingerprint(self.request.method(), self.request.path(), &self.body)))
    }

    /// Whether its caller has named this command, once its [identity](Self::identity) is known: only then can there be a
    /// repetition of it.
    pub fn is_named(&self) -> bool {
        self.flight.get().is_some()
    }

    /// Of a call on a hold, which has [checked](Self::check_hold_token) it. Any other call would take one that nobody looks
    /// at. Both cases of letters are one token.
    fn checked_hold_token(&self) -> Option<Cow<'_, [u8]>> {
        self.request.match_info().get("hold_id")?;
        let token = self.request.headers().get(HOLD_TOKEN)?.as_bytes();
        let is_plain = !token.iter().any(u8::is_ascii_uppercase);
        Some(if is_plain { token.into() } else { token.to_ascii_lowercase().into() })
    }

    /// Whoever has the hold's token owns the hold; a key does not stand in for it.
    pub fn check_hold_token(&self, hold: HoldId) -> Result<(), Problem> {
        check_hold_token(&self.request, hold)
    }
}

/// What has come in before the end began is finished; nothing is begun after that.
fn still_serving(request: &HttpRequest) -> Result<(), Problem> {
    if state(request).parts.readiness.is_serving() { Ok(()) } else { Err(stopping()) }
}

pub fn check_hold_token(request: &HttpRequest, hold: HoldId) -> Result<(), Problem> {
    let Some(token) = one(request.headers(), HOLD_TOKEN)? else {
        let detail = "send the hold's token in the header `Hold-Token`";
        return Err(Problem::new(kinds::HOLD_TOKEN_REQUIRED, detail).about("Hold-Token"));
    };
    if state(request).parts.tokens.is_token_of(hold, token.as_bytes()) {
        return Ok(());
    }
    Err(Problem::new(kinds::HOLD_TOKEN_INVALID, "the header `Hold-Token` is not the token of this hold"))
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).any(|coding| !coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity"))
}

/// A body without a type is taken for JSON; one with another type is not.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let essence = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let subtype = essence.split_at_checked(12).filter(|(kind, _)| kind.eq_ignore_ascii_case(b"application/"));
    subtype.is_some_and(|(_, subtype)| {
        let suffix = subtype.len().checked_sub(5).map(|start| &subtype[start..]);
        subtype.eq_ignore_ascii_case(b"json") || suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case(b"+json"))
    })
}

impl FromRequest for Incoming {
    type Error = Error;
    type Future = Arriving;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let known = still_serving(request).and_then(|()| query::none(request)).map(|()| request.clone());
        Arriving::new(known, payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn json_is_told_by_its_type_with_or_without_parameters() {
        let check = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(value));
            is_json(&headers)
        };
        assert!(check("application/json"));
        assert!(check("Application/JSON; charset=utf-8"));
        assert!(check("application/problem+json"));
        assert!(!check("text/plain"));
        assert!(!check("application/x-www-form-urlencoded"));
        assert!(!check("application/jsonl"));
        assert!(!check(""));
        assert!(is_json(&HeaderMap::new()));
    }
}
