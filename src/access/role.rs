//! What a key is for.

use serde::{Deserialize, Serialize};

/// From the one who may least to the one who may most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A shop: sells to its own customers.
    Storefront,
    /// People at a counter: they also block seats, cancel bookings and look into the sales.
    BoxOffice,
    /// Whoever puts shows on: venues, shows, prices.
    Organiser,
    /// The operator of the server: everything, of everybody.
    Ops,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Storefront, Self::BoxOffice, Self::Organiser, Self::Ops];

    pub fn name(self) -> &'static str {
        match self {
            Self::Storefront => "storefront",
            Self::BoxOffice => "box_office",
            Self::Organiser => "organiser",
            Self::Ops => "ops",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}
