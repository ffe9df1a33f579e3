//! The checkout's id, and what is derived from it, so that an action that is repeated is the same action.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::command::CommandId;
use crate::domain::ids::{BookingId, HoldId, StreamId};

/// The process from hold to booking. UUIDv7, made at the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CheckoutId(pub Uuid);

/// The random low bits of a UUIDv7.
const RANDOM_MASK: u128 = (1 << 62) - 1;
/// Odd and without a pattern, so that derived ids are far from each other: a booking's tickets are its neighbours.
const BOOKING_SALT: u128 = 0x2B7E_1516_28AE_D2A6;
const HOLD_SALT: u128 = 0x1F35_9B4C_77D1_0E83;
const COMMAND_SALT: u128 = 0x9E1D_44C2_03BF_A857_60FA_5C3B_D2E9_1764;

impl CheckoutId {
    pub fn booking(self) -> BookingId {
        BookingId(self.derived(BOOKING_SALT))
    }

    /// Of a booking that a checkout has made; of any other it is an id that no checkout has.
    pub fn of_booking(booking: BookingId) -> Self {
        Self(Self(booking.0).derived(BOOKING_SALT))
    }

    /// The hold of the nth retake.
    pub fn retaken_hold(self, retake: u8) -> HoldId {
        HoldId(self.derived(HOLD_SALT.wrapping_mul(2 * u128::from(retake) + 1)))
    }

    /// Names the command of one step to the show. `serial` tells the repeats of a step apart that are other commands.
    pub fn command(self, step: &'static str, serial: u32) -> CommandId {
        let of_step = step.bytes().fold(COMMAND_SALT, |salt, byte| salt.rotate_left(9) ^ u128::from(byte));
        CommandId(self.0.as_u128() ^ of_step.wrapping_add(u128::from(serial) << 64))
    }

    fn derived(self, salt: u128) -> Uuid {
        Uuid::from_u128(self.0.as_u128() ^ (salt & RANDOM_MASK))
    }
}

impl From<CheckoutId> for StreamId {
    fn from(checkout: CheckoutId) -> Self {
        Self(checkout.0)
    }
}

impl fmt::Display for CheckoutId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_booking_leads_back_to_its_checkout() {
        let checkout = CheckoutId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(CheckoutId::of_booking(checkout.booking()), checkout);
    }

    #[test]
    fn derived_ids_are_all_different_and_still_uuids_of_version_7() {
        let checkout = CheckoutId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        let mut ids = vec![checkout.0, checkout.booking().0];
        ids.extend((0..4).map(|retake| checkout.retaken_hold(retake).0));
        assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
        let mut commands: Vec<u128> = ["confirm", "retake", "extend", "undo"]
            .into_iter()
            .flat_map(|step| (0..4).map(move |serial| checkout.command(step, serial).0))
            .collect();
        commands.extend(ids.iter().map(|id| id.as_u128()));
        let count = commands.len();
        commands.sort_unstable();
        commands.dedup();
        assert_eq!(commands.len(), count);
    }
}
