//! Amounts in Stripe's units. They are the currency's own minor units, except where Stripe says otherwise
//! (<https://docs.stripe.com/currencies>); what cannot be said exactly is refused, never rounded.

use iso_currency::Currency;

use crate::domain::money::Money;
use crate::payments::GatewayError;

/// How Stripe counts a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Units {
    /// In its minor units, which must be a multiple of this.
    InMultiplesOf(u64),
    /// In so many units per minor unit.
    Times(u64),
    /// In units of so many minor units.
    DividedBy(u64),
    NotKnown,
}

fn units(currency: Currency) -> Units {
    match (currency, currency.exponent()) {
        // No cents any more, but Stripe still counts them; they must be 00.
        (Currency::ISK, _) => Units::Times(100),
        // A fifth of an ariary is all there is below it; Stripe counts whole ones.
        (Currency::MGA, _) => Units::DividedBy(100),
        // Stripe's page counts it in whole shillings in one place and in hundredths in another. A guess would be wrong
        // by a factor of a hundred.
        (Currency::UGX, _) => Units::NotKnown,
        (_, Some(0 | 2)) => Units::InMultiplesOf(1),
        // The last digit must be 0.
        (_, Some(3)) => Units::InMultiplesOf(10),
        (_, Some(_) | None) => Units::NotKnown,
    }
}

/// An error says why not.
pub fn to_stripe(amount: Money, currency: Currency) -> Result<u64, String> {
    let minor = amount.minor();
    if minor == 0 {
        return Err("nothing is no amount to pay".into());
    }
    let exact = match units(currency) {
        Units::InMultiplesOf(step) => minor.is_multiple_of(step).then_some(minor),
        Units::Times(factor) => minor.checked_mul(factor),
        Units::DividedBy(factor) => minor.is_multiple_of(factor).then_some(minor / factor),
        Units::NotKnown => None,
    };
    let code = currency.code();
    exact.ok_or_else(|| format!("Stripe cannot take {minor} minor units of {code} exactly"))
}

/// `code`: as Stripe writes it, in small letters.
pub fn currency(code: &str) -> Result<Currency, GatewayError> {
    let not_known = || GatewayError::Misconfigured(format!("Stripe's currency {code:?} is not known here"));
    Currency::from_code(&code.to_ascii_uppercase()).ok_or_else(not_known)
}

/// Of an amount in the currency with this code.
pub fn from_stripe(amount: u64, code: &str) -> Result<Money, GatewayError> {
    let minor = match units(currency(code)?) {
        Units::InMultiplesOf(_) => Some(amount),
        Units::Times(factor) => amount.is_multiple_of(factor).then_some(amount / factor),
        Units::DividedBy(factor) => amount.checked_mul(factor),
        Units::NotKnown => None,
    };
    let not_exact = || GatewayError::Misconfigured(format!("Stripe's amount {amount} {code} is no whole minor unit"));
    minor.map(Money::from_minor).ok_or_else(not_exact)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both_ways(currency: Currency, minor: u64) -> Option<u64> {
        let amount = to_stripe(Money::from_minor(minor), currency).ok()?;
        let back = from_stripe(amount, &currency.code().to_ascii_lowercase());
        assert_eq!(back, Ok(Money::from_minor(minor)), "{currency:?}");
        Some(amount)
    }

    #[test]
    fn most_currencies_are_counted_in_their_minor_units() {
        assert_eq!(both_ways(Currency::EUR, 12_345), Some(12_345));
        assert_eq!(both_ways(Currency::JPY, 500), Some(500));
        assert_eq!(both_ways(Currency::XOF, 7), Some(7));
        // Whole units in payouts only.
        assert_eq!(both_ways(Currency::HUF, 1_045), Some(1_045));
        assert_eq!(both_ways(Currency::TWD, 80_045), Some(80_045));
    }

    #[test]
    fn nothing_is_no_amount() {
        assert_eq!(both_ways(Currency::EUR, 0), None);
        assert_eq!(from_stripe(0, "eur"), Ok(Money::ZERO));
    }

    #[test]
    fn the_last_of_three_decimals_must_be_zero() {
        assert_eq!(both_ways(Currency::KWD, 5_120), Some(5_120));
        assert_eq!(both_ways(Currency::KWD, 5_124), None);
    }

    #[test]
    fn what_stripe_counts_in_its_own_way_is_converted() {
        assert_eq!(both_ways(Currency::ISK, 5), Some(500));
        assert_eq!(both_ways(Currency::ISK, u64::MAX), None);
        assert!(from_stripe(550, "isk").is_err());
        assert_eq!(both_ways(Currency::MGA, 500), Some(5));
        assert_eq!(both_ways(Currency::MGA, 520), None);
    }

    #[test]
    fn what_is_not_clear_is_refused() {
        assert_eq!(both_ways(Currency::UGX, 500), None);
        assert!(from_stripe(500, "ugx").is_err());
        assert_eq!(both_ways(Currency::CLF, 500), None);
        assert!(from_stripe(500, "xyz").is_err());
    }
}
