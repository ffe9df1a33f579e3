//! Where a checkout stands.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The payment is being opened at the provider.
    Opening,
    AwaitingPayment,
    /// Paid or authorised: the hold is being confirmed.
    Confirming,
    /// The hold had expired: the seats, or seats as good, are being taken again.
    Retaking,
    /// There is a booking: the money is being taken.
    Capturing,
    /// There is a booking and no money: its tickets are being taken back.
    Undoing,
    /// The authorisation is being given free.
    Voiding,
    /// Money and tickets. Refunds may follow.
    Completed,
    /// Neither money nor tickets, once its refunds are done.
    Ended,
}

impl Stage {
    pub const ALL: [Self; 9] = [
        Self::Opening,
        Self::AwaitingPayment,
        Self::Confirming,
        Self::Retaking,
        Self::Capturing,
        Self::Undoing,
        Self::Voiding,
        Self::Completed,
        Self::Ended,
    ];

    /// Part of the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::AwaitingPayment => "awaiting_payment",
            Self::Confirming => "confirming",
            Self::Retaking => "retaking",
            Self::Capturing => "capturing",
            Self::Undoing => "undoing",
            Self::Voiding => "voiding",
            Self::Completed => "completed",
            Self::Ended => "ended",
        }
    }
}
