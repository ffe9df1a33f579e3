//! Whole minor units, sums to the cent, and no sum that does not fit.

use super::script::*;
use crate::domain::checkout::{Checkout, CheckoutBegun, CheckoutEvent, CheckoutRefusal, EndReason, Input, Paid, Stage};

#[test]
fn what_cannot_be_counted_is_refused() {
    let dear = CheckoutBegun { prices: [u64::MAX, 1, 0].map(money).into(), ..begun() };
    assert_eq!(Checkout::begin(dear), Err(CheckoutRefusal::AmountTooLarge));
}

#[test]
fn every_ticket_has_one_price() {
    for prices in [vec![], vec![money(1); 2], vec![money(1); 4]] {
        assert_eq!(Checkout::begin(CheckoutBegun { prices, ..begun() }), Err(CheckoutRefusal::PricesDoNotFit));
    }
}

#[test]
fn tickets_for_nothing_need_no_payment() {
    let free = CheckoutBegun { prices: vec![money(0); 3], ..begun() };
    let given = given_begun(free, &[]);
    assert_eq!(next(&given.checkout), "confirm");
    let after = given.when(confirmed()).then(&[CheckoutEvent::SeatsConfirmed { booking_id: id().booking() }]);
    assert_eq!(after.checkout.stage(), Stage::Completed);
    after
        .when(Input::TicketsCancelled { tickets: vec![0] })
        .then(&[CheckoutEvent::TicketsCancelled { tickets: vec![0] }]);
}

#[test]
fn partial_cancels_in_any_order_add_up_to_the_cent() {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for order in orders {
        let mut given = given(&completed());
        for ticket in order {
            given.learns(&Input::TicketsCancelled { tickets: vec![ticket] });
            let prices = begun().prices;
            let left = prices.iter().enumerate().filter(|(index, _)| !given_cancelled(&given, *index));
            let kept: u64 = left.map(|(_, price)| price.minor()).sum();
            assert_eq!(given.checkout.refunds_total(), money(380 - kept), "{order:?}");
        }
        assert_eq!(given.checkout.refunds_total(), money(380));
    }
}

#[test]
fn less_than_the_price_is_no_payment_and_goes_back() {
    given(&[opened()]).when(seen(Paid::Captured(money(379)))).then(&[
        CheckoutEvent::PaymentCaptured { amount: money(379) },
        CheckoutEvent::CheckoutEnded { why: EndReason::CaptureRefused },
        CheckoutEvent::RefundOwed { number: 1, amount: money(379) },
    ]);
}

#[test]
fn more_than_the_price_is_given_back() {
    let captured = [opened(), seen(Paid::Captured(money(400)))];
    given(&captured).when(confirmed()).then(&[
        CheckoutEvent::SeatsConfirmed { booking_id: id().booking() },
        CheckoutEvent::RefundOwed { number: 1, amount: money(20) },
    ]);
}

fn given_cancelled(given: &Given, ticket: usize) -> bool {
    let again = Input::TicketsCancelled { tickets: vec![ticket as u16] };
    given.checkout.decide(&again, given.now).expect("it is not refused").is_empty()
}
