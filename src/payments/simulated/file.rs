//! The provider's book on disk: one line of JSON per change, written before anybody hears of the change, so that a restart
//! finds every payment again. It outlives the process, not the machine's power: there is no money behind it.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::change::Change;

const LINES_SPARE: usize = 10_000;

#[derive(Debug)]
pub struct BookFile {
    path: PathBuf,
    file: File,
    bytes: u64,
    lines: usize,
    /// Beyond four per remembered payment, that are worth writing the file anew.
    lines_spare: usize,
    /// Lines that are still to be written, all in one.
    unwritten: Vec<u8>,
    has_failed: bool,
    /// After a line that can be neither written nor taken back.
    is_broken: bool,
}

impl BookFile {
    /// Hands over every change in order. What comes after a line that makes no sense is cut off, aloud, with a copy set
    /// aside; a last line without an end was interrupted, and never counted.
    pub fn open(path: &Path, mut each: impl FnMut(Change)) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut book = Self::new(path.to_owned(), file);
        let length = book.file.metadata()?.len();
        let mut reader = BufReader::new(&book.file);
        let mut line = Vec::new();
        let mut is_damaged = false;
        while reader.read_until(b'\n', &mut line)? > 0 {
            match serde_json::from_slice(&line) {
                Ok(change) if line.ends_with(b"\n") => each(change),
                Ok(_) => break,
                Err(_) => {
                    is_damaged = line.ends_with(b"\n") || line.contains(&0);
                    break;
                }
            }
            book.bytes += line.len() as u64;
            book.lines += 1;
            line.clear();
        }
        if is_damaged {
            let copies = (1..).map(|number| path.with_extension(format!("damaged-{number}")));
            let aside = copies.into_iter().find(|copy| !copy.exists()).expect("numbers do not end");
            std::fs::copy(path, &aside)?;
            tracing::warn!(
                file = %path.display(), line = book.lines + 1, bytes_cut = length - book.bytes, copy = %aside.display(),
                "the simulated provider's file is damaged: it forgets what comes after"
            );
        }
        if book.bytes < length {
            book.file.set_len(book.bytes)?;
        }
        Ok(book)
    }

    fn new(path: PathBuf, file: File) -> Self {
        Self {
            path,
            file,
            bytes: 0,
            lines: 0,
            lines_spare: LINES_SPARE,
            unwritten: Vec::new(),
            has_failed: false,
            is_broken: false,
        }
    }

    /// A change that is to be written. After a failure none is taken before all that were taken are written.
    pub fn append(&mut self, change: &Change) -> io::Result<()> {
        if self.has_failed {
            self.write()?;
        }
        self.unwritten.extend(line(change)?);
        self.lines += 1;
        Ok(())
    }

    pub fn is_written(&self) -> bool {
        self.unwritten.is_empty()
    }

    pub fn write(&mut self) -> io::Result<()> {
        if self.is_broken {
            return Err(io::Error::other("an earlier line could not be taken back"));
        }
        let written = self.file.write_all(&self.unwritten);
        self.has_failed = written.is_err();
        if self.has_failed {
            // Half a line must not stand before the next one.
            self.is_broken = self.file.set_len(self.bytes).is_err();
            return written;
        }
        self.bytes += self.unwritten.len() as u64;
        self.unwritten.clear();
        Ok(())
    }

    pub fn is_worth_rewriting(&self, payments: usize) -> bool {
        self.lines > payments * 4 + self.lines_spare
    }

    /// Written beside and moved into place, with all that was still to be written.
    pub fn rewrite(&mut self, changes: impl Iterator<Item = Change>) -> io::Result<()> {
        let draft = self.path.with_extension("draft");
        let rewritten = self.rewrite_by(&draft, changes);
        if rewritten.is_err() {
            // A full disk has better uses for it. The next try comes after as many lines again.
            let _ = std::fs::remove_file(&draft);
            self.lines_spare += LINES_SPARE;
        }
        rewritten
    }

    fn rewrite_by(&mut self, draft: &Path, changes: impl Iterator<Item = Change>) -> io::Result<()> {
        let mut writer = BufWriter::new(File::create(draft)?);
        let (mut bytes, mut lines) = (0, 0);
        for change in changes {
            let line = line(&change)?;
            writer.write_all(&line)?;
            bytes += line.len() as u64;
            lines += 1;
        }
        writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_data()?;
        let file = OpenOptions::new().append(true).open(draft)?;
        std::fs::rename(draft, &self.path)?;
        *self = Self { bytes, lines, ..Self::new(std::mem::take(&mut self.path), file) };
        Ok(())
    }
}

fn line(change: &Change) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(change).map_err(io::Error::other)?;
    line.push(b'\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::Reference;

    #[test]
    fn what_could_not_be_written_is_not_forgotten_and_nothing_comes_after_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("simulated.jsonl");
        let change = Change::Paid { payment: Reference("sim_pay_1".into()) };
        let mut book = BookFile::open(&path, |_| {}).expect("a new file");
        let whole = std::mem::replace(&mut book.file, File::open(&path).expect("to read only"));
        book.append(&change).expect("it is to be written");
        assert!(book.write().is_err());
        assert!(!book.is_written());
        assert!(book.append(&change).is_err());
        (book.file, book.is_broken) = (whole, false);
        book.append(&change).expect("the disk is back");
        book.write().expect("the disk is back");
        let mut changes = 0;
        BookFile::open(&path, |_| changes += 1).expect("it is there");
        assert_eq!(changes, 2);
    }
}
