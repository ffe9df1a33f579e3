//! A payment provider in memory that counts its effects: the same key is the same effect, another key is another.

use std::collections::BTreeMap;

use crate::domain::checkout::{GatewayReference, Paid, RefundAnswer, Sight};
use crate::domain::money::Money;

#[derive(Default)]
pub struct Provider {
    /// By the key that opened it.
    pub payments: BTreeMap<String, Payment>,
    answers: BTreeMap<String, Result<(), String>>,
    refund_answers: BTreeMap<String, RefundAnswer>,
    /// Payments whose authorisation is gone when it is to be captured.
    pub captures_fail: bool,
    /// So many refunds fail before one succeeds.
    pub refunds_fail: u32,
}

#[derive(Debug, PartialEq)]
pub struct Payment {
    pub amount: Money,
    pub paid: Paid,
    pub captures: u32,
    pub voids: u32,
    pub refunded: Vec<Money>,
    /// Why the buyer's last try failed.
    pub declined: Option<String>,
}

impl Payment {
    pub fn kept(&self) -> u64 {
        let captured = if let Paid::Captured(amount) = self.paid { amount.minor() } else { 0 };
        captured - self.refunded.iter().map(|amount| amount.minor()).sum::<u64>()
    }
}

impl Provider {
    pub fn open(&mut self, key: &str, amount: Money) -> (GatewayReference, Paid) {
        let fresh = Payment { amount, paid: Paid::Waiting, captures: 0, voids: 0, refunded: vec![], declined: None };
        let payment = self.payments.entry(key.to_owned()).or_insert(fresh);
        (GatewayReference(key.into()), payment.paid)
    }

    /// What is voided can not be paid any more.
    pub fn buyer_pays(&mut self, key: &str) {
        if let Some(payment) = self.payments.get_mut(key)
            && payment.paid == Paid::Waiting
        {
            payment.paid = Paid::Authorised;
            payment.declined = None;
        }
    }

    pub fn buyer_is_declined(&mut self, key: &str, reason: &str) {
        if let Some(payment) = self.payments.get_mut(key)
            && payment.paid == Paid::Waiting
        {
            payment.declined = Some(reason.to_owned());
        }
    }

    pub fn capture(&mut self, key: &str, payment: &GatewayReference) -> Result<(), String> {
        let fails = self.captures_fail;
        let payment = self.payments.get_mut(&*payment.0).expect("only opened payments are captured");
        let answer = self.answers.entry(key.to_owned()).or_insert_with(|| match payment.paid {
            Paid::Captured(_) => Ok(()),
            Paid::Authorised if !fails => {
                payment.captures += 1;
                payment.paid = Paid::Captured(payment.amount);
                Ok(())
            }
            Paid::Authorised | Paid::Waiting | Paid::Voided => Err("the authorisation has expired".into()),
        });
        answer.clone()
    }

    pub fn void(&mut self, key: &str, payment: &GatewayReference) -> Result<(), String> {
        let payment = self.payments.get_mut(&*payment.0).expect("only opened payments are voided");
        let answer = self.answers.entry(key.to_owned()).or_insert_with(|| match payment.paid {
            Paid::Captured(_) => Err("it is captured".into()),
            Paid::Waiting | Paid::Authorised => {
                payment.voids += 1;
                payment.paid = Paid::Voided;
                Ok(())
            }
            Paid::Voided => Ok(()),
        });
        answer.clone()
    }

    pub fn refund(&mut self, key: &str, payment: &GatewayReference, amount: Money) -> RefundAnswer {
        let payment = self.payments.get_mut(&*payment.0).expect("only opened payments are refunded");
        let failing = &mut self.refunds_fail;
        let answer = self.refund_answers.entry(key.to_owned()).or_insert_with(|| {
            if *failing > 0 {
                *failing -= 1;
                return RefundAnswer::Failed("the balance is empty".into());
            }
            assert!(payment.kept() >= amount.minor(), "more is refunded than was captured");
            payment.refunded.push(amount);
            RefundAnswer::Succeeded
        });
        answer.clone()
    }

    pub fn look(&self, payment: &GatewayReference) -> Sight {
        let payment = &self.payments[&*payment.0];
        Sight { paid: payment.paid, declined: payment.declined.clone(), refunds: vec![] }
    }
}
