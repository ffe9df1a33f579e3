//! A request counted against whoever sent it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::shelf::Holder;
use super::{Network, Standing, client};
use crate::access::Role;
use crate::domain::CustomerId;
use crate::http::access::{Caller, Party};
use crate::http::problem::Problem;
use crate::http::request::state;

/// Proof that the address of a request may ask once more; for what no gate stands before.
pub struct Counted;

impl FromRequest for Counted {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(address_asks(request).map(|()| Self))
    }
}

/// Where it stands stays with the request, for the headers of the answer.
pub fn address_asks(request: &HttpRequest) -> Result<(), Problem> {
    let state = state(request);
    if !state.rates.count_addresses() {
        return Ok(());
    }
    // Without a socket there is no address, and nobody to count.
    let Some(address) = client(request, &state.parts.callers.proxies) else { return Ok(()) };
    asks(request, state.rates.address(Network::of(address)))
}

pub fn key_asks(request: &HttpRequest, hash: &blake3::Hash) -> Result<(), Problem> {
    asks(request, state(request).rates.key(hash))
}

fn asks(request: &HttpRequest, standing: Option<Standing>) -> Result<(), Problem> {
    let Some(standing) = standing else { return Ok(()) };
    let outcome = standing.check();
    request.extensions_mut().insert(standing);
    outcome
}

/// Who is counted for what this request holds. A shop sells to many from one address, and its word is taken for who they
/// are; a stranger's is not, or anybody could use up what others may hold. A box office serves whole parties.
pub fn holders(request: &HttpRequest, caller: &Caller, customer: Option<&CustomerId>) -> Vec<Holder> {
    let state = state(request);
    let (by_address, by_customer) = match caller.party() {
        Party::Public => (true, false),
        Party::Customer => (true, true),
        Party::Key(Role::Storefront) => (false, true),
        Party::Key(Role::BoxOffice | Role::Organiser | Role::Ops) => (false, false),
    };
    let mut holders = Vec::new();
    if by_address && state.held_places.count_addresses() {
        let address = client(request, &state.parts.callers.proxies);
        holders.extend(address.map(Network::of).map(Holder::Address));
    }
    if by_customer && state.held_places.count_customers() {
        let of = |customer: &CustomerId| Holder::Customer(caller.organiser().cloned(), customer.clone());
        holders.extend(customer.map(of));
    }
    holders
}
