//! The provider's book: every payment it remembers, as a fold of its changes. It keeps to its bound by forgetting the
//! oldest payments that wait for nothing any more, and is full at twice the bound.

use std::collections::VecDeque;

use ahash::HashMap;

use super::change::{Change, Payment};
use crate::payments::{PaymentStatus, Reference};

/// How many live payments are looked past, per opening, for one that may be forgotten. Keeps an opening cheap while
/// most payments are live; the next openings look further.
const LOOKED_PAST_MAX: u32 = 8;

#[derive(Debug)]
pub struct Book {
    payments: HashMap<Reference, Payment>,
    /// Oldest first; the live ones that were looked past have moved to the end.
    order: VecDeque<Reference>,
    payments_max: usize,
}

impl Book {
    pub fn new(payments_max: u32) -> Self {
        let payments_max = usize::try_from(payments_max).unwrap_or(usize::MAX);
        Self { payments: HashMap::default(), order: VecDeque::new(), payments_max }
    }

    pub fn get(&self, payment: &Reference) -> Option<&Payment> {
        self.payments.get(payment)
    }

    /// Live payments are never forgotten; this bounds them.
    pub fn has_room(&mut self) -> bool {
        self.forget();
        self.payments.len() < self.payments_max.saturating_mul(2)
    }

    pub fn len(&self) -> usize {
        self.payments.len()
    }

    /// Oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&Reference, &Payment)> {
        self.order.iter().filter_map(|payment| self.payments.get_key_value(payment))
    }

    pub fn apply(&mut self, change: &Change) {
        if let Change::Opened { payment, as_opened: state, .. } | Change::Kept { payment, as_kept: state } = change {
            if self.payments.insert(payment.clone(), state.clone()).is_none() {
                self.order.push_back(payment.clone());
            }
            self.forget();
            return;
        }
        // A payment that was forgotten under a smaller bound has lines left in the file; they concern nobody.
        let Some(payment) = self.payments.get_mut(change.payment()) else { return };
        match change {
            Change::Opened { .. } | Change::Kept { .. } => {}
            Change::TryDeclined { reason, .. } => {
                payment.declines += 1;
                payment.declined = Some(reason.clone());
            }
            Change::Paid { .. } => {
                payment.status = PaymentStatus::Authorised;
                payment.declined = None;
            }
            Change::Captured { .. } => payment.status = PaymentStatus::Captured,
            Change::Voided { .. } => payment.status = PaymentStatus::Voided,
            Change::Refunded { refund, .. } => payment.refunds.push(refund.clone()),
            Change::RefundEnded { refund, status, .. } => {
                for known in payment.refunds.iter_mut().filter(|known| known.refund == *refund) {
                    known.status = *status;
                }
            }
        }
    }

    fn forget(&mut self) {
        let mut looked_past = 0;
        while self.payments.len() > self.payments_max && looked_past < LOOKED_PAST_MAX {
            let Some(oldest) = self.order.pop_front() else { return };
            match self.payments.get(&oldest).map(|payment| payment.status) {
                Some(PaymentStatus::Waiting | PaymentStatus::Authorised) => {
                    self.order.push_back(oldest);
                    looked_past += 1;
                }
                Some(PaymentStatus::Captured | PaymentStatus::Voided) | None => {
                    self.payments.remove(&oldest);
                }
            }
        }
    }
}
