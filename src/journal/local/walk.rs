//! Walks from record to record through one segment file, through a window that moves.
//!
//! It checks what one file can show: checksums, dense positions, and, where asked, the hash chain. Whether the place
//! where it stops is a clean end, a torn tail or damage is judged by those who know the neighbours.

use std::borrow::Borrow;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::segment::HEADER_BYTES;
use crate::journal::Position;
use crate::journal::codec::{self, Frame, Hash, Unreadable};

const WINDOW_BYTES: usize = 1 << 20;

/// Owns its file or borrows it.
pub(super) struct Walk<F> {
    pub file: F,
    window: Vec<u8>,
    window_bytes: usize,
    window_offset: u64,
    file_ended: bool,
    /// Of the next record.
    pub offset: u64,
    /// `None`: whatever comes first.
    pub expected: Option<Position>,
    pub chain: Chain,
}

/// How closely the hash chain is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Chain {
    /// The stored hashes are passed on as they are: their records' checksums vouch for them.
    Believed,
    /// Recomputed; `None`: the next record's predecessor is not known, those after it are checked.
    Checked(Option<Hash>),
}

/// Why there is no next record.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file ends here, or has a zero where a record would begin.
    NoMore,
    Bad(Unreadable),
    Io(io::Error),
}

impl<F: Borrow<File>> Walk<F> {
    /// From the first record of a segment on.
    pub fn new(file: F, first: Position, chain: Chain) -> Self {
        Self::from(file, HEADER_BYTES as u64, Some(first), chain)
    }

    /// From a record that is known to begin here.
    pub fn from(file: F, offset: u64, expected: Option<Position>, chain: Chain) -> Self {
        let window_bytes = WINDOW_BYTES;
        Self {
            file,
            window: Vec::new(),
            window_bytes,
            window_offset: offset,
            file_ended: false,
            offset,
            expected,
            chain,
        }
    }

    /// For those who want few records: read no more than this at once, unless a record is larger.
    pub fn with_window(mut self, bytes: usize) -> Self {
        self.window_bytes = bytes;
        self
    }

    /// The next record and where it begins.
    pub fn next(&mut self) -> Result<(u64, Frame<'_>), Stop> {
        let length = self.fill()?;
        let at = self.at();
        let offset = self.offset;
        let frame = codec::frame(&self.window[at..at + length]).map_err(Stop::Bad)?;
        if let Some(expected) = self.expected
            && frame.position != expected
        {
            return Err(Stop::Bad(Unreadable::Wrong(format!("record {} where {expected} belongs", frame.position))));
        }
        if let Chain::Checked(previous) = &mut self.chain {
            if previous.is_some_and(|previous| !frame.follows(&previous)) {
                let what = format!("record {} does not continue the hash chain", frame.position);
                return Err(Stop::Bad(Unreadable::Wrong(what)));
            }
            *previous = Some(frame.hash);
        }
        self.expected = Some(frame.position.next());
        self.offset += length as u64;
        Ok((offset, frame))
    }

    /// The length of the next record, with all of it in the window.
    fn fill(&mut self) -> Result<usize, Stop> {
        let mut needed = codec::HEADER_BYTES;
        loop {
            self.provide(needed).map_err(Stop::Io)?;
            let bytes = &self.window[self.at()..];
            if bytes.iter().take(codec::MARKER.len()).all(|&byte| byte == 0) {
                return Err(Stop::NoMore);
            }
            match codec::measure(bytes) {
                Ok(length) => return Ok(length),
                Err(Unreadable::Incomplete { needed: more }) if !self.file_ended => needed = more,
                Err(bad) => return Err(Stop::Bad(bad)),
            }
        }
    }

    /// Moves the window so that it holds `needed` bytes from here on, or all that there are.
    fn provide(&mut self, needed: usize) -> io::Result<()> {
        if self.window.len() - self.at() >= needed || self.file_ended {
            return Ok(());
        }
        self.window.drain(..self.at());
        self.window_offset = self.offset;
        let kept = self.window.len();
        self.window.resize(needed.max(self.window_bytes), 0);
        let mut filled = kept;
        while filled < self.window.len() {
            match self.file.borrow().read_at(&mut self.window[filled..], self.window_offset + filled as u64) {
                Ok(0) => {
                    self.file_ended = true;
                    break;
                }
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.window.truncate(filled);
        Ok(())
    }

    fn at(&self) -> usize {
        (self.offset - self.window_offset) as usize
    }
}
