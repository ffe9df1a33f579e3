//! Customers who come with a token (JWT) of the operator's identity provider: they are who the token says they are.
//!
//! Signature, issuer, audience and expiry are checked; the subject is the customer's id. Nothing is fetched from anywhere
//! while a request waits.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use jsonwebtoken::{Validation, decode, decode_header};
use serde::Deserialize;
use thiserror::Error;

use super::customer_keys::{VerifyingKey, of_secret};
use super::{AccessError, KeySet};
use crate::domain::CustomerId;

/// For clocks that do not agree.
const LEEWAY_SECONDS: i64 = 30;
/// A longer one is no token of a customer, and would only cost time.
const TOKEN_BYTES_MAX: usize = 8 << 10;

/// What every token must say.
const CLAIMS: [&str; 4] = ["exp", "iss", "aud", "sub"];

/// Cheap to clone.
#[derive(Clone)]
pub struct Customers(Arc<Inner>);

struct Inner {
    issuer: String,
    audience: String,
    /// `None`: a shared secret.
    key_set: Option<KeySet>,
    keys: RwLock<Vec<VerifyingKey>>,
}

/// A customer, as the identity provider knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub customer_id: CustomerId,
    /// By then their token has expired for everybody's clock; in seconds since 1970.
    pub expires_at_seconds: i64,
    /// Of issuer and subject: what is remembered for this customer is nobody else's.
    pub hash: blake3::Hash,
}

/// Why a token opens nothing. Said to the caller: it can be told apart by whoever made the token only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    #[error("this is not a token that can be read")]
    Unreadable,
    #[error("this token has no claim `{0}`, which is needed here")]
    Missing(&'static str),
    #[error("the signature of this token is none of the identity provider that is trusted here")]
    Signature,
    #[error("this token is of another issuer, or for another audience")]
    NotForHere,
    #[error("this token has expired, or is not valid yet")]
    Time,
    #[error(
        "the subject of this token cannot be a customer: it must have 1 to 128 characters, none of them a control character"
    )]
    Subject,
}

#[derive(Deserialize)]
struct Claims {
    sub: Option<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
}

impl Customers {
    /// Of a provider that signs with a shared secret (HS256).
    pub fn with_secret(issuer: String, audience: String, secret: &[u8]) -> Self {
        Self(Arc::new(Inner { issuer, audience, key_set: None, keys: RwLock::new(of_secret(secret)) }))
    }

    /// Of a provider with public keys. There are none before the first [refresh](Self::refresh).
    pub fn with_key_set(issuer: String, audience: String, key_set: KeySet) -> Self {
        Self(Arc::new(Inner { issuer, audience, key_set: Some(key_set), keys: RwLock::default() }))
    }

    pub fn key_set(&self) -> Option<&KeySet> {
        self.0.key_set.as_ref()
    }

    /// Reads the public keys again; blocks for a while. What is wrong with them leaves the keys as they were.
    pub fn refresh(&self) -> Result<(), AccessError> {
        if let Some(key_set) = self.key_set() {
            let keys = key_set.read()?;
            *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        }
        Ok(())
    }

    pub fn identify(&self, token: &[u8], now_seconds: i64) -> Result<Identity, Refused> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(Refused::Unreadable);
        }
        let header = decode_header(token).map_err(|_| Refused::Unreadable)?;
        // Whoever made it wants it refused where these extensions are not understood: none is here.
        if header.crit.is_some() {
            return Err(Refused::Unreadable);
        }
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        let mut refused = Refused::Signature;
        for key in keys.iter().filter(|key| header.kid.is_none() || key.kid.is_none() || key.kid == header.kid) {
            match decode::<Claims>(token, &key.key, &self.rules(key)) {
                Ok(data) => return self.identity(data.claims, now_seconds),
                Err(error) => refused = worse(refused, error.kind()),
            }
        }
        Err(refused)
    }

    fn rules(&self, key: &VerifyingKey) -> Validation {
        let mut rules = Validation::new(key.algorithms[0]);
        rules.algorithms.clone_from(&key.algorithms);
        rules.set_issuer(&[&self.0.issuer]);
        rules.set_audience(&[&self.0.audience]);
        rules.set_required_spec_claims(&CLAIMS);
        // Against the clock that is handed in, below.
        rules.validate_exp = false;
        rules
    }

    fn identity(&self, claims: Claims, now_seconds: i64) -> Result<Identity, Refused> {
        let sub = claims.sub.ok_or(Refused::Missing("sub"))?;
        let exp = claims.exp.ok_or(Refused::Missing("exp"))?;
        let now = now_seconds as f64;
        let leeway = LEEWAY_SECONDS as f64;
        // A number that is none is never in order.
        let is_live = now < exp + leeway && claims.nbf.is_none_or(|from| from <= now + leeway);
        if !is_live {
            return Err(Refused::Time);
        }
        let customer_id = CustomerId::parse(&sub).ok_or(Refused::Subject)?;
        let mut hasher = blake3::Hasher::new();
        for part in ["customer", self.0.issuer.as_str(), sub.as_str()] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        // The whole second that is not before the end; what is beyond all seconds is the last of them.
        let expires_at_seconds = (exp + leeway).ceil() as i64;
        Ok(Identity { customer_id, expires_at_seconds, hash: hasher.finalize() })
    }
}

/// A token that was signed rightly and is wrong otherwise says more than that other keys have not signed it.
fn worse(so_far: Refused, error: &jsonwebtoken::errors::ErrorKind) -> Refused {
    use jsonwebtoken::errors::ErrorKind;
    match error {
        ErrorKind::InvalidIssuer | ErrorKind::InvalidAudience => Refused::NotForHere,
        ErrorKind::MissingRequiredClaim(name) => {
            let known = CLAIMS.into_iter().find(|known| known == name);
            known.map_or(Refused::Unreadable, Refused::Missing)
        }
        ErrorKind::Json(_) => Refused::Unreadable,
        _ => so_far,
    }
}

impl fmt::Debug for Customers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customers")
            .field("issuer", &self.0.issuer)
            .field("audience", &self.0.audience)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
