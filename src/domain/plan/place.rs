//! Where in a plan file something is: for people (zone and row) and for geometry (nested positions, added up).
//!
//! It does not know seats; a seat is at a place.
use std::fmt;

use super::limits::COORDINATE_MAX;
use super::offence::{Offence, Offender};
use super::pretix::PositionInFile;
use super::reading::finite;

/// A zone, or a row in it. Nameless ones are told by their number in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'f> {
    pub zone_at: usize,
    pub zone: Option<&'f str>,
    pub row: Option<(usize, Option<&'f str>)>,
}

impl Place<'_> {
    pub fn offender(&self, offence: Offence, label: Option<&str>, problem: &str) -> Offender {
        let subject = label.map(|label| format!("seat \"{}\" in ", shortened(label))).unwrap_or_default();
        Offender {
            offence,
            zone: Some(self.zone_name()),
            row: self.row.map(|row| row_name(row)),
            label: label.map(shortened),
            message: format!("{subject}{self} {problem}"),
        }
    }

    fn zone_name(&self) -> String {
        self.zone.map_or_else(|| format!("zones[{}]", self.zone_at), shortened)
    }
}

fn row_name((at, name): (usize, Option<&str>)) -> String {
    name.map_or_else(|| format!("rows[{at}]"), shortened)
}

/// An over-long text is itself an offence; the error must not repeat all of it.
pub(super) fn shortened(label: &str) -> String {
    if label.len() <= 210 || label.chars().nth(210).is_none() {
        label.to_owned()
    } else {
        label.chars().take(60).chain("...".chars()).collect()
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "zone \"{}\"", self.zone_name())?;
        match self.row {
            Some(row) => write!(out, ", row \"{}\"", row_name(row)),
            None => Ok(()),
        }
    }
}

/// Positions of a zone, a row and a seat, added up. Not a number once one of them was not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shift {
    pub x: f64,
    pub y: f64,
}

impl Shift {
    pub const NONE: Shift = Shift { x: 0.0, y: 0.0 };
    pub const UNUSABLE: Shift = Shift { x: f64::NAN, y: f64::NAN };

    /// Zones and rows of older files have no position: that is (0, 0).
    pub fn plus(self, position: Option<&PositionInFile<'_>>) -> Shift {
        let Some(position) = position else { return self };
        let (Some(x), Some(y)) = (position.x.and_then(finite), position.y.and_then(finite)) else {
            return Shift::UNUSABLE;
        };
        Shift { x: self.x + x, y: self.y + y }
    }

    /// Millionths of a unit are noise from adding decimals up (1423.6940000000002), not positions.
    pub fn cleaned(self) -> Shift {
        let cleaned = |units: f64| (units * 1e6).round() / 1e6 + 0.0;
        Shift { x: cleaned(self.x), y: cleaned(self.y) }
    }

    pub fn is_usable(self) -> bool {
        self.x.abs() <= COORDINATE_MAX && self.y.abs() <= COORDINATE_MAX
    }
}
