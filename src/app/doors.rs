//! Where callers can come in: the keys and the identity provider, opened at the start and looked after while serving.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;

use crate::access::{Customers, Key, KeyFile, KeyRing, KeySet, KeyUses, Role, Stamp};
use crate::config::{Auth, secret_file};
use crate::http::Doors;

/// A key that was made or revoked counts after this at the latest.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// So many looks pass between two writings of when keys were last used.
const LOOKS_PER_WRITING: u32 = 30;
/// So many looks pass between two calls to the identity provider for its keys, and after one that failed.
const LOOKS_PER_CALL: u32 = 300;
const LOOKS_AFTER_FAILURE: u32 = 10;

/// Keeps the doors as the files in the data directory say.
#[derive(Clone)]
pub struct DoorKeeper {
    pub doors: Doors,
    file: KeyFile,
    /// As it was when it was last read.
    keys_stamp: Option<Stamp>,
    /// Why it could not be read again, said once.
    keys_trouble: Option<String>,
    customers_stamp: Option<Stamp>,
    /// At which look the identity provider is asked for its keys: a provider that is called now and then, or a file that
    /// could not be read.
    next_call: u32,
    uses: Arc<Mutex<KeyUses>>,
}

impl DoorKeeper {
    /// The other half is the key that was made just now, to be shown to its owner once.
    pub fn open(auth: &Auth, dir: &Path) -> anyhow::Result<(Self, Option<String>)> {
        let file = KeyFile::of(dir);
        // The stamps come first: what changes between the two is read again.
        let keys_stamp = file.stamp()?;
        let records = file.read()?;
        let customers_stamp = stamp_of(Path::new(&auth.customer_jwks_file));
        let customers = customers(auth)?;
        // Last, when nothing here can refuse the start any more.
        let (bootstrap, new_key) = bootstrap_key(auth, dir)?;
        let own = Key::new(Role::Ops, None, blake3::hash(bootstrap.as_bytes()));
        let uses = KeyUses::of(dir);
        if keys_stamp.is_none() && uses.has_others_than(&own.id) {
            tracing::error!(
                "keys.json is missing, and keys were used here before: none of them opens anything now. Put it back from a \
                 copy, which counts within a second; where there is none, `understudy keys create` makes new ones"
            );
        }
        let keys = KeyRing::new(own);
        keys.replace(&records);
        let doors = Doors { keys, customers, public_sales: auth.public_sales };
        let uses = Arc::new(Mutex::new(uses));
        let (keys_trouble, next_call) = (None, 0);
        Ok((Self { doors, file, keys_stamp, keys_trouble, customers_stamp, next_call, uses }, new_key))
    }

    /// For as long as the system runs.
    pub async fn watch(mut self) {
        let mut looks = 0;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.look_at_keys();
            self.look_at_customers(looks).await;
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

    /// What could not be read is tried again each time: what cures that need not change the stamp.
    fn look_at_keys(&mut self) {
        let stamp = self.file.stamp().ok().flatten();
        if (stamp != self.keys_stamp || self.keys_trouble.is_some()) && self.read_keys() {
            self.keys_stamp = stamp;
        }
    }

    /// Whether it went well. A file that was there must be there: the keys of one that is gone were not revoked.
    fn read_keys(&mut self) -> bool {
        let read = if self.keys_stamp.is_some() { self.file.read_again() } else { self.file.read() };
        match read {
            Ok(records) => {
                self.keys_trouble = None;
                self.doors.keys.replace(&records);
                let live = records.iter().filter(|record| record.revoked_at.is_none()).count();
                tracing::info!(live, "the keys were read again");
                true
            }
            Err(error) => {
                let trouble = error.to_string();
                if self.keys_trouble.as_ref() != Some(&trouble) {
                    tracing::error!(%error, "the keys stay as they were, revoked ones too, until the file can be read");
                }
                self.keys_trouble = Some(trouble);
                false
            }
        }
    }

    /// A file is read when it has changed, a provider is called now and then.
    async fn look_at_customers(&mut self, looks: u32) {
        let Some(customers) = self.doors.customers.clone() else { return };
        match customers.key_set() {
            Some(KeySet::File(path)) => {
                let stamp = stamp_of(path);
                let is_new = stamp != self.customers_stamp;
                if is_new && looks >= self.next_call {
                    if read_again(customers).await {
                        self.customers_stamp = stamp;
                    } else {
                        self.next_call = looks.saturating_add(LOOKS_AFTER_FAILURE);
                    }
                }
            }
            Some(KeySet::Url(_)) if looks >= self.next_call => {
                let after = if read_again(customers).await { LOOKS_PER_CALL } else { LOOKS_AFTER_FAILURE };
                self.next_call = looks.saturating_add(after);
            }
            Some(KeySet::Url(_)) | None => {}
        }
    }
}

/// Whether it went well; if not, the keys stay as they were.
async fn read_again(customers: Customers) -> bool {
    match tokio::task::spawn_blocking(move || customers.refresh()).await {
        Ok(Ok(())) => {
            tracing::debug!("the identity provider's keys were read");
            return true;
        }
        Ok(Err(error)) => tracing::error!(%error, "the identity provider's keys stay as they were"),
        Err(error) => tracing::error!(%error, "the identity provider's keys were not read"),
    }
    false
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
    if !auth.customer_jwks_url.is_empty() {
        // It is called as soon as the server runs: a provider that is down keeps nobody from selling.
        return Ok(Some(Customers::with_key_set(issuer, audience, KeySet::Url(auth.customer_jwks_url.clone()))));
    }
    let customers = Customers::with_key_set(issuer, audience, KeySet::File((&auth.customer_jwks_file).into()));
    customers.refresh().context("the keys of the identity provider (`auth.customer_jwks_file`)")?;
    Ok(Some(customers))
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

#[cfg(test)]
mod tests {
    use std::fs::{self, File, FileTimes};
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::access::KeyRecord;
    use crate::config::{Secret, Settings};

    #[test]
    fn a_key_that_was_revoked_in_a_file_that_could_not_be_read_is_revoked_once_it_can() {
        let dir = tempfile::tempdir().expect("a directory");
        let (file, now) = (KeyFile::of(dir.path()), jiff::Timestamp::now());
        let (record, secret) = KeyRecord::of_secret([7; 32], Role::Storefront, None, None, now);
        let id = record.id.clone();
        file.add(record).expect("room");
        let auth = Settings::from::<&str, &str>(None, []).expect("the defaults are good").auth;
        let auth = Auth { bootstrap_key: Secret::new("k".repeat(32)), ..auth };
        let (mut keeper, _) = DoorKeeper::open(&auth, dir.path()).expect("doors");
        let is_live = |keeper: &DoorKeeper| keeper.doors.keys.find(secret.as_bytes(), 0).is_some();
        assert!(is_live(&keeper));

        file.revoke(&id, now).expect("revoked");
        let path = dir.path().join("keys.json");
        let revoked = fs::read(&path).expect("the file");
        let write = |bytes: &[u8]| {
            fs::write(&path, bytes).expect("written");
            let old = FileTimes::new().set_modified(UNIX_EPOCH);
            File::options().write(true).open(&path).and_then(|file| file.set_times(old)).expect("as old as before");
        };
        write(&vec![b'x'; revoked.len()]);
        keeper.look_at_keys();
        assert!(is_live(&keeper), "it cannot be read");
        write(&revoked);
        keeper.look_at_keys();
        assert!(!is_live(&keeper));
    }

    #[test]
    fn keys_whose_file_is_gone_stay_until_it_is_back() {
        let dir = tempfile::tempdir().expect("a directory");
        let (record, secret) = KeyRecord::of_secret([7; 32], Role::Storefront, None, None, jiff::Timestamp::now());
        let file = KeyFile::of(dir.path());
        file.add(record.clone()).expect("room");
        let auth = Settings::from::<&str, &str>(None, []).expect("the defaults are good").auth;
        let (mut keeper, _) = DoorKeeper::open(&auth, dir.path()).expect("doors");
        let is_live = |keeper: &DoorKeeper| keeper.doors.keys.find(secret.as_bytes(), 0).is_some();
        fs::remove_file(dir.path().join("keys.json")).expect("it was there");
        keeper.look_at_keys();
        assert!(is_live(&keeper) && keeper.keys_trouble.is_some());
        file.add(record.clone()).expect("it is back");
        file.revoke(&record.id, jiff::Timestamp::now()).expect("revoked");
        keeper.look_at_keys();
        assert!(!is_live(&keeper) && keeper.keys_trouble.is_none());
    }
}
