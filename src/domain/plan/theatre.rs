//! The built-in theatre: a plan to try things with before a real one is at hand.
//!
//! 1,024 seats (stalls in two price classes, a circle, boxes, a row of accessible seats) and a standing pit. It goes
//! through the same import as everybody's plan; nothing anywhere treats it specially.
use super::{GeneralAdmission, ImportOptions};

/// The accessible seats are row W, behind the stalls.
const ACCESSIBLE_SEATS: u32 = 12;

/// The plan file, and what a request would add to it.
pub fn theatre() -> (&'static str, ImportOptions) {
    let pit = GeneralAdmission { area: "Pit".into(), category: "Standing".into(), capacity: 200 };
    let accessible = (1..=ACCESSIBLE_SEATS).map(|number| format!("Stalls-W-{number}")).collect();
    (include_str!("theatre.json"), ImportOptions { general_admission: vec![pit], accessible })
}
