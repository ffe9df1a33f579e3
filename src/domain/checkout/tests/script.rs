//! Given these inputs, when this one comes, then these events: the words of the other tests.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::checkout::{
    Action, Checkout, CheckoutBegun, CheckoutEvent, CheckoutId, GatewayReference, Input, Paid, RefundAnswer, Sight,
};
use crate::domain::ids::{HoldId, ShowId};
use crate::domain::money::Money;
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::time::Timestamp;

pub fn id() -> CheckoutId {
    CheckoutId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0007))
}

/// Two seats at 100 and 250, and one place at 30.
pub fn begun() -> CheckoutBegun {
    CheckoutBegun {
        show_id: ShowId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)),
        hold_id: HoldId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002)),
        customer_id: None,
        seats: vec![SeatIndex(4), SeatIndex(5)],
        general_admission: vec![(AreaIndex(0), 1)],
        prices: [100, 250, 30].map(Money::from_minor).into(),
        currency: "EUR".into(),
        gateway: "simulated".into(),
        expires_at: at(600),
        equal_seats: true,
    }
}

pub fn at(seconds: u32) -> Timestamp {
    Timestamp::EPOCH.plus_seconds(seconds)
}

pub fn money(minor: u64) -> Money {
    Money::from_minor(minor)
}

pub fn reference(name: &str) -> GatewayReference {
    GatewayReference(name.into())
}

pub fn opened() -> Input {
    Input::Opened { payment: reference("pay"), paid: Paid::Waiting }
}

pub fn seen(paid: Paid) -> Input {
    Input::Seen(Sight { paid, declined: None, refunds: vec![] })
}

pub fn confirmed() -> Input {
    Input::Confirmed { booking_id: id().booking() }
}

pub fn answered(number: u32, answer: RefundAnswer) -> Input {
    Input::RefundAnswered { number, answer }
}

pub fn failed(reason: &str) -> RefundAnswer {
    RefundAnswer::Failed(reason.into())
}

/// A checkout that has learned these things, one after the other.
pub fn given(inputs: &[Input]) -> Given {
    given_begun(begun(), inputs)
}

pub fn given_begun(begun: CheckoutBegun, inputs: &[Input]) -> Given {
    let Ok(CheckoutEvent::CheckoutBegun(begun)) = Checkout::begin(begun) else { panic!("it can be begun") };
    let mut given = Given { checkout: Checkout::of(id(), Arc::from(begun)), now: at(0) };
    for input in inputs {
        given.learns(input);
    }
    given
}

/// Authorised, confirmed and captured.
pub fn completed() -> Vec<Input> {
    vec![opened(), seen(Paid::Authorised), confirmed(), Input::Captured]
}

pub struct Given {
    pub checkout: Checkout,
    pub now: Timestamp,
}

impl Given {
    pub fn at(mut self, seconds: u32) -> Self {
        self.now = at(seconds);
        self
    }

    pub fn learns(&mut self, input: &Input) -> Vec<CheckoutEvent> {
        let events = self.checkout.decide(input, self.now).expect("it is not refused");
        events.iter().for_each(|event| self.checkout.apply(event));
        events
    }

    pub fn when(mut self, input: Input) -> Then {
        let events = self.learns(&input);
        Then { given: self, events }
    }
}

pub struct Then {
    given: Given,
    events: Vec<CheckoutEvent>,
}

impl Then {
    #[track_caller]
    pub fn then(self, events: &[CheckoutEvent]) -> Given {
        assert_eq!(self.events, events);
        self.given
    }

    #[track_caller]
    pub fn nothing(self) -> Given {
        self.then(&[])
    }
}

/// The name of the next action.
pub fn next(checkout: &Checkout) -> &'static str {
    match checkout.next() {
        None => "nothing",
        Some(Action::Open { .. }) => "open",
        Some(Action::AwaitPayment { .. }) => "await payment",
        Some(Action::Confirm { .. }) => "confirm",
        Some(Action::Retake { equal_seats: false, .. }) => "retake",
        Some(Action::Retake { equal_seats: true, .. }) => "retake equal",
        Some(Action::Capture { .. }) => "capture",
        Some(Action::UndoBooking { .. }) => "undo",
        Some(Action::Void { .. }) => "void",
        Some(Action::Refund { .. }) => "refund",
        Some(Action::AwaitRefund { .. }) => "await refund",
    }
}
