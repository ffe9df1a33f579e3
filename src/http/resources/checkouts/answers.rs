//! A checkout as its buyer sees it.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::wire::{Instant, Place};
use crate::actors::Standing;
use crate::domain::checkout::{EndReason, NoSeats, RefundLine, RefundState};
use crate::domain::money::Money;
use crate::domain::{BookingId, CheckoutId, HoldId, ShowId};

#[derive(Serialize, ToSchema)]
#[schema(as = Checkout)]
pub struct CheckoutAnswer<'a> {
    checkout_id: CheckoutId,
    show_id: ShowId,
    hold_id: HoldId,
    /// `opening`, `awaiting_payment`, `confirming`, `retaking`, `capturing`, `undoing`, `voiding`, `completed` or
    /// `ended`.
    status: &'static str,
    /// It goes on when an operator has looked at it.
    needs_operator: bool,
    payment: Payment<'a>,
    total: Money,
    currency: &'a str,
    /// When the hold ends, unless it is extended once more.
    expires_at: Instant,
    /// Once there is a booking.
    #[serde(skip_serializing_if = "Option::is_none")]
    booking_id: Option<BookingId>,
    /// Why it ended, or is about to end, without a booking.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refunds: Vec<RefundAnswer>,
    position: Place,
}

#[derive(Serialize, ToSchema)]
struct Payment<'a> {
    gateway: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_url: Option<&'a str>,
    /// Why the last try to pay failed; the buyer may try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    declined: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    captured: Option<Money>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CheckoutRefund)]
struct RefundAnswer {
    amount: Money,
    /// `owed`, `pending`, `succeeded` or `needs_operator`.
    status: &'static str,
}

impl<'a> CheckoutAnswer<'a> {
    pub fn of(standing: &'a Standing) -> Self {
        let (checkout, begun) = (&standing.checkout, standing.checkout.begun());
        Self {
            checkout_id: checkout.id(),
            show_id: begun.show_id,
            hold_id: begun.hold_id,
            status: checkout.stage().name(),
            needs_operator: standing.needs_operator,
            payment: Payment {
                gateway: &begun.gateway,
                client_secret: standing.client_secret(),
                redirect_url: standing.redirect_url(),
                declined: checkout.declined(),
                captured: checkout.captured(),
            },
            total: checkout.total(),
            currency: &begun.currency,
            expires_at: Instant(checkout.expires_at()),
            booking_id: checkout.booking_id(),
            reason: checkout.why().map(reason),
            refunds: checkout.refunds().iter().map(refund).collect(),
            position: Place(standing.position),
        }
    }
}

fn refund(line: &RefundLine) -> RefundAnswer {
    let status = match line.state {
        RefundState::Owed => "owed",
        RefundState::Pending(_) => "pending",
        RefundState::Succeeded => "succeeded",
        RefundState::Stuck(_) => "needs_operator",
    };
    RefundAnswer { amount: line.amount, status }
}

fn reason(why: EndReason) -> &'static str {
    match why {
        EndReason::Declined => "declined",
        EndReason::Abandoned => "abandoned",
        EndReason::PaymentLapsed => "payment_lapsed",
        EndReason::SeatsLost(NoSeats::Expired) => "hold_expired",
        EndReason::SeatsLost(NoSeats::Released) => "hold_released",
        EndReason::SeatsLost(NoSeats::Sold) => "hold_confirmed",
        EndReason::SeatsLost(NoSeats::Unavailable) => "seats_unavailable",
        EndReason::CaptureRefused => "capture_refused",
        EndReason::ShowCancelled => "show_cancelled",
    }
}
