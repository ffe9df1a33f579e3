//! General admission: the standing areas that a request adds to a plan file, which knows seats only.
//!
//! It checks them against the plan's categories and labels. How many people are inside is the show's business.
use ahash::AHashSet;
use serde::{Deserialize, Serialize};

use super::Area;
use super::limits::{AREAS_MAX, CAPACITY_MAX, LABEL_CHARACTERS_MAX};
use super::offence::{Offence, Offenders};
use super::price_classes::PriceClasses;

/// An area as a request names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralAdmission {
    pub area: String,
    pub category: String,
    /// From 1 to 1,000,000 people.
    pub capacity: u32,
}

/// The areas that are in order; the others become offenders. `is_seat` tells whether a label belongs to a seat: an
/// area of the same name would make a ticket ambiguous.
pub(super) fn check(
    asked: &[GeneralAdmission],
    classes: &PriceClasses,
    is_seat: impl Fn(&str) -> bool,
    offenders: &mut Offenders,
) -> Vec<Area> {
    if asked.len() > AREAS_MAX {
        let message = format!("{} general admission areas, and at most {AREAS_MAX} are possible", asked.len());
        offenders.add_at_large(Offence::TooManyAreas, None, message);
    }
    let mut names = AHashSet::new();
    let mut areas = Vec::new();
    for (place, wanted) in asked.iter().enumerate().take(AREAS_MAX) {
        let name = wanted.area.trim();
        let mut refuse = |offence, problem: String| {
            let message = format!("general_admission[{place}] \"{name}\" {problem}");
            offenders.add_at_large(offence, Some(name), message);
        };
        if name.is_empty() {
            refuse(Offence::BadArea, "has no name".into());
        } else if name.chars().count() > LABEL_CHARACTERS_MAX {
            refuse(Offence::BadArea, format!("has a name of more than {LABEL_CHARACTERS_MAX} characters"));
        } else if !names.insert(name) {
            refuse(Offence::BadArea, "has the name of another area".into());
        } else if is_seat(name) {
            refuse(Offence::BadArea, "has the label of a seat".into());
        }
        if !(1..=CAPACITY_MAX).contains(&wanted.capacity) {
            let problem = format!("has a capacity of {}; it must be from 1 to {CAPACITY_MAX}", wanted.capacity);
            refuse(Offence::BadArea, problem);
        }
        match classes.find(wanted.category.trim()) {
            Some(category) => areas.push(Area { name: name.to_owned(), category, capacity: wanted.capacity }),
            None => refuse(
                Offence::UnknownCategory,
                format!("is of category \"{}\", which the plan does not have", wanted.category),
            ),
        }
    }
    areas
}
