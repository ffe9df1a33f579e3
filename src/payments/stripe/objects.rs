//! The parts of Stripe's objects that matter here.

use std::collections::HashMap;

use iso_currency::Currency;
use serde::Deserialize;

use super::amount::{currency, from_stripe};
use super::words::shown;
use crate::payments::{GatewayError, PaymentStatus, Reference, RefundState, RefundStatus, StepKey, WayToPay};

/// The name under which an intent's and its charge's metadata carry the checkout.
pub const CHECKOUT: &str = "checkout";
/// The name under which a refund's metadata carry its step.
pub const STEP: &str = "step";

#[derive(Debug, Deserialize)]
pub struct PaymentIntent {
    pub id: Box<str>,
    pub status: Box<str>,
    pub currency: Box<str>,
    pub amount: u64,
    pub amount_received: u64,
    pub client_secret: Option<Box<str>>,
    pub last_payment_error: Option<PaymentError>,
}

#[derive(Debug, Deserialize)]
pub struct PaymentError {
    pub code: Option<Box<str>>,
    pub message: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Refund {
    pub id: Box<str>,
    pub amount: u64,
    pub currency: Box<str>,
    pub status: Option<Box<str>>,
    #[serde(default)]
    pub metadata: Option<HashMap<Box<str>, Box<str>>>,
}

#[derive(Debug, Deserialize)]
pub struct List<T> {
    pub data: Vec<T>,
    pub has_more: bool,
}

/// What Stripe says where it says no.
#[derive(Debug, Deserialize)]
pub struct Refused {
    pub error: Reason,
}

#[derive(Debug, Default, Deserialize)]
pub struct Reason {
    #[serde(rename = "type")]
    pub kind: Option<Box<str>>,
    pub code: Option<Box<str>>,
    pub message: Option<String>,
    /// The parameter that it is about.
    pub param: Option<Box<str>>,
}

impl PaymentIntent {
    pub fn status(&self) -> Result<PaymentStatus, GatewayError> {
        match &*self.status {
            "requires_payment_method" | "requires_confirmation" | "requires_action" | "processing" => {
                Ok(PaymentStatus::Waiting)
            }
            "requires_capture" => Ok(PaymentStatus::Authorised),
            "succeeded" => Ok(PaymentStatus::Captured),
            "canceled" => Ok(PaymentStatus::Voided),
            other => {
                Err(GatewayError::Misconfigured(format!("Stripe calls a payment {other:?}, which is not known here")))
            }
        }
    }

    /// Paid, and not yet decided whether it will do.
    pub fn is_processing(&self) -> bool {
        &*self.status == "processing"
    }

    pub fn currency(&self) -> Result<Currency, GatewayError> {
        currency(&self.currency)
    }

    pub fn reference(&self) -> Reference {
        Reference(self.id.clone())
    }

    /// As long as it is not paid.
    pub fn way(&self, status: PaymentStatus) -> Option<WayToPay> {
        match status {
            PaymentStatus::Waiting => self.client_secret.clone().map(WayToPay::ClientSecret),
            PaymentStatus::Authorised | PaymentStatus::Captured | PaymentStatus::Voided => None,
        }
    }

    pub fn declined(&self) -> Option<String> {
        self.last_payment_error.as_ref().map(PaymentError::words)
    }
}

impl PaymentError {
    pub fn words(&self) -> String {
        let code = || self.code.as_deref().unwrap_or("declined");
        shown(self.message.as_deref().unwrap_or_else(code))
    }
}

impl Refund {
    pub fn state(&self) -> Result<RefundState, GatewayError> {
        let step = self.metadata.as_ref().and_then(|metadata| metadata.get(STEP));
        Ok(RefundState {
            refund: Reference(self.id.clone()),
            key: step.map(|step| StepKey(step.clone())),
            amount: from_stripe(self.amount, &self.currency)?,
            status: refund_status(self.status.as_deref())?,
        })
    }
}

pub fn refund_status(status: Option<&str>) -> Result<RefundStatus, GatewayError> {
    match status {
        Some("succeeded") => Ok(RefundStatus::Succeeded),
        Some("failed" | "canceled") => Ok(RefundStatus::Failed),
        Some("pending" | "requires_action") | None => Ok(RefundStatus::Pending),
        Some(other) => {
            Err(GatewayError::Misconfigured(format!("Stripe calls a refund {other:?}, which is not known here")))
        }
    }
}
