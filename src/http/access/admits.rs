//! The table of who may call what: each route names one of these sets.

use crate::access::Role;

/// Everybody that a call can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// Without a key: only where `auth.public_sales` lets strangers buy.
    Public,
    /// With a token of the operator's identity provider.
    Customer,
    Key(Role),
}

/// A set of parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admits(u8);

/// No question is asked at all, not even how often: for load balancers, readers of the documentation,
/// and providers, whose messages are signed.
pub const ANYONE: Admits = Admits(0);
/// Who buys, and all who sell to them.
pub const BUYERS: Admits = SELLERS.and(Party::Public).and(Party::Customer);
/// A customer, of what is their own; and all who sell.
pub const OWN_BOOKINGS: Admits = SELLERS.and(Party::Customer);
pub const SELLERS: Admits = COUNTER.and(Party::Key(Role::Storefront));
pub const COUNTER: Admits = ORGANISERS.and(Party::Key(Role::BoxOffice));
pub const ORGANISERS: Admits = OPS.and(Party::Key(Role::Organiser));
pub const OPS: Admits = Admits(0).and(Party::Key(Role::Ops));

impl Party {
    pub const ALL: [Self; 6] = [
        Self::Public,
        Self::Customer,
        Self::Key(Role::Storefront),
        Self::Key(Role::BoxOffice),
        Self::Key(Role::Organiser),
        Self::Key(Role::Ops),
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Customer => "customer",
            Self::Key(role) => role.name(),
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Public => 1,
            Self::Customer => 2,
            Self::Key(Role::Storefront) => 4,
            Self::Key(Role::BoxOffice) => 8,
            Self::Key(Role::Organiser) => 16,
            Self::Key(Role::Ops) => 32,
        }
    }
}

impl Admits {
    const fn and(self, party: Party) -> Self {
        Self(self.0 | party.bit())
    }

    pub fn is_anyone(self) -> bool {
        self == ANYONE
    }

    pub fn admits(self, party: Party) -> bool {
        self.is_anyone() || self.0 & party.bit() != 0
    }

    /// Their names, for the documentation.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Party::ALL.into_iter().filter(move |party| self.admits(*party)).map(Party::name)
    }
}
