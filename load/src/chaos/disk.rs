//! Faults of the disk, through the server's own switch.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};

use crate::buyers::Crowd;
use crate::history::{Fault, FaultKind, FaultLog, now_us};
use crate::onsale::Stage;
use crate::report::duration;
use crate::server::Office;

const SHORT: Duration = Duration::from_secs(2);
/// After this the fault is recorded as one that the server did not get over.
const SELLS_WITHIN: Duration = Duration::from_secs(30);

pub fn slow(stage: &Stage, crowd: &Crowd, faults: &FaultLog) -> Result<()> {
    harm(stage, crowd, faults, FaultKind::DiskSlow, &json!({ "mode": "slow", "milliseconds": 20 }), SHORT)
}

pub fn failing(stage: &Stage, crowd: &Crowd, faults: &FaultLog) -> Result<()> {
    harm(stage, crowd, faults, FaultKind::DiskFailing, &json!({ "mode": "failing" }), SHORT)
}

pub fn full(stage: &Stage, crowd: &Crowd, faults: &FaultLog, length: Duration) -> Result<()> {
    harm(stage, crowd, faults, FaultKind::DiskFull, &json!({ "mode": "full" }), length)
}

/// The fault lasts until the disk is well; how long the server takes to sell again after that is its detail.
fn harm(
    stage: &Stage,
    crowd: &Crowd,
    faults: &FaultLog,
    kind: FaultKind,
    mode: &Value,
    length: Duration,
) -> Result<()> {
    let mut office = Office::new(stage.target.clone())?;
    let started_us = now_us();
    office.post("/v1/ops/disk", mode)?;
    std::thread::sleep(length);
    office.post("/v1/ops/disk", &json!({ "mode": "well" }))?;
    let ended_us = now_us();
    let (well, before) = (Instant::now(), crowd.live.accepted());
    while crowd.live.accepted() == before && well.elapsed() < SELLS_WITHIN {
        std::thread::sleep(Duration::from_millis(1));
    }
    let sold = crowd.live.accepted() > before;
    let took = duration(well.elapsed().as_micros() as u64);
    let detail = if sold { format!("selling again after {took}") } else { format!("not selling after {took}") };
    faults.add(Fault { kind, detail, started_us, ended_us, recovered_us: now_us() });
    Ok(())
}
