//! The table of everything that may go wrong: stable code, status, title. Part of the API.

use actix_web::http::StatusCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
}

impl Kind {
    const fn of(status: u16, code: &'static str, title: &'static str) -> Self {
        Self { code, status, title }
    }

    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.status).expect("the table below has valid statuses only")
    }
}

// The request itself.
pub const ROUTE_NOT_FOUND: Kind = Kind::of(404, "route_not_found", "There is nothing at this address");
pub const METHOD_NOT_ALLOWED: Kind = Kind::of(405, "method_not_allowed", "This address does not take this method");
pub const BODY_TOO_LARGE: Kind = Kind::of(413, "body_too_large", "The body is too large");
pub const UNSUPPORTED_MEDIA_TYPE: Kind = Kind::of(415, "unsupported_media_type", "The body must be JSON");
pub const INCOMPLETE_BODY: Kind = Kind::of(400, "incomplete_body", "The body did not arrive in full");
pub const INVALID_JSON: Kind = Kind::of(400, "invalid_json", "The body is not JSON");
pub const INVALID_BODY: Kind = Kind::of(422, "invalid_body", "A field of the body is not what it should be");
pub const INVALID_ID: Kind = Kind::of(400, "invalid_id", "An id in the address is not an id");
pub const INVALID_QUERY: Kind = Kind::of(400, "invalid_query", "A query parameter is not what it should be");
pub const INVALID_HEADER: Kind = Kind::of(400, "invalid_header", "A header is not what it should be");
pub const HEAD_TOO_LARGE: Kind = Kind::of(431, "head_too_large", "The address and the headers are too long");
pub const BODY_TIMEOUT: Kind = Kind::of(408, "body_timeout", "The body did not arrive in time");
pub const BAD_REQUEST: Kind = Kind::of(400, "bad_request", "The request cannot be understood");

// Who asks.
pub const UNAUTHORIZED: Kind = Kind::of(401, "unauthorized", "This needs a valid key");
pub const FORBIDDEN: Kind = Kind::of(403, "forbidden", "The caller may not do this");
pub const HOLD_TOKEN_REQUIRED: Kind = Kind::of(400, "hold_token_required", "This needs the token of the hold");
pub const HOLD_TOKEN_INVALID: Kind = Kind::of(403, "hold_token_invalid", "This is not the token of the hold");
pub const RATE_LIMITED: Kind = Kind::of(429, "rate_limited", "The caller asks too often");
pub const TOO_MANY_HELD: Kind = Kind::of(429, "too_many_held", "The caller holds too many places already");
pub const TOO_MANY_STREAMS_OF_ADDRESS: Kind =
    Kind::of(429, "too_many_streams_of_address", "The address has too many live seat maps open");
pub const CHAOS_DISABLED: Kind = Kind::of(404, "chaos_disabled", "Faults cannot be injected here");

// Idempotency.
pub const IDEMPOTENCY_KEY_REUSED: Kind =
    Kind::of(422, "idempotency_key_reused", "The idempotency key was used for another request");
pub const IDEMPOTENCY_KEY_REQUIRED: Kind =
    Kind::of(400, "idempotency_key_required", "Commands need an idempotency key here");
pub const IDEMPOTENCY_KEY_IN_FLIGHT: Kind =
    Kind::of(409, "idempotency_key_in_flight", "The request with this key has not been answered yet");

// Venues and shows.
pub const INVALID_PLAN: Kind = Kind::of(422, "invalid_plan", "The seating plan cannot be used");
pub const PLAN_TOO_LARGE: Kind = Kind::of(413, "plan_too_large", "The seating plan is too large to be written down");
pub const VENUE_NOT_FOUND: Kind = Kind::of(404, "venue_not_found", "There is no such venue");
pub const UNKNOWN_VENUE: Kind = Kind::of(422, "unknown_venue", "The show names a venue that does not exist");
pub const UNKNOWN_CURRENCY: Kind = Kind::of(422, "unknown_currency", "This is not an ISO 4217 currency");
pub const UNKNOWN_TIME_ZONE: Kind = Kind::of(422, "unknown_time_zone", "This is not an IANA time zone");
pub const STARTS_AT_DOES_NOT_EXIST: Kind =
    Kind::of(422, "starts_at_does_not_exist", "The clocks skip this local time on that day");
pub const SHOW_NOT_FOUND: Kind = Kind::of(404, "show_not_found", "There is no such show");
pub const SHOW_ALREADY_SCHEDULED: Kind = Kind::of(409, "show_already_scheduled", "The show was scheduled already");
pub const SHOW_STATUS_CONFLICT: Kind = Kind::of(409, "show_status_conflict", "The show is not in a state for this");

// Holds.
pub const SHOW_NOT_ON_SALE: Kind = Kind::of(409, "show_not_on_sale", "The show is not on sale");
pub const UNKNOWN_SEATS: Kind = Kind::of(422, "unknown_seats", "The venue does not have these seats");
pub const UNKNOWN_AREAS: Kind = Kind::of(422, "unknown_areas", "The venue does not have these areas");
pub const UNKNOWN_CATEGORIES: Kind = Kind::of(422, "unknown_categories", "The venue does not have these categories");
pub const UNKNOWN_ZONES: Kind = Kind::of(422, "unknown_zones", "The venue does not have these zones");
pub const NAMED_TWICE: Kind = Kind::of(422, "named_twice", "Something is named more than once");
pub const NOTHING_ASKED_FOR: Kind = Kind::of(422, "nothing_asked_for", "Nothing is asked for");
pub const TOO_MANY_TICKETS: Kind = Kind::of(422, "too_many_tickets", "These are too many tickets for one hold");
pub const CUSTOMER_LIMIT: Kind = Kind::of(409, "customer_limit", "The customer may not have this many tickets");
pub const SEATS_UNAVAILABLE: Kind = Kind::of(409, "seats_unavailable", "Some of the seats cannot be had");
pub const NOT_ENOUGH_SEATS: Kind = Kind::of(409, "not_enough_seats", "There are not enough free seats that fit");
pub const AREA_FULL: Kind = Kind::of(409, "area_full", "The area has not enough places left");
pub const AREA_NOT_FOR_SALE: Kind = Kind::of(409, "area_not_for_sale", "The area is not for sale in this show");
pub const HOLD_NOT_FOUND: Kind = Kind::of(404, "hold_not_found", "There is no such hold");
pub const HOLD_EXPIRED: Kind = Kind::of(410, "hold_expired", "The hold has expired");
pub const HOLD_RELEASED: Kind = Kind::of(410, "hold_released", "The hold was released");
pub const HOLD_CONFIRMED: Kind = Kind::of(409, "hold_confirmed", "The hold was confirmed already");
pub const EXTENSION_TOO_LONG: Kind = Kind::of(409, "extension_too_long", "The hold cannot last any longer");

// Bookings and blocks.
pub const BOOKING_NOT_FOUND: Kind = Kind::of(404, "booking_not_found", "There is no such booking");
pub const BOOKING_CANCELLED: Kind = Kind::of(409, "booking_cancelled", "The booking was cancelled already");
pub const TICKETS_NOT_FOUND: Kind = Kind::of(422, "tickets_not_found", "The booking does not have these tickets");
pub const TICKETS_CANCELLED: Kind = Kind::of(409, "tickets_cancelled", "Tickets were cancelled already");
pub const NOT_BLOCKED: Kind = Kind::of(409, "not_blocked", "Some of the seats are not blocked");

// Checkouts and their payments.
pub const CHECKOUT_NOT_FOUND: Kind = Kind::of(404, "checkout_not_found", "There is no such checkout");
pub const CHECKOUT_UNDER_WAY: Kind = Kind::of(409, "checkout_under_way", "The hold has a checkout already");
pub const AMOUNT_TOO_LARGE: Kind = Kind::of(422, "amount_too_large", "The tickets cost more than can be counted");
pub const NOTHING_TO_RETRY: Kind = Kind::of(409, "nothing_to_retry", "The checkout does not wait for an operator");
pub const GATEWAY_NOT_FOUND: Kind = Kind::of(404, "gateway_not_found", "There is no such payment gateway");
pub const WEBHOOK_NOT_GENUINE: Kind = Kind::of(403, "webhook_not_genuine", "The message is not signed by the provider");
pub const WEBHOOK_MALFORMED: Kind = Kind::of(400, "webhook_malformed", "The provider does not send such messages");
pub const CHECKOUTS_DISABLED: Kind = Kind::of(404, "checkouts_disabled", "Holds cannot be paid for here");

// The service itself. All of these can be tried again, with the same idempotency key.
pub const OVERLOADED: Kind = Kind::of(503, "overloaded", "Too many requests are waiting");
pub const JOURNAL_UNAVAILABLE: Kind = Kind::of(503, "journal_unavailable", "Nothing can be written just now");
pub const OUTCOME_UNKNOWN: Kind = Kind::of(503, "outcome_unknown", "No answer came in time");
pub const SHOW_QUARANTINED: Kind = Kind::of(503, "show_quarantined", "The show is out of order");
pub const COMMAND_QUARANTINED: Kind = Kind::of(503, "command_quarantined", "This request is out of order");
pub const CHECKOUTS_NOT_READY: Kind = Kind::of(503, "checkouts_not_ready", "Checkouts are just starting");
pub const WEBHOOK_NOT_HEEDED: Kind = Kind::of(503, "webhook_not_heeded", "The message cannot be acted on just now");
pub const VIEW_BEHIND: Kind = Kind::of(503, "view_behind", "The view has not caught up yet");
pub const TOO_MANY_STREAMS: Kind = Kind::of(503, "too_many_streams", "Too many live seat maps are open");
pub const STOPPING: Kind = Kind::of(503, "stopping", "This server is being stopped");
pub const STORE_UNAVAILABLE: Kind = Kind::of(503, "store_unavailable", "This cannot be read just now");
pub const INTERNAL_ERROR: Kind = Kind::of(500, "internal_error", "Something broke here");

/// Every kind, in the order of the documentation.
pub const ALL: &[Kind] = &[
    ROUTE_NOT_FOUND,
    METHOD_NOT_ALLOWED,
    BODY_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INCOMPLETE_BODY,
    INVALID_JSON,
    INVALID_BODY,
    INVALID_ID,
    INVALID_QUERY,
    INVALID_HEADER,
    HEAD_TOO_LARGE,
    BODY_TIMEOUT,
    BAD_REQUEST,
    UNAUTHORIZED,
    FORBIDDEN,
    HOLD_TOKEN_REQUIRED,
    HOLD_TOKEN_INVALID,
    RATE_LIMITED,
    TOO_MANY_HELD,
    TOO_MANY_STREAMS_OF_ADDRESS,
    CHAOS_DISABLED,
    IDEMPOTENCY_KEY_REUSED,
    IDEMPOTENCY_KEY_REQUIRED,
    IDEMPOTENCY_KEY_IN_FLIGHT,
    INVALID_PLAN,
    PLAN_TOO_LARGE,
    VENUE_NOT_FOUND,
    UNKNOWN_VENUE,
    UNKNOWN_CURRENCY,
    UNKNOWN_TIME_ZONE,
    STARTS_AT_DOES_NOT_EXIST,
    SHOW_NOT_FOUND,
    SHOW_ALREADY_SCHEDULED,
    SHOW_STATUS_CONFLICT,
    SHOW_NOT_ON_SALE,
    UNKNOWN_SEATS,
    UNKNOWN_AREAS,
    UNKNOWN_CATEGORIES,
    UNKNOWN_ZONES,
    NAMED_TWICE,
    NOTHING_ASKED_FOR,
    TOO_MANY_TICKETS,
    CUSTOMER_LIMIT,
    SEATS_UNAVAILABLE,
    NOT_ENOUGH_SEATS,
    AREA_FULL,
    AREA_NOT_FOR_SALE,
    HOLD_NOT_FOUND,
    HOLD_EXPIRED,
    HOLD_RELEASED,
    HOLD_CONFIRMED,
    EXTENSION_TOO_LONG,
    BOOKING_NOT_FOUND,
    BOOKING_CANCELLED,
    TICKETS_NOT_FOUND,
    TICKETS_CANCELLED,
    NOT_BLOCKED,
    CHECKOUT_NOT_FOUND,
    CHECKOUT_UNDER_WAY,
    AMOUNT_TOO_LARGE,
    NOTHING_TO_RETRY,
    GATEWAY_NOT_FOUND,
    WEBHOOK_NOT_GENUINE,
    WEBHOOK_MALFORMED,
    WEBHOOK_NOT_HEEDED,
    OVERLOADED,
    JOURNAL_UNAVAILABLE,
    OUTCOME_UNKNOWN,
    SHOW_QUARANTINED,
    COMMAND_QUARANTINED,
    CHECKOUTS_DISABLED,
    CHECKOUTS_NOT_READY,
    VIEW_BEHIND,
    TOO_MANY_STREAMS,
    STOPPING,
    STORE_UNAVAILABLE,
    INTERNAL_ERROR,
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_kind_is_in_the_list_once() {
        let source = include_str!("kinds.rs");
        let defined = source.lines().filter(|line| line.starts_with("pub const") && line.contains(": Kind =")).count();
        let codes: HashSet<&str> = ALL.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), ALL.len());
        assert_eq!(defined, ALL.len());
    }

    #[test]
    fn only_a_bug_is_a_500() {
        let of_500: Vec<_> = ALL.iter().filter(|kind| kind.status == 500).collect();
        assert_eq!(of_500, [&INTERNAL_ERROR]);
        assert!(ALL.iter().all(|kind| kind.status().is_client_error() || kind.status().is_server_error()));
    }
}
