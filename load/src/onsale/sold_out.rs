//! Watching for the last seat.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;

use crate::api::SeatMap;
use crate::history::Setup;
use crate::http::{Request, Target};
use crate::server::Office;

/// Sets `stop` once every show's map says that all is sold. Ends with `done` too.
pub fn watch(target: Target, setup: &Setup, stop: &AtomicBool, done: &AtomicBool) -> Result<()> {
    let mut office = Office::new(target)?;
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(200));
        // The server may be down at this moment: that is what such runs are for.
        if all_sold(&mut office, setup).unwrap_or(false) {
            stop.store(true, Ordering::Relaxed);
            return Ok(());
        }
    }
    Ok(())
}

fn all_sold(office: &mut Office, setup: &Setup) -> Result<bool> {
    for show in &setup.shows {
        let path = format!("/v1/shows/{}/seats", show.show_id);
        let answer = office.call(&Request { method: "GET", path: &path, ..Request::default() })?;
        let map: SeatMap = serde_json::from_slice(&answer.body)?;
        let seats = map.seats.values().filter(|status| *status == "sold").count() as u64;
        let places: u64 = map.areas.values().map(|area| u64::from(area.sold)).sum();
        if seats + places < setup.hall.capacity() {
            return Ok(false);
        }
    }
    Ok(true)
}
