//! The model: one seat, and all that can happen to it.

/// Holds are numbered within one history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Seat {
    Free,
    Held(u32),
    Sold(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Take(u32),
    /// Release or expiry.
    GiveBack(u32),
    Confirm(u32),
    Cancel(u32),
    /// Someone was told that it is taken.
    SeeTaken,
    /// Someone was told that another seat stands in their way, and this one does not.
    SeeFree,
    /// Someone was told that this hold is no more.
    SeeNotHeld(u32),
}

/// An action that took effect at one moment between `started` and `ended`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    pub action: Action,
    pub started: i64,
    /// `None`: its end was never seen; it may have taken effect at any later moment, or never.
    pub ended: Option<i64>,
    /// What it came from; not looked at here.
    pub source: u32,
}

impl Seat {
    /// The seat after the action; `None`: it cannot happen to this seat.
    pub fn after(self, action: Action) -> Option<Self> {
        match (action, self) {
            (Action::Take(hold), Self::Free) => Some(Self::Held(hold)),
            (Action::GiveBack(hold), Self::Held(by)) if by == hold => Some(Self::Free),
            (Action::Confirm(hold), Self::Held(by)) if by == hold => Some(Self::Sold(hold)),
            (Action::Cancel(hold), Self::Sold(by)) if by == hold => Some(Self::Free),
            (Action::SeeTaken, Self::Held(_) | Self::Sold(_)) => Some(self),
            (Action::SeeFree, Self::Free) => Some(self),
            (Action::SeeNotHeld(hold), seat) if seat != Self::Held(hold) => Some(self),
            _ => None,
        }
    }
}

impl Action {
    pub fn only_looks(self) -> bool {
        matches!(self, Self::SeeTaken | Self::SeeFree | Self::SeeNotHeld(_))
    }
}
