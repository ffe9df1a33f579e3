//! The server's HTTP API as a client knows it: the calls, their bodies, their answers. Nothing here is shared with the
//! server's code: that the two agree is one of the things this crate tests.

mod answers;
mod bodies;
mod call_kind;
mod checkout;
mod standing;

pub use answers::{
    AreaCounts, BookingAnswer, CancelAnswer, Conflict, ExtendAnswer, HoldAnswer, HoldTaken, Problem, SeatMap, Stamp,
};
pub use bodies::{BestAvailable, CancelBody, ConfirmBody, ExtendBody, HoldBody, Standing};
pub use call_kind::CallKind;
pub use checkout::CheckoutAnswer;
pub use standing::AnswerKind;
