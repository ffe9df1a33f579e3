//! The rules of a show, one file per rule, as stories: given these events, when this is asked at that time, then those
//! events or this refusal. `model` compares the whole of it with a naive show that remembers everything in lists.

mod blocks;
mod calendar;
mod cancel_show;
mod cancel_tickets;
mod confirm;
mod customer_limit;
mod equal_holds;
mod expiry;
mod extension;
pub(in crate::domain) mod hall;
mod holds;
mod late;
pub(in crate::domain) mod model;
mod order_of_checks;
mod quantities;
mod refused_holds;
pub(in crate::domain) mod script;
mod snapshots;
mod statuses;
mod story;
