//! Hold tokens: who has one may extend, release or confirm the hold.
//!
//! A token is a keyed hash of the hold's id under a secret of the installation: a repeated answer can carry it again,
//! and nothing that could open a hold is in the log. Tokens do not expire by themselves; their holds do.

use std::fmt;

use crate::domain::HoldId;

/// Makes and checks the tokens of one installation.
#[derive(Clone)]
pub struct HoldTokens {
    secret: [u8; 32],
}

impl HoldTokens {
    pub fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    /// 64 hexadecimal digits.
    pub fn token(&self, hold: HoldId) -> String {
        self.hash(hold).to_hex().as_str().to_owned()
    }

    /// In constant time, so that a token cannot be found digit by digit.
    pub fn is_token_of(&self, hold: HoldId, token: &[u8]) -> bool {
        // Comparing two `blake3::Hash` is what takes constant time.
        blake3::Hash::from_hex(token).is_ok_and(|given| given == self.hash(hold))
    }

    fn hash(&self, hold: HoldId) -> blake3::Hash {
        blake3::keyed_hash(&self.secret, hold.0.as_bytes())
    }
}

impl fmt::Debug for HoldTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HoldTokens(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const HOLD: HoldId = HoldId(Uuid::from_u128(7));

    #[test]
    fn a_token_opens_its_own_hold_only() {
        let tokens = HoldTokens::new([1; 32]);
        let token = tokens.token(HOLD);
        assert!(tokens.is_token_of(HOLD, token.as_bytes()));
        assert!(!tokens.is_token_of(HoldId(Uuid::from_u128(8)), token.as_bytes()));
        assert!(!tokens.is_token_of(HOLD, b"not hexadecimal"));
        assert!(!tokens.is_token_of(HOLD, &token.as_bytes()[..63]));
    }

    #[test]
    fn a_token_is_the_same_every_time_and_another_one_in_another_installation() {
        let tokens = HoldTokens::new([1; 32]);
        assert_eq!(tokens.token(HOLD), tokens.token(HOLD));
        assert_ne!(tokens.token(HOLD), HoldTokens::new([2; 32]).token(HOLD));
    }

    #[test]
    fn the_secret_is_not_shown() {
        assert_eq!(format!("{:?}", HoldTokens::new([1; 32])), "HoldTokens(secret)");
    }
}
