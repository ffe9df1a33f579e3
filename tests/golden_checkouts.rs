//! The examples of a checkout's events, for `golden_events`.

use understudy::domain::checkout::{CheckoutBegun, CheckoutEvent, EndReason, GatewayReference, NoSeats};
use understudy::domain::money::Money;
use understudy::domain::plan::{AreaIndex, SeatIndex};
use understudy::domain::{BookingId, CustomerId, HoldId, ShowId, Timestamp};
use uuid::Uuid;

pub fn name(event: &CheckoutEvent) -> &'static str {
    match event {
        CheckoutEvent::CheckoutBegun(_) => "checkout_begun",
        CheckoutEvent::PaymentOpened { .. } => "checkout_payment_opened",
        CheckoutEvent::PaymentDeclined { .. } => "checkout_payment_declined",
        CheckoutEvent::PaymentAuthorised => "checkout_payment_authorised",
        CheckoutEvent::PaymentCaptured { .. } => "checkout_payment_captured",
        CheckoutEvent::HoldExtended { .. } => "checkout_hold_extended",
        CheckoutEvent::HoldAtItsCap => "checkout_hold_at_its_cap",
        CheckoutEvent::RetakeBegun { .. } => "checkout_retake_begun",
        CheckoutEvent::SeatsRetaken { .. } => "checkout_seats_retaken",
        CheckoutEvent::SeatsConfirmed { .. } => "checkout_seats_confirmed",
        CheckoutEvent::CaptureRefused { .. } => "checkout_capture_refused",
        CheckoutEvent::BookingUndone => "checkout_booking_undone",
        CheckoutEvent::VoidBegun { .. } => "checkout_void_begun",
        CheckoutEvent::CheckoutEnded { .. } => "checkout_ended",
        CheckoutEvent::TicketsCancelled { .. } => "checkout_tickets_cancelled",
        CheckoutEvent::ShowCancelled => "checkout_show_cancelled",
        CheckoutEvent::RefundOwed { .. } => "checkout_refund_owed",
        CheckoutEvent::RefundPending { .. } => "checkout_refund_pending",
        CheckoutEvent::RefundSucceeded { .. } => "checkout_refund_succeeded",
        CheckoutEvent::RefundFailed { .. } => "checkout_refund_failed",
        CheckoutEvent::OperatorNeeded { .. } => "checkout_operator_needed",
        CheckoutEvent::RetryAsked => "checkout_retry_asked",
    }
}

/// (Suffix of the file, event.)
pub fn examples() -> Vec<(&'static str, CheckoutEvent)> {
    let id = |low: u128| Uuid::from_u128(0x0190_0123_4567_789a_8000_0000_0000_0000 | low);
    let begun = CheckoutBegun {
        show_id: ShowId(id(1)),
        hold_id: HoldId(id(2)),
        customer_id: CustomerId::parse("kunde-7"),
        seats: [0, 127, 128, u32::MAX].map(SeatIndex).into(),
        general_admission: vec![(AreaIndex(1), 2)],
        prices: [0, 127, 128, 12_900, 1_000_000_000_000, 1].map(Money::from_minor).into(),
        currency: "KWD".into(),
        gateway: "simulated".into(),
        expires_at: Timestamp::from_micros(1_795_000_600_000_001),
        equal_seats: true,
    };
    let plainly = CheckoutBegun {
        customer_id: None,
        seats: vec![],
        general_admission: vec![],
        prices: vec![],
        equal_seats: false,
        ..begun.clone()
    };
    let reason = || "nicht gedeckt \u{20ac}".to_owned();
    let refund = || GatewayReference("re_7".into());
    let sold = EndReason::SeatsLost(NoSeats::Sold);
    let void = |why| CheckoutEvent::VoidBegun { why };
    vec![
        ("", CheckoutEvent::CheckoutBegun(Box::new(begun))),
        ("_plainly", CheckoutEvent::CheckoutBegun(Box::new(plainly))),
        ("", CheckoutEvent::PaymentOpened { payment: GatewayReference("pi_7".into()) }),
        ("", CheckoutEvent::PaymentDeclined { reason: reason() }),
        ("", CheckoutEvent::PaymentAuthorised),
        ("", CheckoutEvent::PaymentCaptured { amount: Money::from_minor(u64::MAX) }),
        ("", CheckoutEvent::HoldExtended { expires_at: Timestamp::from_micros(-1) }),
        ("", CheckoutEvent::HoldAtItsCap),
        ("", CheckoutEvent::RetakeBegun { hold_id: HoldId(id(3)), equal_seats: true }),
        ("", CheckoutEvent::SeatsRetaken { seats: vec![SeatIndex(300)] }),
        ("", CheckoutEvent::SeatsConfirmed { booking_id: BookingId(id(4)) }),
        ("", CheckoutEvent::CaptureRefused { reason: reason() }),
        ("", CheckoutEvent::BookingUndone),
        ("", void(sold)),
        ("_declined", void(EndReason::Declined)),
        ("_abandoned", void(EndReason::Abandoned)),
        ("_lapsed", void(EndReason::PaymentLapsed)),
        ("_capture_refused", void(EndReason::CaptureRefused)),
        ("_show_cancelled", void(EndReason::ShowCancelled)),
        ("", CheckoutEvent::CheckoutEnded { why: EndReason::SeatsLost(NoSeats::Expired) }),
        ("_released", CheckoutEvent::CheckoutEnded { why: EndReason::SeatsLost(NoSeats::Released) }),
        ("_unavailable", CheckoutEvent::CheckoutEnded { why: EndReason::SeatsLost(NoSeats::Unavailable) }),
        ("", CheckoutEvent::TicketsCancelled { tickets: vec![0, 3, 49] }),
        ("", CheckoutEvent::ShowCancelled),
        ("", CheckoutEvent::RefundOwed { number: 1, amount: Money::from_minor(300) }),
        ("", CheckoutEvent::RefundPending { number: 300, refund: refund() }),
        ("", CheckoutEvent::RefundSucceeded { number: 2 }),
        ("", CheckoutEvent::RefundFailed { number: 2, reason: reason() }),
        ("", CheckoutEvent::OperatorNeeded { refund: Some(2), reason: reason() }),
        ("_for_a_step", CheckoutEvent::OperatorNeeded { refund: None, reason: reason() }),
        ("", CheckoutEvent::RetryAsked),
    ]
}
