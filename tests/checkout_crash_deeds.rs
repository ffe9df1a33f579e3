//! What happens around a checkout while it is under way, as a story tells it, and how it is done on the stage.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio::time::timeout;
use understudy::actors::BeginCheckout;
use understudy::domain::checkout::{RefundLine, RefundState, Stage};
use understudy::domain::{Action, BookingId, Checkout, CommandId, Fingerprint, HoldId};
use understudy::payments::simulated::SimulatedGateway;
use understudy::payments::{CaptureOrVoid, PaymentGateway, Reference, RefundStatus, StepKey};
use uuid::Uuid;

use super::actors_requests::{SEATS, hold};
use super::checkout_crash_provider::Trouble;
use super::checkout_crash_stage::Run;
use super::house::{DEADLINE, Patience};

/// What the buyers, the others, the organiser and the provider do, one deed after the other. The first number of many is
/// the checkout's, from 0.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    Begins(usize),
    /// Begins, and the buyer is asked to pay.
    IsOpened(usize),
    /// And the provider says so.
    Pays(usize),
    /// And the provider's message is lost.
    PaysUnseen(usize),
    /// While the provider is out of reach, until long after the hold has ended.
    PaysLate(usize),
    IsDeclined(usize),
    /// The provider takes the money without being asked.
    IsCapturedByTheProvider(usize),
    /// A message of the provider comes, late or twice.
    Hears(usize),
    /// Since the story began.
    ClockShows(u32),
    OthersTake(&'static [usize]),
    OthersTakeAll,
    HoldIsSoldAtTheCounter,
    HoldIsGivenBack,
    /// No tickets: all that are left.
    Cancels(usize, &'static [u16]),
    ShowIsCancelled,
    NextWriteFails,
    ProviderHas(Trouble),
    ProviderIsWell,
    RefundsEnd(usize, RefundStatus),
    OperatorRetries(usize),
    Until(usize, Stage),
    UntilDeclined(usize),
    UntilExtendedTo(usize, u32),
    /// What is pending succeeds, and then so much has gone back in all.
    IsRefunded(usize, u64),
    /// After so many failures.
    UntilRefundIsPending(usize, u32),
    UntilOperatorIsNeeded(usize),
}

#[derive(Clone, Copy, Debug)]
pub struct Story {
    /// Minor units: 5000 of each seat, 2000 of the place in the pit.
    pub kept: &'static [u64],
    pub ends: &'static [Stage],
    pub deeds: &'static [Deed],
}

impl Run<'_> {
    pub async fn act(&mut self, deed: Deed) {
        let gateway = &self.theatre.gateway;
        match deed {
            Deed::Begins(at) => self.begin(at).await,
            Deed::IsOpened(at) => {
                self.begin(at).await;
                self.until_stage(at, Stage::AwaitingPayment).await;
            }
            Deed::PaysLate(at) => {
                gateway.begin(Trouble::OutOfReach);
                self.pay(at);
                self.theatre.clock.set(self.began.plus_seconds(2_000));
            }
            Deed::Pays(at) => {
                self.pay(at);
                self.nudge(at);
            }
            Deed::PaysUnseen(at) => self.pay(at),
            Deed::IsDeclined(at) => {
                gateway.inner.decline(&self.payment(at), "the card has expired").expect("the payment is there");
                self.nudge(at);
            }
            Deed::IsCapturedByTheProvider(at) => {
                let (key, payment) = (StepKey("the provider".into()), self.payment(at));
                let state = gateway.inner.ledger().payments.remove(&payment).expect("the payment is there");
                let currency = "EUR".parse().expect("a currency");
                let capture = CaptureOrVoid { key, payment, amount: state.authorised, currency };
                gateway.inner.capture(capture).await.expect("it is authorised");
            }
            Deed::Hears(at) => self.nudge(at),
            Deed::ClockShows(seconds) => self.theatre.clock.set(self.began.plus_seconds(seconds)),
            Deed::OthersTake(seats) => assert!(self.others_take(seats).await, "{seats:?} are free"),
            Deed::OthersTakeAll => {
                let all: Vec<usize> = (0..SEATS).collect();
                for seats in all.chunks(50) {
                    assert!(self.others_take(seats).await, "{seats:?} are free");
                }
            }
            Deed::HoldIsSoldAtTheCounter => {
                let (hold_id, booking_id) = (self.hold, BookingId(Uuid::now_v7()));
                let sell = Action::ConfirmHold { hold_id, booking_id, payment_reference: "cash".into() };
                assert!(self.ask(sell).await, "the hold lives");
            }
            Deed::HoldIsGivenBack => assert!(self.ask(Action::ReleaseHold { hold_id: self.hold }).await),
            Deed::Cancels(at, tickets) => {
                let booking_id = self.checkouts[at].booking();
                let tickets =
                    (!tickets.is_empty()).then(|| tickets.iter().map(|ticket| booking_id.ticket(*ticket)).collect());
                assert!(self.ask(Action::CancelTickets { booking_id, tickets }).await, "they are booked");
            }
            Deed::ShowIsCancelled => assert!(self.ask(Action::CancelShow).await),
            Deed::NextWriteFails => self.theatre.memory.fail_next(1),
            Deed::ProviderHas(trouble) => gateway.begin(trouble),
            Deed::ProviderIsWell => gateway.mend(),
            Deed::RefundsEnd(at, status) => self.end_refunds(at, status).await,
            // An operator looks whether it has helped.
            Deed::OperatorRetries(at) => {
                let began = Instant::now();
                while let Some(state) = self.state(at).filter(|state| state.needs_operator()) {
                    let has_ended = began.elapsed() > 2 * DEADLINE;
                    assert!(!has_ended, "waited until a retry helps with {:?}; it is {state:?}", self.point);
                    let _ = timeout(DEADLINE, self.theatre.house.checkouts.retry(self.checkouts[at])).await;
                }
            }
            Deed::Until(at, stage) => self.until_stage(at, stage).await,
            Deed::UntilDeclined(at) => {
                self.until_state(at, "it is declined", |state| state.declined().is_some()).await;
            }
            Deed::UntilExtendedTo(at, seconds) => {
                let end = self.began.plus_seconds(seconds);
                self.until_state(at, "it is extended", |state| state.expires_at() == end).await;
            }
            Deed::IsRefunded(at, total) => {
                let is_pending = |line: &RefundLine| matches!(line.state, RefundState::Pending(_));
                self.until_state(at, "a refund is pending", |state| state.refunds().iter().any(is_pending)).await;
                self.end_refunds(at, RefundStatus::Succeeded).await;
                let is_done = |state: &Checkout| {
                    let mut lines = state.refunds().iter();
                    state.refunds_total().minor() == total && lines.all(|line| line.state == RefundState::Succeeded)
                };
                self.until_state(at, "it is refunded", is_done).await;
            }
            Deed::UntilRefundIsPending(at, failures) => {
                let is_pending =
                    |line: &RefundLine| line.failures == failures && matches!(line.state, RefundState::Pending(_));
                self.until_state(at, "a refund is pending", |state| state.refunds().iter().any(is_pending)).await;
            }
            Deed::UntilOperatorIsNeeded(at) => {
                self.until_state(at, "an operator is needed", Checkout::needs_operator).await;
            }
        }
    }

    /// Asks as a buyer does: again with the same key, until there is an answer.
    async fn begin(&mut self, at: usize) {
        let fresh = self.checkouts[at];
        let id = CommandId(fresh.0.as_u128());
        let request = BeginCheckout { show_id: self.show, hold_id: self.hold, id, fingerprint: Fingerprint(7), fresh };
        let mut patience = Patience::default();
        let answered_within = if self.point.is_some() { Duration::from_millis(300) } else { DEADLINE };
        loop {
            let begun = AssertUnwindSafe(self.theatre.house.checkouts.begin(request)).catch_unwind();
            match timeout(answered_within, begun).await {
                Ok(Ok(Ok(standing))) => return assert_eq!(standing.checkout.id(), fresh),
                Err(_) if self.point.is_none() => panic!("nobody has fallen, and it is not begun"),
                other => assert!(!patience.has_ended(), "it cannot be begun: {:?}", other.map(drop)),
            }
        }
    }

    async fn end_refunds(&self, at: usize, status: RefundStatus) {
        let ended = self.theatre.gateway.end_refunds(&self.payment(at), status).await;
        assert!(ended > 0, "a refund is pending");
        self.nudge(at);
    }

    async fn until_stage(&mut self, at: usize, stage: Stage) {
        self.until_state(at, "it stands there", |state| state.stage() == stage).await;
    }

    fn pay(&self, at: usize) {
        self.theatre.gateway.inner.pay(&self.payment(at)).expect("the payment is there");
    }

    fn payment(&self, at: usize) -> Reference {
        let payment = self.theatre.gateway.payment_of(&self.checkouts[at].to_string());
        payment.expect("the payment is opened")
    }

    /// The provider says that something has happened.
    pub fn nudge(&self, at: usize) {
        let id = self.checkouts[at].to_string();
        self.theatre.house.checkouts.notice(SimulatedGateway::NAME, &[], id.as_bytes()).expect("it is genuine");
    }

    async fn others_take(&self, seats: &[usize]) -> bool {
        self.ask(hold(HoldId(Uuid::now_v7()), seats)).await
    }
}
