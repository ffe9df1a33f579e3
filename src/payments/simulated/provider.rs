//! What the simulated provider does: each call decided over the book, recorded in the file, then applied. The same key
//! finds its effect done.

use std::collections::BTreeMap;
use std::path::Path;

use ahash::HashMap;

use super::book::Book;
use super::change::{Change, Payment};
use super::file::BookFile;
use super::{SimulatedError, SimulatedOptions};
use crate::domain::money::Money;
use crate::payments::{
    Authorise, CaptureOrVoid, GatewayError, PaymentStatus, Reference, Refund, RefundState, RefundStatus, StepKey,
};

/// Keys whose tries are counted, for the faults drawn. Past this the counting starts anew.
const ATTEMPTS_MAX: usize = 100_000;

#[derive(Debug)]
pub struct Provider {
    pub book: Book,
    file: Option<BookFile>,
    effects: Option<BTreeMap<StepKey, u32>>,
    attempts: HashMap<Box<str>, u32>,
}

type Decided = Result<Option<Change>, GatewayError>;

impl Provider {
    pub fn open(options: &SimulatedOptions, path: Option<&Path>) -> Result<Self, SimulatedError> {
        let mut provider = Self {
            book: Book::new(options.payments_max),
            file: None,
            effects: options.counts_effects.then(BTreeMap::new),
            attempts: HashMap::default(),
        };
        if let Some(path) = path {
            let file = BookFile::open(path, |change| provider.apply(&change));
            let file = file.map_err(|error| SimulatedError::File { path: path.to_owned(), error })?;
            provider.file = Some(file);
        }
        Ok(provider)
    }

    pub fn effects(&self) -> BTreeMap<StepKey, u32> {
        self.effects.clone().unwrap_or_default()
    }

    /// How often a call or a buyer's try of this name came before.
    pub fn attempt(&mut self, name: &str) -> u32 {
        if self.attempts.len() >= ATTEMPTS_MAX {
            self.attempts.clear();
        }
        let attempts = self.attempts.entry(name.into()).or_default();
        *attempts += 1;
        *attempts - 1
    }

    pub fn payment(&self, payment: &Reference) -> Result<&Payment, GatewayError> {
        let unknown = || GatewayError::Misconfigured(format!("there is no payment {}", payment.0));
        self.book.get(payment).ok_or_else(unknown)
    }

    pub fn authorise(&mut self, request: Authorise, status: PaymentStatus) -> Decided {
        let Authorise { key, checkout, amount, currency, description: _ } = request;
        let payment = reference("sim_pay", &key);
        if let Some(known) = self.book.get(&payment) {
            let same = known.checkout == checkout && known.amount == amount && known.currency == currency;
            return if same { Ok(None) } else { Err(other_request(&key)) };
        }
        if amount == Money::ZERO {
            return Err(nothing());
        }
        if !self.book.has_room() {
            return Err(GatewayError::Unavailable("too many payments have not ended".into()));
        }
        let as_opened =
            Payment { checkout, amount, currency, status, declines: 0, declined: None, refunds: Vec::new() };
        self.record(Change::Opened { key, payment, as_opened })
    }

    pub fn capture(&mut self, request: CaptureOrVoid) -> Decided {
        let payment = self.payment(&request.payment)?;
        if payment.amount != request.amount || payment.currency != request.currency {
            return Err(other_request(&request.key));
        }
        match payment.status {
            PaymentStatus::Captured => Ok(None),
            PaymentStatus::Waiting => Err(GatewayError::Declined("the buyer has not paid yet".into())),
            PaymentStatus::Voided => Err(GatewayError::Declined("the payment was voided".into())),
            PaymentStatus::Authorised => self.record(Change::Captured { key: request.key, payment: request.payment }),
        }
    }

    pub fn void(&mut self, request: CaptureOrVoid) -> Decided {
        match self.payment(&request.payment)?.status {
            PaymentStatus::Voided => Ok(None),
            PaymentStatus::Captured => Err(GatewayError::Declined("the payment was captured; refund it".into())),
            PaymentStatus::Waiting | PaymentStatus::Authorised => {
                self.record(Change::Voided { key: request.key, payment: request.payment })
            }
        }
    }

    /// `status`: what becomes of the refund if it is a new one.
    pub fn refund(&mut self, request: Refund, status: RefundStatus) -> Decided {
        let payment = self.payment(&request.payment)?;
        let refund = reference("sim_ref", &request.key);
        if let Some(known) = payment.refunds.iter().find(|known| known.refund == refund) {
            return if known.amount == request.amount { Ok(None) } else { Err(other_request(&request.key)) };
        }
        if payment.currency != request.currency {
            return Err(other_request(&request.key));
        }
        if request.amount == Money::ZERO {
            return Err(nothing());
        }
        match payment.refunded().checked_add(request.amount) {
            Some(sum) if sum <= payment.captured() => {}
            Some(_) | None => return Err(GatewayError::Declined("more than was captured and is left".into())),
        }
        let refund = RefundState { refund, key: Some(request.key.clone()), amount: request.amount, status };
        self.record(Change::Refunded { key: request.key, payment: request.payment, refund })
    }

    /// The buyer's try to pay: `declined` says why it fails, if it does. Nothing happens to a payment that does not wait.
    pub fn pay(&mut self, payment: &Reference, declined: Option<&str>) -> Decided {
        match self.payment(payment)?.status {
            PaymentStatus::Authorised | PaymentStatus::Captured | PaymentStatus::Voided => Ok(None),
            PaymentStatus::Waiting => self.record(match declined {
                Some(reason) => Change::TryDeclined { payment: payment.clone(), reason: reason.into() },
                None => Change::Paid { payment: payment.clone() },
            }),
        }
    }

    pub fn end_refund(&mut self, payment: &Reference, refund: &Reference, status: RefundStatus) -> Decided {
        let mut refunds = self.payment(payment)?.refunds.iter();
        if !refunds.any(|known| known.refund == *refund && known.status == RefundStatus::Pending) {
            return Ok(None);
        }
        self.record(Change::RefundEnded { payment: payment.clone(), refund: refund.clone(), status })
    }

    /// Whether the file has all that was done.
    pub fn is_written(&self) -> bool {
        self.file.as_ref().is_none_or(BookFile::is_written)
    }

    /// Before anybody hears of what was done.
    pub fn write(&mut self) -> Result<(), GatewayError> {
        match &mut self.file {
            Some(file) if !file.is_written() => file.write().map_err(|error| GatewayError::Unknown(not_written(error))),
            Some(_) | None => Ok(()),
        }
    }

    fn record(&mut self, change: Change) -> Decided {
        if let Some(file) = &mut self.file {
            file.append(&change).map_err(|error| GatewayError::Unavailable(not_written(error)))?;
        }
        self.apply(&change);
        self.rewrite_file();
        Ok(Some(change))
    }

    fn apply(&mut self, change: &Change) {
        if let (Some(effects), Some(key)) = (&mut self.effects, change.key()) {
            *effects.entry(key.clone()).or_default() += 1;
        }
        self.book.apply(change);
    }

    fn rewrite_file(&mut self) {
        let Self { book, file, .. } = self;
        let Some(file) = file.as_mut().filter(|file| file.is_worth_rewriting(book.len())) else { return };
        let kept = |(payment, state): (&Reference, &Payment)| Change::Kept {
            payment: payment.clone(),
            as_kept: state.clone(),
        };
        // The old file is whole as long as the new one is not in its place.
        if let Err(error) = file.rewrite(book.iter().map(kept)) {
            tracing::warn!(%error, "the simulated provider's file was not written anew; it goes on growing");
        }
    }
}

fn not_written(error: std::io::Error) -> String {
    format!("the simulated provider's file: {error}")
}

fn other_request(key: &StepKey) -> GatewayError {
    GatewayError::Misconfigured(format!("not the request that was first made under {}", key.0))
}

fn nothing() -> GatewayError {
    GatewayError::Misconfigured("nothing is no amount to pay".into())
}

/// Follows from the key alone: the same key names the same payment or refund in every run.
pub fn reference(prefix: &str, key: &StepKey) -> Reference {
    let digits = blake3::hash(key.0.as_bytes()).to_hex();
    Reference(format!("{prefix}_{}", &digits[..32]).into())
}
