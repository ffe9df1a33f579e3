//! Disks that fail on demand: switches that tests and the chaos endpoints turn while the journal runs.
//!
//! Only what changes the disk is touched; reading has no faults here, because a damaged file says more than a pretended
//! error. In production all of it is `Well` and costs one relaxed load per operation.

use std::io;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use rustix::io::Errno;

/// What the disk does from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Well,
    /// Each `fdatasync` takes this much longer.
    Slow {
        micros: u64,
    },
    /// Writing and `fdatasync` report EIO, and nothing is written.
    Failing,
    /// Writing and creating files report ENOSPC.
    Full,
    /// Everything is written and synced, and `fdatasync` reports EIO nevertheless.
    Lying,
    /// The thread that writes panics.
    Panicking,
}

/// The switches of one journal.
#[derive(Debug)]
pub struct DiskFaults {
    fault: AtomicU8,
    slow_micros: AtomicU64,
    /// Operations that are still to be hit; then the disk is well again.
    left: AtomicU64,
}

/// The operations that faults can hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Create,
    Write,
    BeforeSync,
    AfterSync,
}

impl Default for DiskFaults {
    fn default() -> Self {
        Self { fault: AtomicU8::new(0), slow_micros: AtomicU64::new(0), left: AtomicU64::new(u64::MAX) }
    }
}

impl DiskFaults {
    /// Until something else is set.
    pub fn set(&self, fault: Fault) {
        self.set_for(fault, u64::MAX);
    }

    /// For the next `operations` that it applies to.
    pub fn set_for(&self, fault: Fault, operations: u64) {
        let code = match fault {
            Fault::Well => 0,
            Fault::Slow { micros } => {
                self.slow_micros.store(micros, Ordering::Relaxed);
                1
            }
            Fault::Failing => 2,
            Fault::Full => 3,
            Fault::Lying => 4,
            Fault::Panicking => 5,
        };
        self.left.store(operations, Ordering::Relaxed);
        self.fault.store(code, Ordering::Release);
    }

    pub fn get(&self) -> Fault {
        match self.fault.load(Ordering::Acquire) {
            1 => Fault::Slow { micros: self.slow_micros.load(Ordering::Relaxed) },
            2 => Fault::Failing,
            3 => Fault::Full,
            4 => Fault::Lying,
            5 => Fault::Panicking,
            _ => Fault::Well,
        }
    }

    pub(super) fn strike(&self, operation: Operation) -> io::Result<()> {
        use Operation::{AfterSync, BeforeSync, Create, Write};
        match (self.get(), operation) {
            (Fault::Slow { micros }, BeforeSync) if self.hits() => std::thread::sleep(Duration::from_micros(micros)),
            (Fault::Failing, Write | BeforeSync) | (Fault::Lying, AfterSync) if self.hits() => {
                return Err(Errno::IO.into());
            }
            (Fault::Full, Write | Create) if self.hits() => return Err(Errno::NOSPC.into()),
            (Fault::Panicking, Write) if self.hits() => panic!("a fault was injected: the journal's writer panics"),
            _ => {}
        }
        Ok(())
    }

    fn hits(&self) -> bool {
        let take = |left: u64| match left {
            u64::MAX => Some(u64::MAX),
            left => left.checked_sub(1),
        };
        let hit = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        if matches!(hit, Ok(1) | Err(_)) {
            self.fault.store(0, Ordering::Release);
        }
        hit.is_ok()
    }
}
