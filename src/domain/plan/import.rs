//! Makes a [`PlanDefinition`] of a pretix seating plan, or an error that names whatever is wrong with it.
//!
//! Everything is checked in one pass, so that a plan is mended once and not once per mistake. Neighbours and aisles
//! are not looked at here: any finite geometry is a plan.
use ahash::{AHashMap, AHashSet};

use super::limits::{LABEL_CHARACTERS_MAX, ROWS_MAX, SEATS_MAX, ZONES_MAX};
use super::offence::{Offence, Offender, Offenders};
use super::place::{Place, Shift};
use super::pretix::{PlanFile, RowInFile, SeatInFile, SizeInFile, ZoneInFile};
use super::price_classes::PriceClasses;
use super::reading::{List, Text, filled, finite};
use super::{CategoryIndex, GeneralAdmission, PlanDefinition, PlanError, Row, Seat, Size, Zone, admission};

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
    let file: PlanFile<'_> = serde_json::from_str(plan_json).map_err(|error| unreadable(&error.to_string()))?;
    let labels_are_uuids = match filled(&file.seat_label_from) {
        None | Some("seat_guid") => false,
        Some("uuid") => true,
        Some(other) => return Err(unreadable(&format!("seat_label_from is \"{other}\", not seat_guid or uuid"))),
    };
    let mut offenders = Offenders::default();
    let classes = PriceClasses::check(&file.categories.0, &mut offenders);
    let mut reader = Reader {
        classes: &classes,
        labels_are_uuids,
        accessible: options.accessible.iter().map(|label| label.trim()).collect(),
        first_use: AHashMap::new(),
        rows: 0,
        seats: 0,
        offenders,
    };
    let zones: Vec<Zone> = file.zones.0.iter().enumerate().map(|(at, zone)| reader.zone(at, zone)).collect();
    reader.check_size(zones.len(), options.general_admission.is_empty());
    reader.check_accessible(&options.accessible);
    let Reader { first_use, mut offenders, .. } = reader;
    let is_seat = |name: &str| first_use.contains_key(name);
    let areas = admission::check(&options.general_admission, &classes, is_seat, &mut offenders);
    if !offenders.is_empty() {
        return Err(offenders.into_error());
    }
    let name = filled(&file.name).unwrap_or_default().to_owned();
    let size = file.size.as_ref().and_then(size_in_file);
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

struct Reader<'f> {
    classes: &'f PriceClasses,
    labels_are_uuids: bool,
    accessible: AHashSet<&'f str>,
    /// Where each label was met first.
    first_use: AHashMap<&'f str, Place<'f>>,
    rows: usize,
    seats: usize,
    offenders: Offenders,
}

impl<'f> Reader<'f> {
    fn zone(&mut self, at: usize, zone: &'f ZoneInFile<'_>) -> Zone {
        let named = filled(&zone.name).or(filled(&zone.zone_id));
        let place = Place { zone_at: at, zone: named, row: None };
        let shift = Shift::NONE.plus(zone.position.as_ref());
        if !shift.is_usable() {
            self.offend(Offence::BadCoordinate, place, None, "has a position that is not two finite numbers");
        }
        let rows: &[RowInFile<'_>] = zone.rows.as_ref().map_or(&[], |List(rows)| rows);
        let rows = rows.iter().enumerate().map(|(row_at, row)| self.row(place, row_at, shift, row)).collect();
        let shapes = zone.areas.as_ref().map_or(&[][..], |List(shapes)| shapes);
        Zone {
            name: named.map_or_else(|| format!("Zone {}", at + 1), str::to_owned),
            zone_id: filled(&zone.zone_id).map(str::to_owned),
            x: shift.x,
            y: shift.y,
            rows,
            shapes: shapes.iter().map(|shape| shape.get().to_owned()).collect(),
        }
    }

    fn row(&mut self, zone: Place<'f>, at: usize, zone_shift: Shift, row: &'f RowInFile<'_>) -> Row {
        let named = filled(&row.row_number).or(filled(&row.row_label));
        let place = Place { row: Some((at, named)), ..zone };
        let shift = zone_shift.plus(row.position.as_ref());
        if zone_shift.is_usable() && !shift.is_usable() {
            self.offend(Offence::BadCoordinate, place, None, "has a position that is not two finite numbers");
        }
        self.rows += 1;
        Row {
            number: named.map_or_else(|| (at + 1).to_string(), str::to_owned),
            label: filled(&row.row_label).map(str::to_owned),
            seats: row.seats.0.iter().map(|seat| self.seat(place, shift, seat)).collect(),
        }
    }

    fn seat(&mut self, place: Place<'f>, row_shift: Shift, seat: &'f SeatInFile<'_>) -> Seat {
        self.seats += 1;
        let label = self.label(place, if self.labels_are_uuids { &seat.uuid } else { &seat.seat_guid });
        let shift = match &seat.position {
            Some(position) => row_shift.plus(Some(position)),
            None => Shift::UNUSABLE,
        };
        if row_shift.is_usable() && !shift.is_usable() {
            self.offend(Offence::BadCoordinate, place, label, "has a position that is not two finite numbers");
        }
        let Shift { x, y } = shift.cleaned();
        Seat {
            label: label.unwrap_or_default().to_owned(),
            number: filled(&seat.seat_number).unwrap_or_default().to_owned(),
            category: self.category(place, label, &seat.category),
            x,
            y,
            radius: seat.radius.and_then(finite).filter(|radius| *radius > 0.0).map(|radius| radius as f32),
            accessible: label.is_some_and(|label| self.accessible.contains(label)),
        }
    }

    fn label(&mut self, place: Place<'f>, text: &'f Option<Text<'_>>) -> Option<&'f str> {
        let label = filled(text);
        let Some(known) = label else {
            let field = if self.labels_are_uuids { "uuid" } else { "seat_guid" };
            self.offend(Offence::EmptyLabel, place, None, &format!("has a seat without a label ({field})"));
            return None;
        };
        // Counting bytes first spares the counting of characters for nearly every seat.
        if known.len() > LABEL_CHARACTERS_MAX && known.chars().count() > LABEL_CHARACTERS_MAX {
            let problem = format!("has a label of more than {LABEL_CHARACTERS_MAX} characters");
            self.offend(Offence::LabelTooLong, place, label, &problem);
        }
        if let Some(first) = self.first_use.get(known) {
            let problem = format!("has a label that a seat in {first} has already");
            self.offend(Offence::RepeatedLabel, place, label, &problem);
        } else {
            self.first_use.insert(known, place);
        }
        label
    }

    fn category(&mut self, place: Place<'f>, label: Option<&str>, text: &Option<Text<'_>>) -> CategoryIndex {
        let name = filled(text);
        if let Some(known) = name.and_then(|name| self.classes.find(name)) {
            return known;
        }
        let problem = match name {
            Some(name) => format!("is of category \"{name}\", which the plan does not have"),
            None => "has no category".to_owned(),
        };
        self.offend(Offence::UnknownCategory, place, label, &problem);
        CategoryIndex(0)
    }

    fn offend(&mut self, offence: Offence, place: Place<'_>, label: Option<&str>, problem: &str) {
        self.offenders.add(offence, || place.offender(offence, label, problem));
    }

    fn check_size(&mut self, zones: usize, nothing_but_seats: bool) {
        if self.seats == 0 && nothing_but_seats {
            let message = "the plan has no seats and no general admission".to_owned();
            self.offenders.add_at_large(Offence::EmptyPlan, None, message);
        }
        for (offence, what, count, max) in [
            (Offence::TooManySeats, "seats", self.seats, SEATS_MAX),
            (Offence::TooManyRows, "rows", self.rows, ROWS_MAX),
            (Offence::TooManyZones, "zones", zones, ZONES_MAX),
        ] {
            if count > max {
                let message = format!("the plan has {count} {what}, and at most {max} are possible");
                self.offenders.add_at_large(offence, None, message);
            }
        }
    }

    fn check_accessible(&mut self, asked: &[String]) {
        for label in asked {
            if !self.first_use.contains_key(label.trim()) {
                let message = format!("accessible seat \"{label}\" is not in the plan");
                self.offenders.add_at_large(Offence::UnknownAccessibleSeat, Some(label), message);
            }
        }
    }
}
