//! What the identity provider signs with: one shared secret, or the public keys of a JWKS.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

/// One key, and the one algorithm family it is good for: a public key must never be taken for a shared secret.
pub struct VerifyingKey {
    pub kid: Option<String>,
    pub algorithms: Vec<Algorithm>,
    pub key: DecodingKey,
}

pub fn of_secret(secret: &[u8]) -> Vec<VerifyingKey> {
    let key = DecodingKey::from_secret(secret);
    vec![VerifyingKey { kid: None, algorithms: vec![Algorithm::HS256], key }]
}

/// Keys that are for something else than signatures are passed over; that none is left is an error.
pub fn of_set(text: &[u8]) -> Result<Vec<VerifyingKey>, String> {
    let set: JwkSet = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let keys: Vec<VerifyingKey> = set.keys.iter().filter_map(verifying).collect();
    if keys.is_empty() { Err("it has no public key that signatures could be checked with".into()) } else { Ok(keys) }
}

fn verifying(jwk: &Jwk) -> Option<VerifyingKey> {
    if jwk.common.public_key_use.as_ref().is_some_and(|of| *of != PublicKeyUse::Signature) {
        return None;
    }
    if jwk.common.key_operations.as_ref().is_some_and(|all| !all.contains(&KeyOperations::Verify)) {
        return None;
    }
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let mut algorithms = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => vec![RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => vec![ES256],
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P384 => vec![ES384],
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => vec![EdDSA],
        AlgorithmParameters::EllipticCurve(_)
        | AlgorithmParameters::OctetKeyPair(_)
        | AlgorithmParameters::OctetKey(_) => return None,
        // The crate may come to know more kinds.
        _ => return None,
    };
    if let Some(named) = jwk.common.key_algorithm {
        let named = Algorithm::try_from(named).ok()?;
        algorithms.retain(|algorithm| *algorithm == named);
    }
    let key = DecodingKey::from_jwk(jwk).ok().filter(|_| !algorithms.is_empty())?;
    Some(VerifyingKey { kid: jwk.common.key_id.clone(), algorithms, key })
}

#[cfg(test)]
mod tests {
    use super::of_set;

    #[test]
    fn a_key_that_is_for_something_else_than_signatures_is_passed_over() {
        let set = |more: &str| {
            let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
            format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{x}"{more}}}]}}"#)
        };
        for good in ["", r#","use":"sig""#, r#","key_ops":["verify"]"#] {
            assert_eq!(of_set(set(good).as_bytes()).map(|keys| keys.len()), Ok(1), "{good}");
        }
        for other in [r#","use":"enc""#, r#","key_ops":["wrapKey"]"#] {
            assert!(of_set(set(other).as_bytes()).is_err(), "{other}");
        }
    }
}
