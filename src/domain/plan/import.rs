//! Makes a [`PlanDefinition`] of a pretix seating plan, or an error that names whatever is wrong with it.
//!
//! Everything is checked in one pass, so that a plan is mended once and not once per mistake. Neighbours and aisles
//! are not looked at here: any finite geometry is a plan.
use ahash::AHashMap;

use super::offence::{Offence, Offender, Offenders};
use super::pretix::{PlanFile, SizeInFile};
use super::price_classes::PriceClasses;
use super::reading::{filled, finite};
use super::walk::Walk;
use super::{GeneralAdmission, PlanDefinition, PlanError, Size, Zone, admission};
use crate::domain::object::Object;

/// What a request says about a plan beyond the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Standing areas.
    pub general_admission: Vec<GeneralAdmission>,
    /// Labels of the seats that are kept for those who need an accessible one.
    pub accessible: Vec<String>,
}

/// Reads a pretix seating plan.
pub fn import(plan_json: &str, options: ImportOptions) -> Result<PlanDefinition, PlanError> {
    let plan_json = plan_json.trim_start_matches('\u{feff}');
    let file: Object<PlanFile<'_>> = serde_json::from_str(plan_json).map_err(|error| unreadable(&error.to_string()))?;
    let Object(file) = file;
    let labels_are_uuids = match filled(&file.seat_label_from) {
        None | Some("seat_guid") => false,
        Some("uuid") => true,
        Some(other) => {
            return Err(unreadable(&format!("seat_label_from is \"{other}\", not seat_guid or uuid")));
        }
    };
    let mut offenders = Offenders::default();
    let classes = PriceClasses::check(&file.categories.0, &mut offenders);
    let mut walk = Walk {
        classes: &classes,
        labels_are_uuids,
        accessible: options.accessible.iter().map(|label| label.trim()).collect(),
        first_use: AHashMap::new(),
        rows: 0,
        seats: 0,
        offenders,
    };
    let zones: Vec<Zone> = file.zones.0.iter().enumerate().map(|(at, Object(zone))| walk.zone(at, zone)).collect();
    walk.check_size(zones.len(), options.general_admission.is_empty());
    walk.check_accessible(&options.accessible);
    let Walk { first_use, mut offenders, .. } = walk;
    let is_seat = |name: &str| first_use.contains_key(name);
    let areas = admission::check(&options.general_admission, &classes, is_seat, &mut offenders);
    if !offenders.is_empty() {
        return Err(offenders.into_error());
    }
    let name = filled(&file.name).unwrap_or_default().to_owned();
    let size = file.size.as_ref().and_then(|Object(size)| size_in_file(size));
    Ok(PlanDefinition { name, size, categories: classes.categories, zones, areas })
}

fn unreadable(problem: &str) -> PlanError {
    let message = format!("the plan cannot be read: {problem}");
    PlanError::of(Offender { offence: Offence::Unreadable, zone: None, row: None, label: None, message })
}

fn size_in_file(size: &SizeInFile<'_>) -> Option<Size> {
    let width = finite(size.width?)?;
    let height = finite(size.height?)?;
    (width > 0.0 && height > 0.0).then_some(Size { width, height })
}
