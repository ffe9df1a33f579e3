//! Where callers can come in: the keys and the identity provider, opened at the start and looked after while serving.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;

use crate::access::{Customers, Key, KeyFile, KeyRing, KeyUses, Role, Stamp};
use crate::config::{Auth, secret_file};
use crate::http::Doors;

/// A key that was made or revoked counts after this at the latest.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// So many looks pass between two writings of when keys were last used.
const LOOKS_PER_WRITING: u32 = 30;

/// Keeps the doors as the files in the data directory say.
#[derive(Clone)]
pub struct DoorKeeper {
    pub doors: Doors,
    file: KeyFile,
    /// As it was when it was last read.
    keys_stamp: Option<Stamp>,
    customers_stamp: Option<Stamp>,
    uses: Arc<Mutex<KeyUses>>,
}

impl DoorKeeper {
    /// The other half is the key that was made just now, to be shown to its owner once.
    pub fn open(auth: &Auth, dir: &Path) -> anyhow::Result<(Self, Option<String>)> {
        let (bootstrap, new_key) = bootstrap_key(auth, dir)?;
        let keys = KeyRing::new(Key::new(Role::Ops, None, blake3::hash(bootstrap.as_bytes())));
        let file = KeyFile::of(dir);
        // The stamps come first: what changes between the two is read again.
        let keys_stamp = file.stamp()?;
        keys.replace(&file.read()?);
        let customers_stamp = stamp_of(Path::new(&auth.customer_jwks_file));
        let doors = Doors { keys, customers: customers(auth)?, public_sales: auth.public_sales };
        let uses = Arc::new(Mutex::new(KeyUses::of(dir)));
        Ok((Self { doors, file, keys_stamp, customers_stamp, uses }, new_key))
    }

    /// For as long as the system runs.
    pub async fn watch(mut self) {
        let mut looks = 0;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let keys_stamp = self.file.stamp().ok().flatten();
            if keys_stamp != self.keys_stamp {
                self.read_keys();
                self.keys_stamp = keys_stamp;
            }
            let customers_stamp = self.doors.customers.as_ref().and_then(Customers::file).and_then(stamp_of);
            if customers_stamp != self.customers_stamp {
                self.read_customers();
                self.customers_stamp = customers_stamp;
            }
            looks += 1;
            if looks % LOOKS_PER_WRITING == 0 {
                self.keep_uses();
            }
        }
    }

    /// What cannot be written now is written later; nothing rests on it.
    pub fn keep_uses(&self) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = uses.keep(&self.doors.keys) {
            tracing::warn!(%error, "when keys were last used could not be written down");
        }
    }

    fn read_keys(&self) {
        match self.file.read() {
            Ok(records) => {
                self.doors.keys.replace(&records);
                let live = records.iter().filter(|record| record.revoked_at.is_none()).count();
                tracing::info!(live, "the keys were read again");
            }
            Err(error) => {
                tracing::error!(%error, "the keys stay as they were, revoked ones too, until the file can be read");
            }
        }
    }

    fn read_customers(&self) {
        match self.doors.customers.as_ref().map(Customers::refresh) {
            Some(Ok(())) => tracing::info!("the identity provider's keys were read again"),
            Some(Err(error)) => tracing::error!(%error, "the identity provider's keys stay as they were"),
            None => {}
        }
    }
}

/// `None`: there is no such file, or it cannot be looked at.
fn stamp_of(path: &Path) -> Option<Stamp> {
    Stamp::of(path).ok().flatten()
}

/// `None`: none is configured. The settings were checked for what goes together.
fn customers(auth: &Auth) -> anyhow::Result<Option<Customers>> {
    if auth.customer_issuer.is_empty() {
        return Ok(None);
    }
    let (issuer, audience) = (auth.customer_issuer.clone(), auth.customer_audience.clone());
    if !auth.customer_secret.is_empty() {
        return Ok(Some(Customers::with_secret(issuer, audience, auth.customer_secret.expose().as_bytes())));
    }
    let customers = Customers::with_file(issuer, audience, Path::new(&auth.customer_jwks_file));
    Ok(Some(customers.context("the keys of the identity provider (`auth.customer_jwks_file`)")?))
}

/// The configured key, or one that this server makes at its first start.
fn bootstrap_key(auth: &Auth, dir: &Path) -> anyhow::Result<(String, Option<String>)> {
    if !auth.bootstrap_key.is_empty() {
        return Ok((auth.bootstrap_key.expose().to_owned(), None));
    }
    let found = secret_file::read_or_create(dir, "bootstrap.key").context("the server's own key")?;
    let key = secret_file::hexadecimal(&found.secret);
    Ok((key.clone(), found.is_new.then_some(key)))
}
