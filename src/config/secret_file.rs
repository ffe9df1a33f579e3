//! Secrets that the server makes for itself and must find again: one file each, readable by its owner alone.
//!
//! They are 256 bits from the operating system. A file that is there but makes no sense is an error, never a reason to
//! make a new one: with another secret, every hold token that was given out would be void.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::rand::{GetRandomFlags, getrandom};

/// With it, hold tokens are sealed.
pub const HOLD_TOKENS: &str = "hold-tokens.secret";
/// With it, the simulated provider signs what it says.
pub const SIMULATED_WEBHOOKS: &str = "simulated-webhooks.secret";

/// The file's secret, and whether it was made just now.
pub struct Found {
    pub secret: [u8; 32],
    pub is_new: bool,
}

/// Reads the secret of this name in the folder, or makes one. The folder must exist.
pub fn read_or_create(dir: &Path, name: &str) -> io::Result<Found> {
    if let Some(secret) = read(dir, name)? {
        return Ok(Found { secret, is_new: false });
    }
    let secret = random()?;
    match write(dir, name, &hexadecimal(&secret)) {
        Ok(()) => Ok(Found { secret, is_new: true }),
        Err(error) => match read(dir, name)? {
            // Another start was faster: its secret counts.
            Some(secret) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Found { secret, is_new: false }),
            Some(_) | None => Err(of_file(&dir.join(name), &error)),
        },
    }
}

/// `None`: there is none yet.
pub fn read(dir: &Path, name: &str) -> io::Result<Option<[u8; 32]>> {
    let path = dir.join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => match blake3::Hash::from_hex(text.trim()) {
            Ok(secret) => Ok(Some(*secret.as_bytes())),
            Err(_) => Err(not_a_secret(&path)),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => Err(leads_nowhere(&path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(of_file(&path, &error)),
    }
}

/// 64 digits.
pub fn hexadecimal(secret: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*secret).to_hex().as_str().to_owned()
}

pub fn random() -> io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    // Up to 256 bytes come whole or not at all.
    let count = getrandom(&mut bytes, GetRandomFlags::empty())?;
    assert_eq!(count, bytes.len(), "the kernel gives small amounts in one piece");
    Ok(bytes)
}

/// Written beside and linked into place: a crash leaves the whole file or none, and what is there is never replaced.
fn write(dir: &Path, name: &str, text: &str) -> io::Result<()> {
    let draft = dir.join(format!("{name}.{}.draft", std::process::id()));
    let written = write_draft(&draft, text).and_then(|()| std::fs::hard_link(&draft, dir.join(name)));
    let removed = std::fs::remove_file(&draft);
    // What went wrong first says more than that there is no draft to be removed.
    written.and(removed)?;
    File::open(dir)?.sync_all()
}

fn write_draft(draft: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(draft)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

fn of_file(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn not_a_secret(path: &Path) -> io::Error {
    let what = format!("{} is not 64 hexadecimal digits; put it back from a copy", path.display());
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn leads_nowhere(path: &Path) -> io::Error {
    let what = "is a link to nothing: put back what it leads to, or remove the link, and a new secret is made";
    io::Error::new(io::ErrorKind::NotFound, format!("{} {what}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_found_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let first = read_or_create(dir.path(), "key").expect("made");
        let again = read_or_create(dir.path(), "key").expect("found");
        assert!(first.is_new && !again.is_new);
        assert_eq!(first.secret, again.secret);
        assert_ne!(first.secret, read_or_create(dir.path(), "other").expect("made").secret);
        let mode = dir.path().join("key").metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn those_who_start_at_once_have_one_secret() {
        let dir = tempfile::tempdir().expect("a folder");
        write(dir.path(), "key", &hexadecimal(&[1; 32])).expect("the first");
        let slower = write(dir.path(), "key", &hexadecimal(&[2; 32]));
        assert_eq!(slower.map_err(|error| error.kind()), Err(io::ErrorKind::AlreadyExists));
        assert_eq!(read_or_create(dir.path(), "key").expect("found").secret, [1; 32]);
        assert_eq!(dir.path().read_dir().expect("a folder").count(), 1, "no draft stays");
    }

    #[test]
    fn a_damaged_file_is_not_replaced() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("key"), "half of it").expect("written");
        let error = read_or_create(dir.path(), "key").map(|found| found.is_new).expect_err("damaged");
        assert!(error.to_string().contains("64 hexadecimal digits"), "{error}");
        assert_eq!(std::fs::read_to_string(dir.path().join("key")).expect("still there"), "half of it");
    }

    #[test]
    fn a_link_to_nothing_is_an_error() {
        let dir = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink(dir.path().join("nowhere"), dir.path().join("key")).expect("a link");
        let error = read_or_create(dir.path(), "key").map(|found| found.is_new).expect_err("it leads nowhere");
        assert!(error.to_string().contains("a link to nothing"), "{error}");
        assert_eq!(dir.path().read_dir().expect("a folder").count(), 1, "no draft stays");
    }

    #[test]
    fn where_no_draft_can_be_written_the_reason_is_told() {
        let dir = tempfile::tempdir().expect("a folder");
        let draft = dir.path().join(format!("key.{}.draft", std::process::id()));
        std::fs::create_dir(&draft).expect("a folder");
        let error = read_or_create(dir.path(), "key").map(|found| found.is_new).expect_err("the draft is in the way");
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory, "{error}");
    }
}
