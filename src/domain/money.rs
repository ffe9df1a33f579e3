//! Amounts of money: whole minor units, in a currency whose own exponent says what a minor unit is.

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

/// Minor units (cents for EUR, yen for JPY, fils for KWD). Never negative; sums are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(u64);

impl Money {
    pub const ZERO: Self = Self(0);
    /// The highest price of one ticket. Large enough for any currency; small enough that a hold's total cannot overflow.
    pub const PRICE_MAX: Self = Self(1_000_000_000_000);

    pub const fn from_minor(minor: u64) -> Self {
        Self(minor)
    }

    pub const fn minor(self) -> u64 {
        self.0
    }

    /// `None` where the sum would not fit.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// `None` where less than nothing would be left.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(rest) => Some(Self(rest)),
            None => None,
        }
    }

    /// `None` where the product would not fit.
    pub const fn checked_times(self, count: u32) -> Option<Self> {
        match self.0.checked_mul(count as u64) {
            Some(product) => Some(Self(product)),
            None => None,
        }
    }
}

/// The currency with this ISO 4217 code, in capitals, if there is one that has a minor unit defined.
pub fn currency(code: &str) -> Option<Currency> {
    Currency::from_code(code).filter(|currency| currency.exponent().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_have_their_own_exponent() {
        let exponent = |code| currency(code).and_then(|currency| currency.exponent());
        assert_eq!(exponent("JPY"), Some(0));
        assert_eq!(exponent("EUR"), Some(2));
        assert_eq!(exponent("KWD"), Some(3));
        assert_eq!(exponent("eur"), None);
        assert_eq!(exponent("XYZ"), None);
    }

    #[test]
    fn a_sum_that_does_not_fit_is_no_sum() {
        assert_eq!(Money::from_minor(u64::MAX).checked_add(Money::from_minor(1)), None);
        assert_eq!(Money::from_minor(u64::MAX).checked_times(2), None);
        assert_eq!(Money::ZERO.checked_sub(Money::from_minor(1)), None);
    }
}
