//! Every route of the API. What sells tickets comes first, because addresses are tried in this order.

use actix_web::http::Method;

use super::resources::{
    blocks, bookings, checkouts, customers, docs, health, holds, metrics, ops, ops_checkouts, payments, sales,
    sales_status, seats, shows, venues,
};
use super::route::{Route, keyed, open};

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

#[rustfmt::skip]
pub fn all() -> Vec<Route> {
    vec![
        open(POST,    "/v1/shows/{show_id}/holds", holds::hold),
        keyed(POST,   "/v1/shows/{show_id}/holds/{hold_id}/confirm", holds::confirm),
        open(POST,    "/v1/shows/{show_id}/holds/{hold_id}/checkout", checkouts::begin),
        open(GET,     "/v1/checkouts/{checkout_id}", checkouts::get),
        open(POST,    "/v1/payments/{gateway}/webhooks", payments::webhook),
        open(PATCH,   "/v1/shows/{show_id}/holds/{hold_id}", holds::extend),
        open(DELETE,  "/v1/shows/{show_id}/holds/{hold_id}", holds::release),
        open(GET,     "/v1/shows/{show_id}/seats", seats::get),

        open(GET,     "/v1/shows/{show_id}", shows::get),
        open(GET,     "/v1/shows", shows::list),
        keyed(POST,   "/v1/shows", shows::schedule),
        keyed(POST,   "/v1/shows/{show_id}/open", sales_status::open),
        keyed(POST,   "/v1/shows/{show_id}/pause", sales_status::pause),
        keyed(POST,   "/v1/shows/{show_id}/cancel", sales_status::cancel),
        keyed(POST,   "/v1/shows/{show_id}/blocks", blocks::block),
        keyed(DELETE, "/v1/shows/{show_id}/blocks", blocks::unblock),
        keyed(POST,   "/v1/shows/{show_id}/bookings/{booking_id}/cancel", bookings::cancel),
        keyed(GET,    "/v1/shows/{show_id}/sales", sales::get),

        keyed(GET,    "/v1/bookings/{booking_id}", bookings::get),
        keyed(GET,    "/v1/customers/{customer_id}/bookings", customers::bookings),

        keyed(POST,   "/v1/venues", venues::import),
        keyed(GET,    "/v1/venues/{venue_id}", venues::get),

        keyed(GET,    "/v1/ops/actors", ops::actors),
        keyed(GET,    "/v1/ops/projections", ops::projections),
        keyed(POST,   "/v1/ops/shows/{show_id}/crash", ops::crash),
        keyed(POST,   "/v1/ops/shows/{show_id}/release", ops::release),
        keyed(POST,   "/v1/ops/disk", ops::disk),
        keyed(GET,    "/v1/ops/checkouts", ops_checkouts::list),
        keyed(POST,   "/v1/ops/checkouts/{checkout_id}/retry", ops_checkouts::retry),

        open(GET,     "/health/live", health::live),
        open(GET,     "/health/ready", health::ready),
        keyed(GET,    "/metrics", metrics::get),
        open(GET,     "/docs", docs::get),
        open(GET,     "/openapi.json", docs::openapi),
    ]
}

/// Seating plans are large; everything else is small.
pub const IMPORT: &str = "/v1/venues";
