//! The process as the kernel sees it, under the names that every Prometheus client gives these. What cannot be read is
//! left out.

use std::fs;

use super::exposition::Exposition;

pub fn write(all: &mut Exposition) {
    all.gauge("understudy_build_info", "The version that runs", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    if let Some(bytes) = resident_bytes() {
        all.gauge("process_resident_memory_bytes", "Resident memory", &[], bytes);
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        all.gauge("process_open_fds", "Open file descriptors", &[], files.count());
    }
    if let Some(seconds) = cpu_seconds() {
        all.counter("process_cpu_seconds_total", "Time on a core, in user and kernel mode", &[], seconds);
    }
}

fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?;
    kib.parse::<u64>().ok().map(|kib| kib * 1_024)
}

/// The kernel counts it in hundredths of a second, whatever its own clock does.
fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program stands in brackets and may have blanks.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut ticks = fields.split(' ').skip(11).map(|ticks| ticks.parse::<f64>().ok());
    Some((ticks.next()?? + ticks.next()??) / 100.0)
}
