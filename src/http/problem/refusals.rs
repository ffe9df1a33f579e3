//! Which kind of problem each refusal of the domain is.

use super::{Conflict, Kind, Problem, kinds};
use crate::domain::Refusal;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let mut problem = Self::new(kind(&refusal), refusal.to_string());
        if let Refusal::SeatsUnavailable(seats) = refusal {
            problem.more.conflicts = seats.into_iter().map(|(seat, status)| Conflict { seat, status }).collect();
        }
        problem
    }
}

fn kind(refusal: &Refusal) -> Kind {
    match refusal {
        Refusal::ShowAlreadyScheduled => kinds::SHOW_ALREADY_SCHEDULED,
        Refusal::ShowNotFound => kinds::SHOW_NOT_FOUND,
        Refusal::ShowStatus { .. } => kinds::SHOW_STATUS_CONFLICT,
        Refusal::ShowNotOnSale { .. } => kinds::SHOW_NOT_ON_SALE,
        Refusal::UnknownSeats(_) => kinds::UNKNOWN_SEATS,
        Refusal::UnknownAreas(_) => kinds::UNKNOWN_AREAS,
        Refusal::UnknownCategories(_) => kinds::UNKNOWN_CATEGORIES,
        Refusal::UnknownZones(_) => kinds::UNKNOWN_ZONES,
        Refusal::NamedTwice(_) => kinds::NAMED_TWICE,
        Refusal::NothingAskedFor => kinds::NOTHING_ASKED_FOR,
        Refusal::TooManyTickets { .. } => kinds::TOO_MANY_TICKETS,
        Refusal::CustomerLimit { .. } => kinds::CUSTOMER_LIMIT,
        Refusal::SeatsUnavailable(_) => kinds::SEATS_UNAVAILABLE,
        Refusal::NotEnoughSeats { .. } => kinds::NOT_ENOUGH_SEATS,
        Refusal::AreaFull { .. } => kinds::AREA_FULL,
        Refusal::AreaNotForSale { .. } => kinds::AREA_NOT_FOR_SALE,
        Refusal::HoldNotFound(_) => kinds::HOLD_NOT_FOUND,
        Refusal::HoldExpired(_) => kinds::HOLD_EXPIRED,
        Refusal::HoldReleased(_) => kinds::HOLD_RELEASED,
        Refusal::HoldConfirmed(_) => kinds::HOLD_CONFIRMED,
        Refusal::ExtensionTooLong { .. } => kinds::EXTENSION_TOO_LONG,
        Refusal::BookingNotFound(_) => kinds::BOOKING_NOT_FOUND,
        Refusal::BookingCancelled(_) => kinds::BOOKING_CANCELLED,
        Refusal::TicketsNotFound(_) => kinds::TICKETS_NOT_FOUND,
        Refusal::TicketsCancelled(_) => kinds::TICKETS_CANCELLED,
        Refusal::NotBlocked(_) => kinds::NOT_BLOCKED,
        Refusal::PlanTooLarge { .. } => kinds::PLAN_TOO_LARGE,
        Refusal::KeyReused => kinds::IDEMPOTENCY_KEY_REUSED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refusal::{SalesStatus, SeatConflict};
    use crate::domain::{BookingId, HoldId, TicketId, Timestamp};

    #[test]
    fn a_refusal_keeps_its_code() {
        let id = uuid::Uuid::nil();
        let at = Timestamp::EPOCH;
        let all = [
            Refusal::ShowAlreadyScheduled,
            Refusal::ShowNotFound,
            Refusal::ShowStatus { actual: SalesStatus::Closed, needed: "on sale" },
            Refusal::ShowNotOnSale { status: SalesStatus::Paused, on_sale_at: None },
            Refusal::UnknownSeats(vec![]),
            Refusal::UnknownAreas(vec![]),
            Refusal::UnknownCategories(vec![]),
            Refusal::UnknownZones(vec![]),
            Refusal::NamedTwice(vec![]),
            Refusal::NothingAskedFor,
            Refusal::TooManyTickets { asked: 51, max: 50 },
            Refusal::CustomerLimit { max: 1, has: 1, asked: 1 },
            Refusal::SeatsUnavailable(vec![("A-1".into(), SeatConflict::Held)]),
            Refusal::NotEnoughSeats { asked: 2 },
            Refusal::AreaFull { area: "Pit".into(), asked: 2, free: 1 },
            Refusal::AreaNotForSale { area: "Pit".into() },
            Refusal::HoldNotFound(HoldId(id)),
            Refusal::HoldExpired(HoldId(id)),
            Refusal::HoldReleased(HoldId(id)),
            Refusal::HoldConfirmed(HoldId(id)),
            Refusal::ExtensionTooLong { max_seconds: 1, until: at, asked: at },
            Refusal::BookingNotFound(BookingId(id)),
            Refusal::BookingCancelled(BookingId(id)),
            Refusal::TicketsNotFound(vec![TicketId(id)]),
            Refusal::TicketsCancelled(vec![TicketId(id)]),
            Refusal::NotBlocked(vec![]),
            Refusal::PlanTooLarge { bytes: 2, max: 1 },
            Refusal::KeyReused,
        ];
        for refusal in all {
            assert_eq!(kind(&refusal).code, refusal.code());
            assert!(kind(&refusal).status().is_client_error(), "{refusal:?}");
        }
    }
}
