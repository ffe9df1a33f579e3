//! What can be wrong with a plan, and the error that says so to whoever has to mend it.
//!
//! All offenders of all kinds are counted; the first twenty are named with their zone and row. Nothing here decides
//! whether something is an offence: the import does.
use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::limits::OFFENDERS_NAMED_MAX;

/// The kind of a problem; serialised as a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Offence {
    Unreadable,
    EmptyPlan,
    TooManySeats,
    TooManyRows,
    TooManyZones,
    TooManyCategories,
    TooManyAreas,
    EmptyLabel,
    LabelTooLong,
    RepeatedLabel,
    UnknownCategory,
    BadCoordinate,
    BadCategory,
    BadArea,
    UnknownAccessibleSeat,
}

impl Offence {
    /// The code that clients see.
    pub fn code(self) -> &'static str {
        match self {
            Offence::Unreadable => "unreadable",
            Offence::EmptyPlan => "empty_plan",
            Offence::TooManySeats => "too_many_seats",
            Offence::TooManyRows => "too_many_rows",
            Offence::TooManyZones => "too_many_zones",
            Offence::TooManyCategories => "too_many_categories",
            Offence::TooManyAreas => "too_many_areas",
            Offence::EmptyLabel => "empty_label",
            Offence::LabelTooLong => "label_too_long",
            Offence::RepeatedLabel => "repeated_label",
            Offence::UnknownCategory => "unknown_category",
            Offence::BadCoordinate => "bad_coordinate",
            Offence::BadCategory => "bad_category",
            Offence::BadArea => "bad_area",
            Offence::UnknownAccessibleSeat => "unknown_accessible_seat",
        }
    }
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offender {
    pub offence: Offence,
    pub zone: Option<String>,
    pub row: Option<String>,
    pub label: Option<String>,
    /// A sentence that names the zone and the row too.
    pub message: String,
}

/// Why a plan was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanError {
    /// The first twenty, in the order of the file.
    pub offenders: Vec<Offender>,
    /// All of them.
    pub count: usize,
    /// How many there are of each kind.
    pub by_offence: BTreeMap<Offence, usize>,
}

impl std::error::Error for PlanError {}

impl fmt::Display for PlanError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the seating plan has {} problem{}", self.count, if self.count == 1 { "" } else { "s" })?;
        let kinds: Vec<String> =
            self.by_offence.iter().map(|(kind, count)| format!("{count} {}", kind.code())).collect();
        let messages: Vec<&str> = self.offenders.iter().map(|offender| offender.message.as_str()).collect();
        write!(out, " ({}): {}", kinds.join(", "), messages.join("; "))?;
        match self.count - self.offenders.len() {
            0 => Ok(()),
            unnamed => write!(out, "; and {unnamed} more"),
        }
    }
}

impl PlanError {
    /// An error of one offender.
    pub fn of(offender: Offender) -> PlanError {
        let mut found = Offenders::default();
        found.add(offender.offence, || offender);
        found.into_error()
    }
}

/// Collects offenders while a plan is read.
#[derive(Debug, Default)]
pub(super) struct Offenders {
    named: Vec<Offender>,
    by_offence: BTreeMap<Offence, usize>,
}

impl Offenders {
    /// Counts an offender; describes it only while there is room, since a plan may have 200,000 of them.
    pub fn add(&mut self, offence: Offence, describe: impl FnOnce() -> Offender) {
        *self.by_offence.entry(offence).or_default() += 1;
        if self.named.len() < OFFENDERS_NAMED_MAX {
            self.named.push(describe());
        }
    }

    /// An offence of the plan as a whole, or of something outside the rows.
    pub fn add_at_large(&mut self, offence: Offence, label: Option<&str>, message: String) {
        let label = label.map(str::to_owned);
        self.add(offence, || Offender { offence, zone: None, row: None, label, message });
    }

    pub fn is_empty(&self) -> bool {
        self.by_offence.is_empty()
    }

    pub fn into_error(self) -> PlanError {
        let count = self.by_offence.values().sum();
        PlanError { offenders: self.named, count, by_offence: self.by_offence }
    }
}
