//! What a buyer can ask for.

use serde::{Deserialize, Serialize};

/// The calls of a run, told apart in reports and in the recorded history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum CallKind {
    Hold,
    HoldBest,
    HoldStanding,
    Extend,
    Release,
    Confirm,
    Cancel,
    SeatMap,
    Show,
    Booking,
    CustomerBookings,
    /// Begins a checkout for a hold.
    Checkout,
    CheckoutStatus,
}

impl CallKind {
    pub const ALL: [Self; 13] = [
        Self::Hold,
        Self::HoldBest,
        Self::HoldStanding,
        Self::Extend,
        Self::Release,
        Self::Confirm,
        Self::Cancel,
        Self::SeatMap,
        Self::Show,
        Self::Booking,
        Self::CustomerBookings,
        Self::Checkout,
        Self::CheckoutStatus,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold chosen seats",
            Self::HoldBest => "hold best available",
            Self::HoldStanding => "hold standing places",
            Self::Extend => "extend hold",
            Self::Release => "release hold",
            Self::Confirm => "confirm hold",
            Self::Cancel => "cancel tickets",
            Self::SeatMap => "read seat map",
            Self::Show => "read show",
            Self::Booking => "read booking",
            Self::CustomerBookings => "read customer's bookings",
            Self::Checkout => "check out hold",
            Self::CheckoutStatus => "read checkout",
        }
    }

    pub fn method(self) -> &'static str {
        match self {
            Self::Hold | Self::HoldBest | Self::HoldStanding | Self::Confirm | Self::Cancel | Self::Checkout => "POST",
            Self::Extend => "PATCH",
            Self::Release => "DELETE",
            Self::SeatMap | Self::Show | Self::Booking | Self::CustomerBookings | Self::CheckoutStatus => "GET",
        }
    }

    pub fn is_command(self) -> bool {
        self.method() != "GET"
    }

    pub fn is_hold(self) -> bool {
        matches!(self, Self::Hold | Self::HoldBest | Self::HoldStanding)
    }

    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_code() {
        for kind in CallKind::ALL {
            assert_eq!(CallKind::from_code(kind as u8), Some(kind));
        }
        assert_eq!(CallKind::from_code(200), None);
    }
}
