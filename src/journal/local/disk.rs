//! Every operation of the journal that changes the disk, with the syncs that make it last.
//!
//! A file exists after a power cut only once its directory was synced; it has its bytes only once it was synced itself.
//! Both are done here and nowhere else, and here alone the injected faults strike. Errors name the file.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::faults::{DiskFaults, Operation};
use super::figures::Counters;

const ZEROS_AT_ONCE: usize = 1 << 20;

/// The directory of one journal.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    pub dir: PathBuf,
    pub faults: Arc<DiskFaults>,
    pub counters: Arc<Counters>,
}

impl Disk {
    /// Without injected faults and uncounted: for what happens beside the path that commits take.
    pub fn aside(&self) -> Self {
        Self { dir: self.dir.clone(), faults: Arc::default(), counters: Arc::default() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// A new, empty file for reading and writing. It lasts once [`Disk::rename`] gave it its name.
    pub fn create(&self, name: &str) -> io::Result<File> {
        self.faults.strike(Operation::Create).map_err(about(name))?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        options.open(self.path(name)).map_err(about(name))
    }

    pub fn open_for_writing(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open(self.path(name)).map_err(about(name))
    }

    pub fn write(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.faults.strike(Operation::Write)?;
        file.write_all_at(bytes, offset)
    }

    /// Zeros from `from` to `to`, written and not only reserved: `fallocate`d extents have to be converted by the
    /// first sync after each write, which costs as much as growing the file (4 KiB: 9.9 k/s zeroed, 5.4 k/s reserved).
    pub fn write_zeros(&self, file: &File, from: u64, to: u64) -> io::Result<()> {
        let zeros = vec![0; ZEROS_AT_ONCE.min(to.saturating_sub(from) as usize)];
        let mut offset = from;
        while offset < to {
            let count = (to - offset).min(ZEROS_AT_ONCE as u64);
            self.write(file, &zeros[..count as usize], offset)?;
            offset += count;
            // In small portions, so that the journal's own syncs never wait behind all of it.
            file.sync_data()?;
        }
        Ok(())
    }

    pub fn sync(&self, file: &File) -> io::Result<()> {
        let begun = Instant::now();
        self.faults.strike(Operation::BeforeSync)?;
        file.sync_data()?;
        self.faults.strike(Operation::AfterSync)?;
        self.counters.synced(begun.elapsed());
        Ok(())
    }

    /// Cuts the file off, for good.
    pub fn truncate(&self, file: &File, bytes: u64) -> io::Result<()> {
        self.faults.strike(Operation::BeforeSync)?;
        file.set_len(bytes)?;
        file.sync_all()
    }

    /// Gives a synced file its name, for good; a file that had it is replaced.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.path(from), self.path(to)).map_err(about(to))?;
        self.sync_directory()
    }

    pub fn sync_directory(&self) -> io::Result<()> {
        self.faults.strike(Operation::BeforeSync)?;
        sync_directory(&self.dir)
    }

    /// Whether `bytes` can be set aside without taking the last space from everything else on this disk.
    pub fn has_room_for(&self, bytes: u64) -> bool {
        rustix::fs::statvfs(&self.dir).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) / 8 >= bytes)
    }
}

pub(super) fn sync_directory(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Says which file of the directory it is.
pub(super) fn about(name: &str) -> impl FnOnce(io::Error) -> io::Error + use<> {
    let name = name.to_owned();
    move |error| io::Error::new(error.kind(), format!("{name}: {error}"))
}
