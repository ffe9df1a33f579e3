//! Who may come in: the keys that the operator hands out, with their roles, and the customers of its identity provider.
//!
//! Keys live in a small file of their own ([`KeyFile`]): neither in the journal, which is for ever, nor in the store, which
//! may be made anew. The server has them in memory ([`KeyRing`]) and reads the file again when it has changed. What a role
//! may call is not said here but in the table of routes.

mod customer_keys;
mod customers;
mod error;
mod key;
mod key_file;
mod key_ring;
mod key_set;
mod key_uses;
mod role;

pub use customers::{Customers, Identity, Refused};
pub use error::AccessError;
pub use key::{Key, KeyRecord};
pub use key_file::{KeyFile, Stamp};
pub use key_ring::KeyRing;
pub use key_set::KeySet;
pub use key_uses::KeyUses;
pub use role::Role;
