//! `understudy keys`: handing out keys, and taking them back. A running server hears of it within a second.

use std::path::Path;

use anyhow::{Context, anyhow, ensure};
use clap::Subcommand;

use super::say::{note, say};
use crate::access::{AccessError, KeyFile, KeyRecord, KeyUses, Role};
use crate::app::JOURNAL_DIR;
use crate::config::secret_file;
use crate::domain::Organiser;

#[derive(Subcommand)]
pub enum Keys {
    /// Make a key and print it: this once, it is kept nowhere.
    Create {
        /// What it is for: storefront, box_office, organiser or ops.
        #[arg(long, value_parser = role)]
        role: Role,
        /// Whose shows and venues it reaches. A storefront or box office without one sells for the whole house.
        #[arg(long, value_parser = organiser)]
        organiser: Option<Organiser>,
        /// A note for people: where it is used.
        #[arg(long, value_parser = label)]
        label: Option<String>,
    },
    /// List all keys: by their ids, not by themselves.
    List,
    /// Take a key back, by its id.
    Revoke { id: String },
}

pub fn keys(data_dir: &Path, what: Keys) -> anyhow::Result<()> {
    let file = KeyFile::of(data_dir);
    match what {
        Keys::Create { role, organiser, label } => create(data_dir, &file, role, organiser, label),
        Keys::List => {
            must_be_there(data_dir)?;
            list(data_dir, &file)
        }
        Keys::Revoke { id } => {
            must_be_there(data_dir)?;
            file.revoke(&id, jiff::Timestamp::now())?;
            Ok(say(format_args!("revoked {id}"))?)
        }
    }
}

/// A directory whose name was mistyped must not pass for one without keys.
fn must_be_there(data_dir: &Path) -> anyhow::Result<()> {
    ensure!(
        data_dir.is_dir(),
        "there is no such directory as {}: --data says where the server keeps its",
        data_dir.display()
    );
    Ok(())
}

fn create(
    data_dir: &Path,
    file: &KeyFile,
    role: Role,
    organiser: Option<Organiser>,
    label: Option<String>,
) -> anyhow::Result<()> {
    match (role, &organiser) {
        (Role::Ops, Some(_)) => return Err(AccessError::OrganiserNotTaken.into()),
        (Role::Organiser, None) => return Err(AccessError::OrganiserNeeded { role: role.name() }.into()),
        (Role::Ops | Role::Storefront | Role::BoxOffice, None)
        | (Role::Organiser | Role::Storefront | Role::BoxOffice, Some(_)) => {}
    }
    // Keys may be handed out before the first start.
    std::fs::create_dir_all(data_dir).with_context(|| format!("the data directory {}", data_dir.display()))?;
    let secret = secret_file::random().context("random numbers from the system")?;
    let (record, key) = KeyRecord::of_secret(secret, role, organiser, label, jiff::Timestamp::now());
    let id = record.id.clone();
    file.add(record)?;
    if !data_dir.join(JOURNAL_DIR).exists() {
        let dir = data_dir.display();
        note(format_args!("{dir} has no journal yet: the key is good once a server has started with this directory"));
    }
    note(format_args!("key {id}: this is the only time that it is shown"));
    // It works already, so it must not go without a word, as other lines may.
    say(key).map_err(|error| anyhow!("nobody could read it ({error}): take it back with `understudy keys revoke {id}`"))
}

fn list(data_dir: &Path, file: &KeyFile) -> anyhow::Result<()> {
    let uses = KeyUses::of(data_dir);
    let (id, role, organiser, created, used, state) = ("ID", "ROLE", "ORGANISER", "CREATED", "LAST USED", "STATE");
    say(format_args!("{id:<14}{role:<12}{organiser:<26}{created:<22}{used:<22}{state:<9}LABEL"))?;
    for key in file.read()? {
        let (id, role) = (&key.id, key.role.name());
        let organiser = key.organiser.as_ref().map_or("-", Organiser::as_str);
        let used = uses.last_used(id).map_or_else(|| "-".to_owned(), seconds);
        let state = if key.revoked_at.is_some() { "revoked" } else { "live" };
        let (created, label) = (seconds(key.created_at), key.label.as_deref().unwrap_or(""));
        say(format_args!("{id:<14}{role:<12}{organiser:<26}{created:<22}{used:<22}{state:<9}{label}"))?;
    }
    Ok(())
}

fn seconds(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn role(text: &str) -> Result<Role, String> {
    let names = Role::ALL.map(Role::name).join(", ");
    Role::parse(text).ok_or_else(|| format!("there are {names}"))
}

fn organiser(text: &str) -> Result<Organiser, String> {
    let wrong = "1 to 64 small letters, digits, `-`, `_` and `.`, beginning with a letter or a digit";
    Organiser::parse(text).ok_or_else(|| wrong.to_owned())
}

fn label(text: &str) -> Result<String, String> {
    let is_line = (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if is_line { Ok(text.to_owned()) } else { Err("1 to 100 characters, on one line".to_owned()) }
}
