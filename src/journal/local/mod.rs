//! The write-ahead file journal: segment files in one directory, written by one thread, one sync per group of commits.
//!
//! | file | its one idea |
//! |---|---|
//! | `writer`, `group`, `request` | the path of an append, from the queue to the acknowledgement |
//! | `mend`, `restore` | after a write failed; after the end was lost |
//! | `segment`, `walk`, `marks` | what a file looks like, and how to move in it |
//! | `recover`, `opening`, `directory`, `scan`, `tail`, `checkpoint` | what a directory holds, at boot |
//! | `read`, `recent`, `scrub`, `reader` | reading: while it runs, and while it does not |
//! | `disk`, `faults`, `lock`, `latency`, `figures`, `steward` | the disk, and what is done beside the writer |

mod checkpoint;
mod directory;
mod disk;
mod error;
mod faults;
mod figures;
mod group;
mod latency;
mod lock;
mod marks;
mod mend;
mod opening;
mod options;
mod read;
mod reader;
mod recent;
mod recover;
mod request;
mod restore;
mod scan;
mod scrub;
mod segment;
mod shared;
mod steward;
mod tail;
mod walk;
mod writer;

use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use tokio::sync::{oneshot, watch};

pub use error::OpenError;
pub use faults::{DiskFaults, Fault};
pub use figures::{Figures, GROUP_COMMITS_BOUNDS, SYNC_MICROS_BOUNDS};
pub use latency::{Latency, fdatasync_latency};
pub use opening::{Inspected, Opening, TornTail};
pub use options::Options;
pub use reader::{Progress, Reader};
pub use restore::RestoreError;
pub use scrub::Scrubbed;

use self::disk::Disk;
use self::figures::Counters;
use self::lock::Lock;
use self::recover::{Recovered, cut, look, recover};
use self::request::Request;
use self::shared::Shared;
use self::steward::Steward;
use self::writer::{Active, Writer};
use super::codec::{self, Hash};
use super::streams::Gate;
use super::{AppendError, Appended, Commit, Fence, Head, Health, Incarnation, Journal, Position, ReadError, Record};
use crate::domain::StreamId;

const CLOSED: &str = "it is closed";

/// Closed when it is dropped, if not before.
pub struct LocalJournal {
    queue: mpsc::Sender<Request>,
    shared: Arc<Shared>,
    disk: Disk,
    opening: Opening,
    running: Mutex<Option<Running>>,
}

struct Running {
    writer: JoinHandle<()>,
    steward_thread: JoinHandle<()>,
    steward: Steward,
    _lock: Lock,
}

impl LocalJournal {
    /// Opens the journal in this directory, or begins one where there is nothing ([`Opening::created`]).
    pub fn open(dir: &Path, options: Options) -> Result<Self, OpenError> {
        let io = OpenError::io(dir);
        std::fs::create_dir_all(dir).map_err(&io)?;
        let lock = Lock::exclusive(dir).map_err(OpenError::not_locked(dir))?;
        let counters = Arc::new(Counters::default());
        let disk = Disk { dir: dir.to_owned(), faults: Arc::clone(&options.faults), counters: Arc::clone(&counters) };
        let mut recovered = recover(&disk, &options)?;
        let active = if recovered.segments.is_empty() {
            begin(&disk, &options, &mut recovered).map_err(&io)?
        } else {
            recovered.active(&disk).map_err(&io)?
        };
        recovered.opening.epoch = recovered.epoch + 1;
        let opening = recovered.opening.clone();
        opening.log(dir);
        let (end, hash) = (recovered.end, recovered.hash);
        let shared = Arc::new(Shared::new(recovered, options.recent_bytes, counters));
        let (queue, requests) = mpsc::channel();
        let preallocate = options.preallocate_bytes.min(options.segment_bytes);
        let (steward, steward_thread) =
            Steward::start(&disk, Arc::clone(&shared), preallocate, opening.lost_up_to).map_err(&io)?;
        let writer = Writer {
            disk: disk.clone(),
            segment_bytes: options.segment_bytes,
            queue: requests,
            shared: Arc::clone(&shared),
            steward: steward.clone(),
            gate: Gate::default(),
            active,
            end,
            hash,
            epoch: opening.epoch,
            group: Default::default(),
            held_over: None,
        };
        let writer = std::thread::Builder::new().name("journal-writer".into()).spawn(|| writer.run()).map_err(&io)?;
        let running = Mutex::new(Some(Running { writer, steward_thread, steward, _lock: lock }));
        Ok(Self { queue, shared, disk, opening, running })
    }

    /// Whether anything is left of a journal in this directory, or there has been none.
    pub fn has_segments(dir: &Path) -> Result<bool, OpenError> {
        Ok(!segment::list(dir).map_err(OpenError::io(dir))?.is_empty())
    }

    /// What opening it would find: changes nothing, and is refused while somebody writes this journal. An end that is lost
    /// is only reported.
    pub fn inspect(dir: &Path, options: &Options) -> Result<Inspected, OpenError> {
        let _lock = Lock::shared(dir).map_err(OpenError::not_locked(dir))?;
        let disk = Disk { dir: dir.to_owned(), faults: Arc::default(), counters: Arc::default() };
        directory::check_unnamed(&disk).map_err(OpenError::io(dir))?;
        let found = look(&disk, &Options { end_may_be_lost: true, ..options.clone() })?;
        let Recovered { segments, end, hash, opening, .. } = found;
        Ok(Inspected { segments: segments.len(), end, hash, lost_up_to: opening.lost_up_to })
    }

    /// What opening it found and did.
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The last durable record: its position and its hash.
    pub fn end(&self) -> (Position, Hash) {
        let published = self.shared.published();
        (published.position, published.hash)
    }

    pub fn figures(&self) -> Figures {
        self.shared.counters.read()
    }

    /// Puts back records that were durable and that the end of the journal has lost, exactly as they were. Blocks until
    /// they are durable again. Before anything is appended, or they do not fit any more.
    pub fn restore(&self, records: Vec<Arc<[u8]>>) -> Result<(), RestoreError> {
        if self.opening.lost_up_to.is_some()
            && let Some(torn) = &self.opening.torn_tail
        {
            let last = self.shared.segments_from(Position(u64::MAX))[0].header.first;
            cut(&self.disk, last, torn).map_err(|error| RestoreError::Unavailable(error.to_string()))?;
        }
        let (answer, outcome) = mpsc::channel();
        let unavailable = |reason: &str| RestoreError::Unavailable(reason.to_owned());
        self.queue.send(Request::Restore { records, answer }).map_err(|_| unavailable(CLOSED))?;
        outcome.recv().map_err(|_| unavailable("writing failed"))?
    }

    /// Reads and checks everything that is durable now; blocks. `progress` is asked about once per MiB: it may take its
    /// time, so that the disk is left to those who sell, or break off.
    pub fn scrub(&self, progress: impl FnMut(Scrubbed) -> ControlFlow<()>) -> Result<Scrubbed, ReadError> {
        self.shared.scrub(progress)
    }

    /// Writes what is queued, writes down the heads, and lets go of the directory. What is appended later is refused.
    pub fn close(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(running) = running else { return };
        let _ = self.queue.send(Request::Close);
        let written = running.writer.join();
        running.steward.stop();
        let stewarded = running.steward_thread.join();
        if written.is_err() || stewarded.is_err() {
            tracing::error!("a thread of the journal ended by a panic");
        }
        // They would take back that more was durable once: the next start has to see that too.
        let has_lost_its_end = self.opening.lost_up_to.is_some_and(|lost| self.end().0 < lost);
        if has_lost_its_end {
            return;
        }
        if let Err(error) = self.shared.published().write(&self.disk.aside()) {
            tracing::warn!(%error, "the heads could not be written down; the next start reads more of the journal");
        }
    }
}

impl Drop for LocalJournal {
    fn drop(&mut self) {
        self.close();
    }
}

impl Journal for LocalJournal {
    fn append(&self, incarnation: Incarnation, commit: Arc<Commit>) -> Appended {
        commit.check().unwrap_or_else(|what| panic!("a commit that must never be written: {what}"));
        let (answer, receiver) = oneshot::channel();
        match codec::encode(&commit) {
            Ok(bytes) => self.ask(Request::Append { incarnation, commit, bytes, answer }),
            Err(error) => {
                let _ = answer.send(Err(error));
            }
        }
        receiver
    }

    fn fence(&self, stream: StreamId) -> oneshot::Receiver<Result<Fence, AppendError>> {
        let (answer, receiver) = oneshot::channel();
        self.ask(Request::Fence { stream, answer });
        receiver
    }

    fn head(&self, stream: StreamId) -> Option<Head> {
        self.shared.published().heads.0.get(&stream).copied()
    }

    fn read(&self, from: Position, bytes_max: usize) -> Result<Vec<Record>, ReadError> {
        self.shared.read(from, bytes_max)
    }

    fn recent(&self, stream: StreamId, after: Position) -> Option<Vec<Record>> {
        self.shared.recent().of(stream, after)
    }

    fn durable(&self) -> watch::Receiver<Position> {
        self.shared.durable.subscribe()
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.shared.health.subscribe()
    }

    fn is_writable(&self) -> bool {
        self.shared.is_writable()
    }
}

impl LocalJournal {
    fn ask(&self, request: Request) {
        if let Some(reason) = self.shared.refusing() {
            request.refuse(&reason);
        } else if let Err(mpsc::SendError(request)) = self.queue.send(request) {
            request.refuse(CLOSED);
        }
    }
}

/// The first segment, where there is none.
fn begin(disk: &Disk, options: &Options, recovered: &mut Recovered) -> io::Result<Active> {
    let active = Active::create(disk, options.preallocate_bytes.min(options.segment_bytes))?;
    recovered.segments.push(Arc::clone(&active.segment));
    recovered.offset = active.offset;
    recovered.opening.segments = 1;
    Ok(active)
}
