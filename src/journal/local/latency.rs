//! How long this disk takes to make 4 KiB durable: the figure next to which every other one has to be read.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 200;
const BLOCK: usize = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    pub median: Duration,
    pub p99: Duration,
}

/// Writes 4 KiB and syncs it, 200 times, in a file of its own that is removed again.
pub fn fdatasync_latency(dir: &Path) -> io::Result<Latency> {
    let path = dir.join("latency.tmp");
    let file = OpenOptions::new().write(true).create(true).truncate(true).open(&path)?;
    let outcome = measure(&file);
    std::fs::remove_file(&path)?;
    outcome
}

fn measure(file: &std::fs::File) -> io::Result<Latency> {
    let block = [0x5a; BLOCK];
    // Its blocks exist before the clock runs, as those of a segment do.
    file.write_all_at(&vec![0; BLOCK * ROUNDS], 0)?;
    file.sync_all()?;
    let mut taken = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        let begun = Instant::now();
        file.write_all_at(&block, (round * BLOCK) as u64)?;
        file.sync_data()?;
        taken.push(begun.elapsed());
    }
    taken.sort_unstable();
    Ok(Latency { median: taken[ROUNDS / 2], p99: taken[ROUNDS * 99 / 100] })
}
