//! A business "no": expected, final for this command, and not a failure. One variant per reason.

use thiserror::Error;

use super::ids::{BookingId, HoldId, TicketId};
use super::time::Timestamp;

/// What a show is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SalesStatus {
    Scheduled,
    OnSale,
    Paused,
    Closed,
    Cancelled,
}

impl SalesStatus {
    pub fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::OnSale => "on_sale",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Why a seat cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatConflict {
    Held,
    Sold,
    Blocked,
    /// Its category has no price in this show.
    NotForSale,
}

#[derive(Clone, Debug, PartialEq, Error)]
pub enum Refusal {
    #[error("this show was scheduled already")]
    ShowAlreadyScheduled,
    #[error("there is no such show")]
    ShowNotFound,
    #[error("the show is {}, and this needs it to be {}", .actual.name(), .needed)]
    ShowStatus { actual: SalesStatus, needed: &'static str },
    #[error("the show is not on sale: it is {}{}", .status.name(), .on_sale_at.map(|at| format!(", and goes on sale at {at}")).unwrap_or_default())]
    ShowNotOnSale { status: SalesStatus, on_sale_at: Option<Timestamp> },
    #[error("the venue has no seat called {}", quoted(.0))]
    UnknownSeats(Vec<String>),
    #[error("the venue has no area called {}", quoted(.0))]
    UnknownAreas(Vec<String>),
    #[error("the venue has no category called {}", quoted(.0))]
    UnknownCategories(Vec<String>),
    #[error("the venue has no zone called {}", quoted(.0))]
    UnknownZones(Vec<String>),
    #[error("named more than once: {}", quoted(.0))]
    NamedTwice(Vec<String>),
    #[error("name at least one seat, standing place or ticket; every quantity is at least 1")]
    NothingAskedFor,
    #[error("a hold may have at most {max} tickets; this one asks for {asked}")]
    TooManyTickets { asked: u64, max: u32 },
    #[error(
        "a customer may have at most {max} tickets of this show; {has} are held or bought already and {asked} more are asked for"
    )]
    CustomerLimit { max: u32, has: u32, asked: u32 },
    #[error("{} of the seats cannot be had: {}", .0.len(), quoted(&.0.iter().map(|(label, _)| label.clone()).collect::<Vec<_>>()))]
    SeatsUnavailable(Vec<(String, SeatConflict)>),
    #[error("fewer than {asked} seats that fit the wish are free")]
    NotEnoughSeats { asked: u32 },
    #[error("{area:?} has {free} places left; {asked} are asked for")]
    AreaFull { area: String, asked: u32, free: u32 },
    #[error("{area:?} is not for sale in this show")]
    AreaNotForSale { area: String },
    #[error("there is no hold {0} in this show")]
    HoldNotFound(HoldId),
    #[error("the hold {0} has expired; its seats are free again")]
    HoldExpired(HoldId),
    #[error("the hold {0} was released, or ended when its show was cancelled")]
    HoldReleased(HoldId),
    #[error("the hold {0} was confirmed already")]
    HoldConfirmed(HoldId),
    #[error("a hold can last {max_seconds} seconds in all, until {until}; it cannot be extended to {asked}")]
    ExtensionTooLong { max_seconds: u32, until: Timestamp, asked: Timestamp },
    #[error("there is no booking {0} in this show")]
    BookingNotFound(BookingId),
    #[error("the booking {0} was cancelled already")]
    BookingCancelled(BookingId),
    #[error("the booking has no ticket {}", .0.iter().map(TicketId::to_string).collect::<Vec<_>>().join(", "))]
    TicketsNotFound(Vec<TicketId>),
    #[error("cancelled already: ticket {}", .0.iter().map(TicketId::to_string).collect::<Vec<_>>().join(", "))]
    TicketsCancelled(Vec<TicketId>),
    #[error("not blocked: {}", quoted(.0))]
    NotBlocked(Vec<String>),
    #[error("written down, the plan takes {bytes} bytes; it may take {max}")]
    PlanTooLarge { bytes: usize, max: usize },
    #[error("the idempotency key was used before, for another request")]
    KeyReused,
}

impl Refusal {
    /// In memory, with all that it names.
    pub fn bytes(&self) -> usize {
        let texts = |texts: &[String]| texts.iter().map(|text| size_of::<String>() + text.len()).sum();
        let named: usize = match self {
            Self::UnknownSeats(names)
            | Self::UnknownAreas(names)
            | Self::UnknownCategories(names)
            | Self::UnknownZones(names)
            | Self::NamedTwice(names)
            | Self::NotBlocked(names) => texts(names),
            Self::SeatsUnavailable(seats) => {
                seats.iter().map(|seat| size_of::<(String, SeatConflict)>() + seat.0.len()).sum()
            }
            Self::AreaFull { area, .. } | Self::AreaNotForSale { area } => area.len(),
            Self::TicketsNotFound(tickets) | Self::TicketsCancelled(tickets) => size_of_val(&tickets[..]),
            Self::ShowAlreadyScheduled
            | Self::ShowNotFound
            | Self::ShowStatus { .. }
            | Self::ShowNotOnSale { .. }
            | Self::NothingAskedFor
            | Self::TooManyTickets { .. }
            | Self::CustomerLimit { .. }
            | Self::NotEnoughSeats { .. }
            | Self::HoldNotFound(_)
            | Self::HoldExpired(_)
            | Self::HoldReleased(_)
            | Self::HoldConfirmed(_)
            | Self::ExtensionTooLong { .. }
            | Self::BookingNotFound(_)
            | Self::BookingCancelled(_)
            | Self::PlanTooLarge { .. }
            | Self::KeyReused => 0,
        };
        size_of::<Self>() + named
    }

    /// Stable and machine-readable; part of the API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ShowAlreadyScheduled => "show_already_scheduled",
            Self::ShowNotFound => "show_not_found",
            Self::ShowStatus { .. } => "show_status_conflict",
            Self::ShowNotOnSale { .. } => "show_not_on_sale",
            Self::UnknownSeats(_) => "unknown_seats",
            Self::UnknownAreas(_) => "unknown_areas",
            Self::UnknownCategories(_) => "unknown_categories",
            Self::UnknownZones(_) => "unknown_zones",
            Self::NamedTwice(_) => "named_twice",
            Self::NothingAskedFor => "nothing_asked_for",
            Self::TooManyTickets { .. } => "too_many_tickets",
            Self::CustomerLimit { .. } => "customer_limit",
            Self::SeatsUnavailable(_) => "seats_unavailable",
            Self::NotEnoughSeats { .. } => "not_enough_seats",
            Self::AreaFull { .. } => "area_full",
            Self::AreaNotForSale { .. } => "area_not_for_sale",
            Self::HoldNotFound(_) => "hold_not_found",
            Self::HoldExpired(_) => "hold_expired",
            Self::HoldReleased(_) => "hold_released",
            Self::HoldConfirmed(_) => "hold_confirmed",
            Self::ExtensionTooLong { .. } => "extension_too_long",
            Self::BookingNotFound(_) => "booking_not_found",
            Self::BookingCancelled(_) => "booking_cancelled",
            Self::TicketsNotFound(_) => "tickets_not_found",
            Self::TicketsCancelled(_) => "tickets_cancelled",
            Self::NotBlocked(_) => "not_blocked",
            Self::PlanTooLarge { .. } => "plan_too_large",
            Self::KeyReused => "idempotency_key_reused",
        }
    }
}

/// At most twenty of the names, so that an answer stays readable.
fn quoted(names: &[String]) -> String {
    let mut text: Vec<String> = names.iter().take(20).map(|name| format!("{name:?}")).collect();
    if names.len() > 20 {
        text.push(format!("and {} more", names.len() - 20));
    }
    text.join(", ")
}
