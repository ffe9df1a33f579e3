//! The gate of a route: who calls, whether their party is admitted, and whether what the address names is theirs.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::caller::unauthorized;
use super::{Admits, Caller, Doors, Party, tenant};
use crate::http::limits::{address_asks, key_asks};
use crate::http::problem::{Problem, kinds};
use crate::http::request::state;

/// Who is admitted, by method; kept in the resource's data.
#[derive(Clone, Debug)]
pub struct Guarded(pub Vec<(Method, Admits)>);

/// Proof that the caller may go on. Routes ask for it, see `route.rs`; the [`Caller`] stays with the request.
pub struct Gate;

impl FromRequest for Gate {
    type Error = Problem;
    type Future = Opening;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = match admitted(request) {
            Ok(caller) => caller,
            Err(problem) => return Opening::Decided(Some(Err(problem))),
        };
        let opening = match caller.organiser() {
            // Only what belongs to somebody is looked up: buyers and operators are never kept waiting.
            Some(own) if tenant::names_something(request) => {
                Opening::LookingUp(Box::pin(tenant::check(request.clone(), own.clone())))
            }
            Some(_) | None => Opening::Decided(Some(Ok(Self))),
        };
        request.extensions_mut().insert(caller);
        opening
    }
}

/// What a request may do is decided at once, or after a look at whose show it names.
pub enum Opening {
    Decided(Option<Result<Gate, Problem>>),
    LookingUp(Pin<Box<dyn Future<Output = Result<(), Problem>>>>),
}

impl Future for Opening {
    type Output = Result<Gate, Problem>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Decided(decided) => Poll::Ready(decided.take().expect("a future is not polled after it was ready")),
            Self::LookingUp(looking) => looking.as_mut().poll(context).map_ok(|()| Gate),
        }
    }
}

fn admitted(request: &HttpRequest) -> Result<Caller, Problem> {
    let guarded = request.app_data::<Guarded>().expect("every resource is registered with its table");
    // HEAD is let in as GET is.
    let wanted = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let row = guarded.0.iter().find(|(method, _)| method == wanted);
    let admits = row.map_or(super::OPS, |(_, admits)| *admits);
    if admits.is_anyone() {
        return Ok(Caller::Public);
    }
    let parts = &state(request).parts;
    let caller = known(request, &parts.doors, parts.directory.now().as_micros() / 1_000_000)?;
    let party = caller.party();
    if party == Party::Public && !(admits.admits(party) && parts.doors.public_sales) {
        let needed = if admits.admits(party) { "nobody buys here without a key" } else { "this is not for everybody" };
        return Err(unauthorized(format!("{needed}: send the header `Authorization: Bearer KEY`")));
    }
    if !admits.admits(party) {
        let names: Vec<&str> = admits.names().collect();
        let detail = format!("this is for {}; you come as {}", names.join(", "), party.name());
        return Err(Problem::new(kinds::FORBIDDEN, detail));
    }
    Ok(caller)
}

/// Who it is, counted: a key by itself, wherever it comes from; everybody else by their address.
fn known(request: &HttpRequest, doors: &Doors, now_seconds: i64) -> Result<Caller, Problem> {
    let brings_key = doors.are_shown_a_key(request);
    // Before a token is looked at, because that takes time.
    if !brings_key {
        address_asks(request)?;
    }
    match Caller::of(request, doors, now_seconds) {
        Ok(Caller::Key(key)) => key_asks(request, &key.hash).map(|()| Caller::Key(key)),
        Err(unknown) if brings_key => address_asks(request).and(Err(unknown)),
        outcome => outcome,
    }
}
