//! What the simulated provider has really done, for tests that compare it with what the shop believes.

use std::collections::BTreeMap;

use crate::domain::money::Money;
use crate::payments::{PaymentStatus, Reference, StepKey};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// How often each key had its effect: 1 is right. Empty unless `counts_effects` is set.
    pub effects: BTreeMap<StepKey, u32>,
    pub payments: BTreeMap<Reference, PaymentTotals>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentTotals {
    pub checkout: Box<str>,
    pub status: PaymentStatus,
    pub authorised: Money,
    pub captured: Money,
    /// Pending refunds included, failed ones not.
    pub refunded: Money,
}
