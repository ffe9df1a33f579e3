//! A thread beside the writer, for what would keep commits waiting: filling the next segment with zeros, and writing
//! down the heads. Whatever fails here costs speed and is only logged.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use super::disk::Disk;
use super::segment::UNNAMED;
use super::shared::Shared;
use crate::journal::Position;

/// A segment that waits to be begun. No two have the same name, so one that is being prepared is never in the way of
/// one that is being taken.
#[derive(Debug)]
pub(super) struct Spare {
    pub unnamed: String,
    pub file: File,
}

#[derive(Clone, Copy, Debug)]
enum Task {
    PrepareSegment,
    WriteHeads,
    Stop,
}

/// The writer's handle.
#[derive(Clone, Debug)]
pub(super) struct Steward {
    tasks: mpsc::Sender<Task>,
    spare: Arc<Mutex<Option<Spare>>>,
}

impl Steward {
    /// `lost_up_to`: what the heads on disk know to have been durable, while the journal has less.
    pub fn start(
        disk: &Disk,
        shared: Arc<Shared>,
        preallocate_bytes: u64,
        lost_up_to: Option<Position>,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (tasks, queue) = mpsc::channel();
        let steward = Self { tasks, spare: Arc::default() };
        let (disk, spare) = (disk.aside(), Arc::clone(&steward.spare));
        let work = move || {
            for (number, task) in queue.into_iter().enumerate() {
                let done = catch_unwind(AssertUnwindSafe(|| match task {
                    Task::PrepareSegment => prepare(&disk, &spare, number, preallocate_bytes),
                    Task::WriteHeads => write_heads(&disk, &shared, lost_up_to),
                    Task::Stop => {}
                }));
                if done.is_err() {
                    tracing::error!(?task, "the journal's steward panicked; it goes on with its next task");
                }
                if matches!(task, Task::Stop) {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("journal-steward".into()).spawn(work)?;
        Ok((steward, thread))
    }

    pub fn prepare_segment(&self) {
        let _ = self.tasks.send(Task::PrepareSegment);
    }

    pub fn write_heads(&self) {
        let _ = self.tasks.send(Task::WriteHeads);
    }

    pub fn stop(&self) {
        let _ = self.tasks.send(Task::Stop);
    }

    pub fn take_spare(&self) -> Option<Spare> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn prepare(disk: &Disk, slot: &Mutex<Option<Spare>>, number: usize, bytes: u64) {
    let slot = || slot.lock().unwrap_or_else(PoisonError::into_inner);
    if bytes == 0 || slot().is_some() || !disk.has_room_for(bytes) {
        return;
    }
    let unnamed = format!("spare-{number}{UNNAMED}");
    let prepared = disk.create(&unnamed).and_then(|file| {
        disk.write_zeros(&file, 0, bytes)?;
        disk.sync(&file)?;
        Ok(file)
    });
    match prepared {
        Ok(file) => *slot() = Some(Spare { unnamed, file }),
        Err(error) => {
            tracing::warn!(%error, "no segment could be prepared; the next one will grow as it is written");
            let _ = std::fs::remove_file(disk.path(&unnamed));
        }
    }
}

fn write_heads(disk: &Disk, shared: &Shared, lost_up_to: Option<Position>) {
    // Copied under the lock, written without it: the writer waits for the copy at most.
    let copy = shared.published().clone();
    // While the end is being given back, they would take back that more was durable once.
    if lost_up_to.is_some_and(|lost| copy.position < lost) {
        return;
    }
    if let Err(error) = copy.write(disk) {
        tracing::warn!(%error, "the heads could not be written down; the next start reads more of the journal");
    }
}
