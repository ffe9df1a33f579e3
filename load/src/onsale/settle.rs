//! Waiting for the last checkouts: buyers have gone, and the server still has payments to see to. Bounded; whether all came
//! to an end, the audit says.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};

use crate::history::Setup;
use crate::http::{Request, Target};
use crate::server::Office;

/// The server extends the holds of buyers who pay, up to this many times the show's `hold_seconds`.
const HOLD_TIMES_MAX: u32 = 4;
/// For payments to be looked at, refunds to be tried again, and shows to recover.
const LONGER: Duration = Duration::from_secs(60);
const AFTER_RETRY: Duration = Duration::from_secs(20);
const STEP: Duration = Duration::from_millis(100);
/// What the views show last may bring a settled checkout in again.
const QUIET_STEPS: u32 = 5;

/// Until no checkout is open, or holds have run out and more. What waits for an operator is tried again, once.
pub fn wait(target: Target, setup: &Setup) -> Result<()> {
    let mut office = Office::new(target)?;
    let start = Instant::now();
    let hold_seconds = setup.shows.iter().map(|show| show.hold_seconds).max().unwrap_or(0);
    let within = Duration::from_secs((hold_seconds * HOLD_TIMES_MAX).into()) + LONGER;
    let mut left = until_settled(&mut office, start + within)?;
    let waiting = left["needs_operator_count"].as_u64().unwrap_or(0);
    if waiting > 0 {
        retry(&mut office, &left)?;
        left = until_settled(&mut office, Instant::now() + AFTER_RETRY)?;
    }
    println!(
        "checkouts settled after {:.1} s; {waiting} had to wait for an operator; open: {}",
        start.elapsed().as_secs_f64(),
        left["open"]
    );
    Ok(())
}

/// What is left: who waits for an operator gets no further by waiting.
fn until_settled(office: &mut Office, deadline: Instant) -> Result<Value> {
    let mut quiet = 0;
    loop {
        office.wait_for_views(LONGER)?;
        let report = office.get("/v1/ops/checkouts")?;
        let open: u64 = report["open"].as_object().into_iter().flatten().filter_map(|(_, count)| count.as_u64()).sum();
        let moves = open > report["needs_operator_count"].as_u64().unwrap_or(0);
        quiet = if moves { 0 } else { quiet + 1 };
        if quiet >= QUIET_STEPS || Instant::now() >= deadline {
            return Ok(report);
        }
        std::thread::sleep(STEP);
    }
}

fn retry(office: &mut Office, report: &Value) -> Result<()> {
    let in_trouble = report["in_trouble"].as_array().into_iter().flatten();
    for stuck in in_trouble.filter(|checkout| checkout["needs_operator"] == json!(true)) {
        println!("a checkout needs an operator, and is tried again: {stuck}");
        let path = format!("/v1/ops/checkouts/{}/retry", stuck["checkout_id"].as_str().unwrap_or_default());
        // It may have come further by itself: then there is nothing to retry.
        office.call(&Request { method: "POST", path: &path, ..Request::default() })?;
    }
    Ok(())
}
