//! The rules of the box office: pure and synchronous.
//!
//! A [`Command`] goes in; events or a [`Refusal`] come out; [`Show::apply`] folds events into state. No actors, no
//! clock, no randomness, no input or output: time and ids arrive inside commands, so replaying a log gives the same
//! state, bit for bit.

pub mod best_available;
pub mod checkout;
pub mod command;
pub mod equal_seats;
pub mod event;
pub mod ids;
pub mod money;
pub mod object;
pub mod organiser;
pub mod plan;
pub mod refusal;
pub mod remembered;
pub mod show;
pub mod time;

pub use checkout::{Checkout, CheckoutEvent, CheckoutId};
pub use command::{Action, Command, CommandId, Fingerprint};
pub use event::{Event, ShowEvent, VenueEvent};
pub use ids::{BookingId, CustomerId, HoldId, ShowId, StreamId, TicketId, VenueId};
pub use organiser::Organiser;
pub use refusal::Refusal;
pub use show::Show;
pub use time::Timestamp;
