//! A booking as its owner sees it, put together from the view, the show's terms and the venue's plan.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::super::places::{Priced, Ticket, total};
use super::super::shows::{not_listed_yet, summary};
use super::super::venues::plan_of;
use super::super::wire::{Instant, Place, StartsAt};
use crate::domain::money::Money;
use crate::domain::plan::SeatingPlan;
use crate::domain::refusal::SalesStatus;
use crate::domain::{BookingId, CustomerId, Organiser, ShowId};
use crate::http::problem::Problem;
use crate::http::request::Reading;
use crate::projections::bookings::BookingView;
use crate::projections::show_list::ShowSummary;

#[derive(Serialize, ToSchema)]
pub struct BookingRead<'a> {
    #[serde(flatten)]
    pub booking: Booking<'a>,
    pub position: Place,
}

#[derive(Serialize, ToSchema)]
pub struct Booking<'a> {
    booking_id: BookingId,
    show_id: ShowId,
    title: &'a str,
    starts_at: StartsAt<'a>,
    customer_id: Option<&'a CustomerId>,
    /// `confirmed`, `partly_cancelled`, `cancelled`, or `show_cancelled`: no ticket is good any more.
    status: &'static str,
    tickets: Vec<BookedTicket<'a>>,
    /// Of the tickets that are not cancelled.
    total: Money,
    currency: &'a str,
    payment_reference: &'a str,
    confirmed_at: Instant,
    version: u64,
}

#[derive(Serialize, ToSchema)]
struct BookedTicket<'a> {
    #[serde(flatten)]
    ticket: Ticket<'a>,
    cancelled: bool,
}

/// What a booking's answer needs to know of its show.
pub struct BookedShow {
    summary: Arc<ShowSummary>,
    plan: Arc<SeatingPlan>,
}

/// Both are older than the booking; a list of shows that is not so far yet is waited for.
pub async fn show_of(reading: &Reading, booking: &BookingView) -> Result<BookedShow, Problem> {
    let Some((_, summary)) = summary(reading, booking.show_id).await? else { return Err(not_listed_yet()) };
    let plan = plan_of(&reading.state().parts.venues, summary.terms.venue_id).await?;
    Ok(BookedShow { summary, plan })
}

impl BookedShow {
    /// Whose show it is; `None`: the house's.
    pub fn organiser(&self) -> Option<&Organiser> {
        self.summary.organiser.as_ref()
    }

    pub fn booking<'a>(&'a self, booking_id: BookingId, view: &'a BookingView) -> Booking<'a> {
        let priced = Priced { plan: &self.plan, terms: &self.summary.terms };
        let tickets = priced.tickets(booking_id, 0..view.ticket_count(), &view.seats, &view.general_admission);
        let is_cancelled = |index: usize| view.cancelled.iter().any(|cancelled| usize::from(*cancelled) == index);
        let tickets: Vec<_> = tickets
            .into_iter()
            .enumerate()
            .map(|(index, ticket)| BookedTicket { ticket, cancelled: is_cancelled(index) })
            .collect();
        Booking {
            booking_id,
            show_id: view.show_id,
            title: &self.summary.terms.title,
            starts_at: StartsAt(&self.summary.terms),
            customer_id: view.customer_id.as_ref(),
            status: status(view.cancelled.len(), tickets.len(), self.summary.status),
            total: total(tickets.iter().filter(|ticket| !ticket.cancelled).map(|ticket| ticket.ticket.amount())),
            tickets,
            currency: &self.summary.terms.currency,
            payment_reference: &view.payment_reference,
            confirmed_at: Instant(view.confirmed_at),
            version: view.version,
        }
    }
}

fn status(cancelled: usize, tickets: usize, show: SalesStatus) -> &'static str {
    match cancelled {
        all if all == tickets => "cancelled",
        _ if show == SalesStatus::Cancelled => "show_cancelled",
        0 => "confirmed",
        _ => "partly_cancelled",
    }
}
