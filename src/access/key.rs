//! One key: what is kept of it, and what the server knows of it while it runs.
//!
//! The key itself is 256 random bits, shown once and kept nowhere. What is kept is its BLAKE3 hash: a slow hash protects
//! secrets that people choose and others can guess; nobody can go through 2^256 keys, however fast each try is, and every
//! request would pay for the slowness.

use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

use super::Role;
use crate::domain::Organiser;

/// A key as the file has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    /// The first digits of the hash: by this, people talk about the key.
    pub id: String,
    pub role: Role,
    /// `None`: for the whole house.
    pub organiser: Option<Organiser>,
    /// What it is used for, in the words of who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// 64 hexadecimal digits.
    pub hash: String,
    pub created_at: jiff::Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<jiff::Timestamp>,
}

/// A key that opens something.
#[derive(Debug)]
pub struct Key {
    pub id: Box<str>,
    pub role: Role,
    /// `None`: for the whole house.
    pub organiser: Option<Organiser>,
    pub hash: blake3::Hash,
    /// Seconds since 1970; 0: not since the server started.
    last_used: AtomicI64,
}

const ID_DIGITS: usize = 12;

/// What keys look like, so that they are recognised where they were left lying around.
const PREFIX: &str = "usk_";

impl Key {
    pub fn new(role: Role, organiser: Option<Organiser>, hash: blake3::Hash) -> Self {
        Self { id: id(hash).into(), role, organiser, hash, last_used: AtomicI64::new(0) }
    }

    pub(super) fn note_use(&self, seconds: i64) {
        // Written only when it changes: the line stays shared among the threads that serve.
        if self.last_used.load(Ordering::Relaxed) != seconds {
            self.last_used.store(seconds, Ordering::Relaxed);
        }
    }

    pub(super) fn last_used(&self) -> Option<i64> {
        Some(self.last_used.load(Ordering::Relaxed)).filter(|seconds| *seconds > 0)
    }

    pub(super) fn is_the_same(&self, other: &Self) -> bool {
        (self.hash, self.role, &self.organiser) == (other.hash, other.role, &other.organiser)
    }
}

impl KeyRecord {
    /// A record for this secret, and the key to hand out.
    pub fn of_secret(
        secret: [u8; 32],
        role: Role,
        organiser: Option<Organiser>,
        label: Option<String>,
        now: jiff::Timestamp,
    ) -> (Self, String) {
        let key = format!("{PREFIX}{}", blake3::Hash::from_bytes(secret).to_hex());
        let hash = blake3::hash(key.as_bytes());
        let record = Self {
            id: id(hash),
            role,
            organiser,
            label,
            hash: hash.to_hex().to_string(),
            created_at: now,
            revoked_at: None,
        };
        (record, key)
    }

    /// `None`: revoked. The hash was checked when the file was read.
    pub fn live(&self) -> Option<Key> {
        let hash = blake3::Hash::from_hex(&self.hash).ok()?;
        self.revoked_at.is_none().then(|| Key::new(self.role, self.organiser.clone(), hash))
    }
}

fn id(hash: blake3::Hash) -> String {
    hash.to_hex()[..ID_DIGITS].to_owned()
}
