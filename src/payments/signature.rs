//! HMAC-SHA256 over the parts of a message, written as hexadecimal digits, compared in constant time.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::secret::Secret;

const DIGEST_BYTES: usize = 32;

pub fn sign(secret: &Secret, parts: &[&[u8]]) -> String {
    let digest = digest(secret, parts).finalize().into_bytes();
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    let mut digits = String::with_capacity(2 * DIGEST_BYTES);
    for byte in digest {
        digits.extend([digit(byte >> 4), digit(byte & 0xF)]);
    }
    digits
}

pub fn is_signed(secret: &Secret, parts: &[&[u8]], signature: &str) -> bool {
    from_hex(signature).is_some_and(|claimed| digest(secret, parts).verify_slice(&claimed).is_ok())
}

fn digest(secret: &Secret, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut digest = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes keys of any length");
    for part in parts {
        digest.update(part);
    }
    digest
}

fn from_hex(text: &str) -> Option<[u8; DIGEST_BYTES]> {
    let digit = |letter: u8| char::from(letter).to_digit(16);
    let mut bytes = [0; DIGEST_BYTES];
    if text.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with another implementation of HMAC-SHA256.
    const SIGNATURE: &str = "fa41e278c1a2db4a74536e3d4c4249d5261617cbf45e267e9889ed3071c519cb";

    fn secret() -> Secret {
        Secret::new("whsec_understudy")
    }

    #[test]
    fn a_known_message_has_its_known_signature() {
        assert_eq!(sign(&secret(), &[b"1700000000", b".", b"{\"id\":\"evt_1\"}"]), SIGNATURE);
        assert!(is_signed(&secret(), &[b"1700000000.{\"id\":\"evt_1\"}"], SIGNATURE));
    }

    #[test]
    fn another_message_secret_or_length_is_not_signed() {
        let message: &[&[u8]] = &[b"1700000000.{\"id\":\"evt_1\"}"];
        assert!(!is_signed(&secret(), &[b"1700000001.{\"id\":\"evt_1\"}"], SIGNATURE));
        assert!(!is_signed(&Secret::new("whsec_other"), message, SIGNATURE));
        assert!(!is_signed(&secret(), message, &SIGNATURE[..62]));
        assert!(!is_signed(&secret(), message, &SIGNATURE[..63]));
        assert!(!is_signed(&secret(), message, ""));
        assert!(!is_signed(&secret(), message, "zz"));
        assert!(!is_signed(&secret(), message, "é"));
    }
}
