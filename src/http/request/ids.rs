//! Ids in the address.

use actix_web::HttpRequest;
use uuid::Uuid;

use super::query::percent_decoded;
use crate::domain::{BookingId, CheckoutId, CustomerId, HoldId, ShowId, VenueId};
use crate::http::problem::{Problem, kinds};

pub fn show(request: &HttpRequest) -> Result<ShowId, Problem> {
    uuid(request, "show_id").map(ShowId)
}

pub fn venue(request: &HttpRequest) -> Result<VenueId, Problem> {
    uuid(request, "venue_id").map(VenueId)
}

pub fn hold(request: &HttpRequest) -> Result<HoldId, Problem> {
    uuid(request, "hold_id").map(HoldId)
}

pub fn booking(request: &HttpRequest) -> Result<BookingId, Problem> {
    uuid(request, "booking_id").map(BookingId)
}

pub fn checkout(request: &HttpRequest) -> Result<CheckoutId, Problem> {
    uuid(request, "checkout_id").map(CheckoutId)
}

/// Whatever the shop calls its customer, percent-encoded.
pub fn customer(request: &HttpRequest) -> Result<CustomerId, Problem> {
    // The router decodes once and leaves `%2F`, `%2B` and `%25` as they are, so decoding again finds just these.
    let text = percent_decoded(request.match_info().query("customer_id"));
    // What was no UTF-8 has been made into this character by the router, and would be another customer's name.
    let is_meant = || request.path().to_ascii_uppercase().contains("%EF%BF%BD");
    text.filter(|text| !text.contains('\u{FFFD}') || is_meant()).and_then(|text| CustomerId::parse(&text)).ok_or_else(
        || {
            let detail = "`customer_id` must be 1 to 128 characters of UTF-8, none of them a control character";
            Problem::new(kinds::INVALID_ID, detail).about("customer_id")
        },
    )
}

fn uuid(request: &HttpRequest, name: &'static str) -> Result<Uuid, Problem> {
    let text = request.match_info().query(name);
    parse(text).ok_or_else(|| Problem::new(kinds::INVALID_ID, format!("`{name}` is not a UUID")).about(name))
}

/// The hyphenated form only: one id has one address.
pub fn parse(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_hyphenated_uuid() {
        assert!(parse("0190f7a2-7c1e-7abc-8def-0123456789ab").is_some());
        for wrong in [
            "",
            "x",
            "0190f7a27c1e7abc8def0123456789ab",
            "{0190f7a2-7c1e-7abc-8def-0123456789ab}",
            "0190f7a2-7c1e-7abc-8def-0123456789ag",
        ] {
            assert!(parse(wrong).is_none(), "{wrong:?}");
        }
    }
}
