//! Finds out, at boot, what a journal's directory holds: which segments, up to where, and the heads of its streams.
//!
//! It decides what may be repaired (a torn tail, a table of heads) and what may not (everything else), and it changes
//! nothing but a torn tail. The last segment is always read whole; those before it newest first within a budget, and
//! further back only where the table of heads does not reach.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use super::checkpoint::{self, Checkpoint};
use super::disk::Disk;
use super::error::OpenError;
use super::options::Options;
use super::scan::{Scan, on_all_cores, scan};
use super::segment::{self, BadHeader, FORMAT, HEADER_BYTES, Header, Segment, UNNAMED};
use super::tail::{self, Tail};
use super::walk::{Chain, Stop, Walk};
use super::writer::Active;
use crate::journal::Position;
use crate::journal::codec::{HASH_OF_NOTHING, Hash};
use crate::journal::streams::Heads;

/// What was found.
pub(super) struct Recovered {
    pub segments: Vec<Arc<Segment>>,
    pub end: Position,
    pub hash: Hash,
    /// Of the last record.
    pub epoch: u64,
    /// Where the next record goes in the last segment.
    pub offset: u64,
    pub heads: Heads,
    pub opening: Opening,
}

impl Recovered {
    /// The last segment, for going on with it.
    pub fn active(&self, disk: &Disk) -> io::Result<Active> {
        let segment = Arc::clone(self.segments.last().expect("a journal has a segment"));
        let file = disk.open_for_writing(&segment::name(segment.header.first))?;
        Ok(Active { segment, file, offset: self.offset, spare_asked_for: false })
    }
}

/// What opening a journal found and did, for the log and for whoever decides what to do next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// There was no journal: it begins now. Whoever knows better should refuse to go on.
    pub created: bool,
    pub end: Position,
    /// What the records written from now on carry.
    pub epoch: u64,
    pub segments: usize,
    pub torn_tail: Option<TornTail>,
    /// Why the table of heads could not be used and all segments were read.
    pub heads_rebuilt: Option<String>,
    /// Only where [`Options::end_may_be_lost`] is set: the position up to which acknowledged commits are missing.
    pub lost_up_to: Option<Position>,
    pub bytes_checked: u64,
    /// Left to [`super::LocalJournal::scrub`].
    pub bytes_unchecked: u64,
}

/// The rest of an interrupted write, acknowledged to nobody, that was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornTail {
    pub file: PathBuf,
    pub offset: u64,
    pub bytes: u64,
}

struct Found {
    segment: Segment,
    file: File,
    bytes: u64,
}

/// `None`: there is no journal here yet.
pub(super) fn recover(disk: &Disk, options: &Options) -> Result<Option<Recovered>, OpenError> {
    let io = OpenError::io(&disk.dir);
    remove_unnamed(disk).map_err(&io)?;
    let found = headers(disk)?;
    let (checkpoint, mut unusable) = match Checkpoint::read(disk) {
        Ok(Some(checkpoint)) => (checkpoint, None),
        Ok(None) => (Checkpoint::default(), Some("there is none".to_owned())),
        Err(what) => (Checkpoint::default(), Some(what)),
    };
    let mut witnessed = checkpoint.position;
    if found.is_empty() {
        return if witnessed == Position::ZERO { Ok(None) } else { Err(lost(disk, witnessed, Position::ZERO)) };
    }
    let heads_at = match place(&found, &checkpoint).map_err(&io)? {
        Place::Here => checkpoint,
        Place::Beyond => {
            unusable = Some(format!("the journal ends before its record {witnessed}"));
            Checkpoint::default()
        }
        Place::Elsewhere => {
            unusable = Some(format!("its record {witnessed} is not the one of this journal"));
            witnessed = Position::ZERO;
            Checkpoint::default()
        }
    };
    let begin = first_to_scan(&found, heads_at.position, options.check_at_start_bytes);
    let last = found.len() - 1;
    let scans = on_all_cores(found.len() - begin, |index| {
        let Found { segment, file, .. } = &found[begin + index];
        // Recomputing every hash takes five times as long as the checksums; a scrub does it beside the sales.
        let is_last = begin + index == last;
        let chain = if is_last { Chain::Checked(Some(segment.header.previous)) } else { Chain::Believed };
        scan(file, &segment.header, chain, heads_at.position)
    });
    let mut heads = heads_at.heads;
    let mut opening = Opening { segments: found.len(), heads_rebuilt: unusable, ..Opening::default() };
    opening.bytes_unchecked = found[..begin].iter().map(|found| found.bytes).sum();
    opening.bytes_checked = found[begin..].iter().map(|found| found.bytes).sum();
    let mut end = None;
    for (index, scan) in (begin..).zip(scans) {
        let mut scan = scan.map_err(&io)?;
        let found_here = &found[index];
        if index == last {
            let vouched = if options.end_may_be_lost { Position::ZERO } else { witnessed };
            opening.torn_tail = torn_tail(found_here, &scan, vouched).map_err(&io)??;
        } else {
            reaches(found_here, &found[index + 1], &scan)?;
        }
        let changes = std::mem::take(&mut scan.changes);
        changes.apply(&mut heads).map_err(|gap| damaged(found_here, gap.offset, gap.what))?;
        found_here.segment.set_marks(scan.marks.clone());
        end = Some(scan);
    }
    let Scan { next, hash, epoch, offset, .. } = end.expect("the last segment is always read");
    opening.end = Position(next.0 - 1);
    if opening.end < witnessed {
        if !options.end_may_be_lost {
            return Err(lost(disk, witnessed, opening.end));
        }
        opening.lost_up_to = Some(witnessed);
    }
    if let Some(torn) = &opening.torn_tail {
        cut(disk, found[last].segment.header.first, torn).map_err(&io)?;
    }
    let segments = found.into_iter().map(|found| Arc::new(found.segment)).collect();
    Ok(Some(Recovered { segments, end: opening.end, hash, epoch, offset, heads, opening }))
}

/// All segments, each with a sound header that names the one before it.
fn headers(disk: &Disk) -> Result<Vec<Found>, OpenError> {
    let io = OpenError::io(&disk.dir);
    let mut all: Vec<Found> = Vec::new();
    for first in segment::list(&disk.dir).map_err(&io)? {
        let path = disk.path(&segment::name(first));
        let file = File::open(&path).map_err(&io)?;
        let bytes = file.metadata().map_err(&io)?.len();
        let mut header = [0; HEADER_BYTES];
        let readable = HEADER_BYTES.min(bytes as usize);
        file.read_exact_at(&mut header[..readable], 0).map_err(&io)?;
        let header = Header::decode(&header[..readable], first).map_err(|bad| match bad {
            BadHeader::Damaged { offset, what } => OpenError::Damaged { file: path.clone(), offset, what },
            BadHeader::Format { found } => OpenError::Format { file: path.clone(), found, known: FORMAT },
        })?;
        let before = all.last().map_or(Position::ZERO, |found| found.segment.header.first);
        if header.before != before || (all.is_empty() && header.first != Position(1)) {
            let missing = segment::name(if header.before == Position::ZERO { Position(1) } else { header.before });
            let what = format!("the segment before this one, {missing}, is missing");
            return Err(OpenError::Damaged { file: path, offset: 24, what });
        }
        if all.is_empty() && header.previous != HASH_OF_NOTHING {
            let what = "the first segment of a journal is chained to something before it".into();
            return Err(OpenError::Damaged { file: path, offset: 40, what });
        }
        all.push(Found { segment: Segment::new(header, path, None), file, bytes });
    }
    Ok(all)
}

/// Where the record of a table of heads is.
enum Place {
    Here,
    /// Another record has its position: the table is of another journal.
    Elsewhere,
    /// Nothing readable has.
    Beyond,
}

fn place(found: &[Found], checkpoint: &Checkpoint) -> io::Result<Place> {
    let is = |hash: Hash| if hash == checkpoint.hash { Place::Here } else { Place::Elsewhere };
    let after = checkpoint.position.next();
    let at = found.partition_point(|found| found.segment.header.first <= after) - 1;
    let Found { segment, file, .. } = &found[at];
    if segment.header.first == after {
        return Ok(is(segment.header.previous));
    }
    let mut walk = Walk::new(file, segment.header.first, Chain::Believed);
    loop {
        match walk.next() {
            Ok((_, frame)) if frame.position == checkpoint.position => return Ok(is(frame.hash)),
            Ok(_) => {}
            Err(Stop::NoMore | Stop::Bad(_)) => return Ok(Place::Beyond),
            Err(Stop::Io(error)) => return Err(error),
        }
    }
}

fn first_to_scan(found: &[Found], witnessed: Position, check_bytes: u64) -> usize {
    let mut begin = found.len() - 1;
    let mut bytes = found[begin].bytes;
    while begin > 0 {
        bytes += found[begin - 1].bytes;
        let heads_reach_here = found[begin].segment.header.first <= witnessed.next();
        if heads_reach_here && bytes > check_bytes {
            break;
        }
        begin -= 1;
    }
    begin
}

/// A segment that is not the last goes on in the next, or it is damaged.
fn reaches(found: &Found, next: &Found, scan: &Scan) -> Result<(), OpenError> {
    let then = &next.segment.header;
    if let Some(bad) = &scan.bad {
        return Err(damaged(found, scan.offset, format!("record {}: {bad}", scan.next)));
    }
    if scan.next != then.first {
        let what = format!("the segment ends before record {}, the next one begins with {}", scan.next, then.first);
        return Err(damaged(found, scan.offset, what));
    }
    if scan.hash != then.previous {
        return Err(damaged(next, 40, "the segment does not continue the hash chain of the one before it".into()));
    }
    Ok(())
}

fn torn_tail(found: &Found, scan: &Scan, witnessed: Position) -> io::Result<Result<Option<TornTail>, OpenError>> {
    let (offset, file) = (scan.offset, found.segment.path.clone());
    Ok(match tail::judge(&found.file, offset, scan.next, scan.bad.as_ref(), witnessed)? {
        Tail::Clean => Ok(None),
        Tail::Damaged { what } => Err(damaged(found, offset, what)),
        Tail::Torn { bytes } => Ok(Some(TornTail { file, offset, bytes })),
    })
}

/// The one repair that is made, and only when all else was found sound.
fn cut(disk: &Disk, last: Position, torn: &TornTail) -> io::Result<()> {
    let file = disk.open_for_writing(&segment::name(last))?;
    let bytes = file.metadata()?.len();
    disk.truncate(&file, torn.offset)?;
    if disk.has_room_for(bytes - torn.offset) {
        disk.write_zeros(&file, torn.offset, bytes)?;
    }
    Ok(())
}

fn remove_unnamed(disk: &Disk) -> io::Result<()> {
    for entry in std::fs::read_dir(&disk.dir)? {
        let path = entry?.path();
        if path.to_str().is_some_and(|path| path.ends_with(UNNAMED)) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn damaged(found: &Found, offset: u64, what: String) -> OpenError {
    OpenError::Damaged { file: found.segment.path.clone(), offset, what }
}

fn lost(disk: &Disk, witnessed: Position, end: Position) -> OpenError {
    OpenError::EndLost { dir: disk.dir.clone(), witness: checkpoint::NAME.into(), witnessed, end }
}
