//! What can happen to a payment at the simulated provider: one line each in its file.

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

use crate::domain::money::Money;
use crate::payments::{PaymentStatus, Reference, RefundState, RefundStatus, StepKey};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    Opened {
        key: StepKey,
        payment: Reference,
        as_opened: Payment,
    },
    TryDeclined {
        payment: Reference,
        reason: Box<str>,
    },
    Paid {
        payment: Reference,
    },
    Captured {
        key: StepKey,
        payment: Reference,
    },
    Voided {
        key: StepKey,
        payment: Reference,
    },
    Refunded {
        key: StepKey,
        payment: Reference,
        refund: RefundState,
    },
    RefundEnded {
        payment: Reference,
        refund: Reference,
        status: RefundStatus,
    },
    /// Stands for all changes of a payment so far, once the file was written anew.
    Kept {
        payment: Reference,
        as_kept: Payment,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    pub checkout: Box<str>,
    pub amount: Money,
    pub currency: Currency,
    pub status: PaymentStatus,
    /// How often the buyer was declined, and why the last time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub declines: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundState>,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Change {
    pub fn payment(&self) -> &Reference {
        match self {
            Self::Opened { payment, .. }
            | Self::TryDeclined { payment, .. }
            | Self::Paid { payment }
            | Self::Captured { payment, .. }
            | Self::Voided { payment, .. }
            | Self::Refunded { payment, .. }
            | Self::RefundEnded { payment, .. }
            | Self::Kept { payment, .. } => payment,
        }
    }

    /// The step that asked for it, where one did.
    pub fn key(&self) -> Option<&StepKey> {
        match self {
            Self::Opened { key, .. }
            | Self::Captured { key, .. }
            | Self::Voided { key, .. }
            | Self::Refunded { key, .. } => Some(key),
            Self::TryDeclined { .. } | Self::Paid { .. } | Self::RefundEnded { .. } | Self::Kept { .. } => None,
        }
    }
}

impl Payment {
    pub fn captured(&self) -> Money {
        match self.status {
            PaymentStatus::Captured => self.amount,
            PaymentStatus::Waiting | PaymentStatus::Authorised | PaymentStatus::Voided => Money::ZERO,
        }
    }

    /// Given back or on its way back. A failed refund is neither.
    pub fn refunded(&self) -> Money {
        let counted = self.refunds.iter().filter(|refund| match refund.status {
            RefundStatus::Pending | RefundStatus::Succeeded => true,
            RefundStatus::Failed => false,
        });
        let sum = counted.map(|refund| refund.amount).try_fold(Money::ZERO, Money::checked_add);
        sum.expect("refunds are never more than what was captured")
    }
}
