//! Finds out, at boot, what a journal's directory holds: which segments, up to where, and the heads of its streams.
//!
//! It decides what may be repaired (a torn tail, a table of heads) and what may not (everything else). To look changes
//! nothing; to recover cuts off a torn tail, and nothing else. The last segment is always read whole; those before it newest first within a budget, and
//! further back only where the table of heads does not reach.

use std::io;
use std::sync::Arc;

use super::checkpoint::{self, Checkpoint};
use super::directory::{self, Found};
use super::disk::Disk;
use super::error::OpenError;
use super::opening::{Opening, TornTail};
use super::options::Options;
use super::scan::{Scan, on_all_cores, scan};
use super::segment::{self, Segment};
use super::tail::{self, Tail};
use super::walk::{Chain, Stop, Walk};
use super::writer::Active;
use crate::journal::Position;
use crate::journal::codec::{HASH_OF_NOTHING, Hash};
use crate::journal::streams::Heads;

/// Segments read at once; what they did to their streams is in memory until it is put together.
const WAVE: usize = 16;

/// What was found. No segments: there is no journal here yet, or nothing is left of it.
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

/// For going on with it.
pub(super) fn recover(disk: &Disk, options: &Options) -> Result<Recovered, OpenError> {
    let io = OpenError::io(&disk.dir);
    directory::remove_unnamed(disk).map_err(&io)?;
    settle(disk).map_err(&io)?;
    let recovered = look(disk, options)?;
    // What was acknowledged and is damaged is evidence until somebody gives it back.
    if let (Some(torn), None) = (&recovered.opening.torn_tail, recovered.opening.lost_up_to) {
        let last = recovered.segments.last().expect("something is torn");
        cut(disk, last.header.first, torn).map_err(&io)?;
    }
    Ok(recovered)
}

/// Changes nothing.
pub(super) fn look(disk: &Disk, options: &Options) -> Result<Recovered, OpenError> {
    let io = OpenError::io(&disk.dir);
    let found = directory::segments(disk)?;
    let start = Start::find(disk, &found).map_err(&io)?;
    let Some(last) = found.len().checked_sub(1) else {
        return nothing(start.witnessed, options).ok_or_else(|| lost(disk, start.witnessed, Position::ZERO));
    };
    let begin = first_to_scan(&found, start.heads_at, options.check_at_start_bytes);
    let Start { mut heads, heads_at, witnessed, heads_rebuilt } = start;
    let mut opening = Opening { segments: found.len(), heads_rebuilt, ..Opening::default() };
    opening.bytes_unchecked = found[..begin].iter().map(|found| found.bytes).sum();
    opening.bytes_checked = found[begin..].iter().map(|found| found.bytes).sum();
    let mut end = None;
    for wave in (begin..=last).step_by(WAVE) {
        let scans = on_all_cores(WAVE.min(last + 1 - wave), |index| {
            let Found { segment, .. } = &found[wave + index];
            // Recomputing every hash takes five times as long as the checksums; a scrub does it beside the sales.
            let is_last = wave + index == last;
            let chain = if is_last { Chain::Checked(Some(segment.header.previous)) } else { Chain::Believed };
            let file = found[wave + index].open()?;
            scan(&file, &segment.header, chain, heads_at).map_err(found[wave + index].about())
        });
        for (index, scan) in (wave..).zip(scans) {
            let mut scan = scan.map_err(&io)?;
            let found_here = &found[index];
            if index == last {
                let vouched = if options.end_may_be_lost { Position::ZERO } else { witnessed };
                opening.torn_tail = torn_tail(found_here, &scan, vouched).map_err(&io)??;
            } else {
                reaches(found_here, &found[index + 1], &scan)?;
            }
            let changes = std::mem::take(&mut scan.changes);
            changes.apply(&mut heads).map_err(|gap| found_here.damaged(gap.offset, gap.what))?;
            found_here.segment.set_marks(scan.marks.clone());
            end = Some(scan);
        }
    }
    let Scan { next, hash, epoch, offset, .. } = end.expect("the last segment is always read");
    opening.end = Position(next.0 - 1);
    if opening.end < witnessed {
        if !options.end_may_be_lost {
            return Err(lost(disk, witnessed, opening.end));
        }
        opening.lost_up_to = Some(witnessed);
    }
    let segments = found.into_iter().map(|found| Arc::new(found.segment)).collect();
    Ok(Recovered { segments, end: opening.end, hash, epoch, offset, heads, opening })
}

/// Where there are no segments. `None`: there have been some, and that is not for us to pass over.
fn nothing(witnessed: Position, options: &Options) -> Option<Recovered> {
    let lost_up_to = Some(witnessed).filter(|witnessed| *witnessed > Position::ZERO);
    if lost_up_to.is_some() && !options.end_may_be_lost {
        return None;
    }
    Some(Recovered {
        segments: Vec::new(),
        end: Position::ZERO,
        hash: HASH_OF_NOTHING,
        epoch: 0,
        offset: 0,
        heads: Heads::default(),
        opening: Opening { created: lost_up_to.is_none(), lost_up_to, ..Opening::default() },
    })
}

/// From where the heads have to be folded, and what is known to have been durable.
struct Start {
    heads: Heads,
    heads_at: Position,
    witnessed: Position,
    heads_rebuilt: Option<String>,
}

impl Start {
    fn find(disk: &Disk, found: &[Found]) -> io::Result<Self> {
        let (checkpoint, unusable) = match Checkpoint::read(disk) {
            Ok(Some(checkpoint)) => (checkpoint, None),
            Ok(None) => (Checkpoint::default(), Some("there is none".to_owned())),
            Err(what) => (Checkpoint::default(), Some(what)),
        };
        let Checkpoint { position, hash, heads } = checkpoint;
        let anew = |witnessed, why| Self {
            heads: Heads::default(),
            heads_at: Position::ZERO,
            witnessed,
            heads_rebuilt: Some(why),
        };
        Ok(match hash_at(found, position)? {
            None => anew(position, format!("the journal ends before its record {position}")),
            Some(is) if is != hash => {
                anew(Position::ZERO, format!("its record {position} is not the one of this journal"))
            }
            Some(_) => Self { heads, heads_at: position, witnessed: position, heads_rebuilt: unusable },
        })
    }
}

/// The hash of the record at a position, if the journal can be read that far.
fn hash_at(found: &[Found], position: Position) -> io::Result<Option<Hash>> {
    let after = position.next();
    let Some(at) = found.partition_point(|found| found.segment.header.first <= after).checked_sub(1) else {
        return Ok((position == Position::ZERO).then_some(HASH_OF_NOTHING));
    };
    let segment = &found[at].segment;
    if segment.header.first == after {
        return Ok(Some(segment.header.previous));
    }
    let file = found[at].open()?;
    let mut walk = Walk::new(&file, segment.header.first, Chain::Believed);
    loop {
        match walk.next() {
            Ok((_, frame)) if frame.position == position => return Ok(Some(frame.hash)),
            Ok(_) => {}
            Err(Stop::NoMore | Stop::Bad(_)) => return Ok(None),
            Err(Stop::Io(error)) => return Err(found[at].about()(error)),
        }
    }
}

/// What is read from here on is what the disk has. A killed process may have left pages that were never synced, and a
/// failed sync pages that look written and are not: the first would be promised too early, the second lost later.
fn settle(disk: &Disk) -> io::Result<()> {
    let Some(last) = segment::list(&disk.dir)?.pop() else { return Ok(()) };
    let file = disk.open_for_writing(&segment::name(last))?;
    disk.sync(&file)?;
    disk.sync_directory()?;
    // Only advice: where it is not taken, the page cache is believed.
    let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    Ok(())
}

fn first_to_scan(found: &[Found], heads_at: Position, check_bytes: u64) -> usize {
    let mut begin = found.len() - 1;
    let mut bytes = found[begin].bytes;
    while begin > 0 {
        bytes += found[begin - 1].bytes;
        let heads_reach_here = found[begin].segment.header.first <= heads_at.next();
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
        return Err(found.damaged(scan.offset, format!("record {}: {bad}", scan.next)));
    }
    if scan.next != then.first {
        let what = format!("the segment ends before record {}, the next one begins with {}", scan.next, then.first);
        return Err(found.damaged(scan.offset, what));
    }
    if scan.hash != then.previous {
        return Err(next.damaged(40, "the segment does not continue the hash chain of the one before it".into()));
    }
    Ok(())
}

fn torn_tail(found: &Found, scan: &Scan, witnessed: Position) -> io::Result<Result<Option<TornTail>, OpenError>> {
    let (offset, file) = (scan.offset, found.segment.path.clone());
    let tail = tail::judge(&found.open()?, offset, scan.next, scan.bad.as_ref(), witnessed);
    Ok(match tail.map_err(found.about())? {
        Tail::Clean => Ok(None),
        Tail::Damaged { what } => Err(found.damaged(offset, what)),
        Tail::Torn { bytes } => Ok(Some(TornTail { file, offset, bytes })),
    })
}

/// The one repair that is made, and only when all else was found sound.
pub(super) fn cut(disk: &Disk, last: Position, torn: &TornTail) -> io::Result<()> {
    let file = disk.open_for_writing(&segment::name(last))?;
    let bytes = file.metadata()?.len();
    disk.truncate(&file, torn.offset)?;
    if disk.has_room_for(bytes - torn.offset) {
        disk.write_zeros(&file, torn.offset, bytes)?;
    }
    Ok(())
}

fn lost(disk: &Disk, witnessed: Position, end: Position) -> OpenError {
    OpenError::EndLost { dir: disk.dir.clone(), witness: checkpoint::NAME.into(), witnessed, end }
}
