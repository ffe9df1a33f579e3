//! What one caller may take of the house: how often it may ask, and how many places it may hold at a time. Bodies, heads
//! and permits have limits of their own, where they are read and taken.

mod address;
mod counting;
mod held_places;
mod network;
mod rates;
mod shelf;
mod stream_places;

pub use address::{Proxies, ProxyHeader, client};
pub use counting::{Counted, address_asks, holders, key_asks};
pub use held_places::{Asked, HeldPlaces, Longer, TooMany};
pub use network::{Network, Networks};
pub use rates::{Rate, Rates, Standing};
pub use stream_places::{NoPlace, StreamPlace, StreamPlaces};

/// The limits of callers, as the application hands them in. By default there are none.
#[derive(Clone, Debug, Default)]
pub struct CallerLimits {
    /// `None`: as often as they like.
    pub rate_per_address: Option<Rate>,
    pub rate_per_key: Option<Rate>,
    /// Held at a time. 0: any number.
    pub places_per_address_max: u32,
    pub places_per_customer_max: u32,
    pub proxies: Proxies,
}
