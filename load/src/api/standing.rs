//! How an answer stands: what it means for the one who asked.

/// The four things an answer can be, and the fifth that it must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnswerKind {
    /// 2xx: it was done, or here is what was asked for.
    Success,
    /// A business "no" with a code that this client knows: final.
    Refusal,
    /// 429, 503, or not done with the first try: ask again, with the same key.
    Unavailable,
    /// No answer at all: the outcome is unknown.
    Lost,
    /// Anything else: a bug, on one side or the other.
    Unexpected,
}

/// The refusals that a buyer who does everything right can meet.
const REFUSALS: [&str; 17] = [
    "seats_unavailable",
    "not_enough_seats",
    "area_full",
    "hold_expired",
    "hold_released",
    "hold_confirmed",
    "hold_not_found",
    "show_not_on_sale",
    "show_status_conflict",
    "idempotency_key_reused",
    "customer_limit",
    "extension_too_long",
    "booking_cancelled",
    "booking_not_found",
    "tickets_cancelled",
    "too_many_tickets",
    "checkout_under_way",
];

impl AnswerKind {
    /// `status` 0: no answer came.
    pub fn of(status: u16, code: &str) -> Self {
        match status {
            0 => Self::Lost,
            200..=299 => Self::Success,
            // 408: it was waited for in vain, as by a server that was stopped under it; nothing was done.
            408 | 429 | 503 => Self::Unavailable,
            409 if code == "idempotency_key_in_flight" => Self::Unavailable,
            400..=499 if REFUSALS.contains(&code) => Self::Refusal,
            _ => Self::Unexpected,
        }
    }

    /// Worth asking again with the same key.
    pub fn may_be_retried(self) -> bool {
        matches!(self, Self::Unavailable | Self::Lost)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refusal => "refusal",
            Self::Unavailable => "unavailable",
            Self::Lost => "lost",
            Self::Unexpected => "unexpected",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_refusal_only_with_a_code_that_is_known() {
        assert_eq!(AnswerKind::of(409, "seats_unavailable"), AnswerKind::Refusal);
        assert_eq!(AnswerKind::of(400, "bad_request"), AnswerKind::Unexpected);
        assert_eq!(AnswerKind::of(500, ""), AnswerKind::Unexpected);
        assert_eq!(AnswerKind::of(503, "overloaded"), AnswerKind::Unavailable);
        assert_eq!(AnswerKind::of(409, "idempotency_key_in_flight"), AnswerKind::Unavailable);
        assert_eq!(AnswerKind::of(0, ""), AnswerKind::Lost);
    }
}
