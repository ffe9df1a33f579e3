//! The disk's own latency: what any durable answer costs at least.

use std::fs::{OpenOptions, remove_file};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::measure::Latency;

const WRITES: usize = 500;

/// The median of appending 4 KB and `fdatasync`, in a file of this directory.
pub fn fdatasync_us(directory: &Path) -> Result<u64> {
    let path = directory.join("fdatasync-probe");
    let mut file = OpenOptions::new().create(true).append(true).open(&path);
    let file = file.as_mut().map_err(|error| anyhow::anyhow!("cannot write {}: {error}", path.display()))?;
    let mut latency = Latency::with_digits(3);
    for _ in 0..WRITES {
        let start = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        latency.record(start.elapsed());
    }
    remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    Ok(latency.quantile_us(0.5))
}
