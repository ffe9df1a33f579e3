//! Every route of the API, and who may call it. What sells tickets comes first, because addresses are tried in this order.

use actix_web::http::Method;

use super::access::{ANYONE, BUYERS, COUNTER, OPS, ORGANISERS, OWN_BOOKINGS, SELLERS};
use super::resources::{
    blocks, bookings, checkouts, customers, docs, export, health, holds, metrics, ops, ops_checkouts, payments, sales,
    sales_status, seats, shows, venues,
};
use super::route::{Route, route};

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

#[rustfmt::skip]
pub fn all() -> Vec<Route> {
    vec![
        route(POST,   BUYERS,       "/v1/shows/{show_id}/holds", holds::hold),
        route(POST,   SELLERS,      "/v1/shows/{show_id}/holds/{hold_id}/confirm", holds::confirm),
        route(POST,   BUYERS,       "/v1/shows/{show_id}/holds/{hold_id}/checkout", checkouts::begin),
        route(GET,    BUYERS,       "/v1/checkouts/{checkout_id}", checkouts::get),
        route(POST,   ANYONE,       "/v1/payments/{gateway}/webhooks", payments::webhook),
        route(PATCH,  BUYERS,       "/v1/shows/{show_id}/holds/{hold_id}", holds::extend),
        route(DELETE, BUYERS,       "/v1/shows/{show_id}/holds/{hold_id}", holds::release),
        route(GET,    BUYERS,       "/v1/shows/{show_id}/seats", seats::get),
        route(GET,    BUYERS,       "/v1/shows/{show_id}/seats/stream", seats::stream),

        route(GET,    BUYERS,       "/v1/shows/{show_id}", shows::get),
        route(GET,    BUYERS,       "/v1/shows", shows::list),
        route(POST,   ORGANISERS,   "/v1/shows", shows::schedule),
        route(POST,   ORGANISERS,   "/v1/shows/{show_id}/open", sales_status::open),
        route(POST,   ORGANISERS,   "/v1/shows/{show_id}/pause", sales_status::pause),
        route(POST,   ORGANISERS,   "/v1/shows/{show_id}/cancel", sales_status::cancel),
        route(POST,   COUNTER,      "/v1/shows/{show_id}/blocks", blocks::block),
        route(DELETE, COUNTER,      "/v1/shows/{show_id}/blocks", blocks::unblock),
        route(POST,   COUNTER,      "/v1/shows/{show_id}/bookings/{booking_id}/cancel", bookings::cancel),
        route(GET,    COUNTER,      "/v1/shows/{show_id}/bookings", bookings::list),
        route(GET,    COUNTER,      "/v1/shows/{show_id}/sales", sales::get),

        route(GET,    OWN_BOOKINGS, "/v1/bookings/{booking_id}", bookings::get),
        route(GET,    OWN_BOOKINGS, "/v1/customers/{customer_id}/bookings", customers::bookings),

        route(POST,   ORGANISERS,   "/v1/venues", venues::import),
        route(GET,    BUYERS,       "/v1/venues/{venue_id}", venues::get),

        route(GET,    OPS,          "/v1/ops/actors", ops::actors),
        route(GET,    OPS,          "/v1/ops/projections", ops::projections),
        route(GET,    OPS,          "/v1/ops/export", export::get),
        route(POST,   OPS,          "/v1/ops/shows/{show_id}/crash", ops::crash),
        route(POST,   OPS,          "/v1/ops/shows/{show_id}/release", ops::release),
        route(POST,   OPS,          "/v1/ops/disk", ops::disk),
        route(GET,    OPS,          "/v1/ops/checkouts", ops_checkouts::list),
        route(POST,   OPS,          "/v1/ops/checkouts/{checkout_id}/retry", ops_checkouts::retry),
        route(POST,   OPS,          "/v1/ops/checkouts/crash", ops_checkouts::crash),

        route(GET,    ANYONE,       "/health/live", health::live),
        route(GET,    ANYONE,       "/health/ready", health::ready),
        route(GET,    OPS,          "/metrics", metrics::get),
        route(GET,    ANYONE,       "/docs", docs::get),
        route(GET,    ANYONE,       "/openapi.json", docs::openapi),
    ]
}

/// Seating plans are large; everything else is small.
pub const IMPORT: &str = "/v1/venues";
