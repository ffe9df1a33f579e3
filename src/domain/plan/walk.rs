//! Walks through the zones, rows and seats of a file once, keeping what is right and noting whatever is wrong.
//!
//! Which file it is, and what becomes of it, is the import's business.
use ahash::{AHashMap, AHashSet};

use super::limits::{LABEL_CHARACTERS_MAX, ROWS_MAX, SEATS_MAX, ZONES_MAX};
use super::offence::{Offence, Offenders};
use super::place::{Place, Shift, shortened};
use super::pretix::{RowInFile, SeatInFile, ZoneInFile};
use super::price_classes::PriceClasses;
use super::reading::{List, Text, filled, finite};
use super::{CategoryIndex, Row, Seat, Zone};
use crate::domain::object::Object;

/// One pass over a file.
pub(super) struct Walk<'f> {
    pub classes: &'f PriceClasses,
    pub labels_are_uuids: bool,
    pub accessible: AHashSet<&'f str>,
    /// Where each label was met first.
    pub first_use: AHashMap<&'f str, Place<'f>>,
    pub rows: usize,
    pub seats: usize,
    pub offenders: Offenders,
}

impl<'f> Walk<'f> {
    pub fn zone(&mut self, at: usize, zone: &'f ZoneInFile<'_>) -> Zone {
        let named = filled(&zone.name).or(filled(&zone.zone_id));
        let place = Place { zone_at: at, zone: named, row: None };
        let shift = Shift::NONE.plus(zone.position.as_ref().map(|Object(at)| at));
        if !shift.is_usable() {
            self.offend(Offence::BadCoordinate, place, None, "has a position that is not two finite numbers");
        }
        self.name(place, "a name", named);
        self.name(place, "a zone_id", filled(&zone.zone_id));
        let rows: &[Object<RowInFile<'_>>] = zone.rows.as_ref().map_or(&[], |List(rows)| rows);
        let rows = rows.iter().enumerate().map(|(row_at, Object(row))| self.row(place, row_at, shift, row)).collect();
        let shapes = zone.areas.as_ref().map_or(&[][..], |List(shapes)| shapes);
        for shape in shapes {
            // They are handed out as they came: what a strict reader cannot read would spoil the whole plan for it.
            if serde_json::from_str::<serde_json::Value>(shape.get()).is_err() {
                self.offend(Offence::Unreadable, place, None, "has an area that is no JSON to draw");
            }
        }
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
        let shift = zone_shift.plus(row.position.as_ref().map(|Object(at)| at));
        if zone_shift.is_usable() && !shift.is_usable() {
            self.offend(Offence::BadCoordinate, place, None, "has a position that is not two finite numbers");
        }
        self.name(place, "a number", named);
        self.name(place, "a row_label", filled(&row.row_label));
        self.rows += 1;
        Row {
            number: named.map_or_else(|| (at + 1).to_string(), str::to_owned),
            label: filled(&row.row_label).map(str::to_owned),
            seats: row.seats.0.iter().map(|Object(seat)| self.seat(place, shift, seat)).collect(),
        }
    }

    fn seat(&mut self, place: Place<'f>, row_shift: Shift, seat: &'f SeatInFile<'_>) -> Seat {
        self.seats += 1;
        let label = self.label(place, if self.labels_are_uuids { &seat.uuid } else { &seat.seat_guid });
        let shift = match &seat.position {
            Some(Object(position)) => row_shift.plus(Some(position)),
            None => Shift::UNUSABLE,
        };
        if row_shift.is_usable() && !shift.is_usable() {
            self.offend(Offence::BadCoordinate, place, label, "has a position that is not two finite numbers");
        }
        self.name(place, "a seat_number", filled(&seat.seat_number));
        let Shift { x, y } = shift.cleaned();
        Seat {
            label: label.unwrap_or_default().to_owned(),
            number: filled(&seat.seat_number).unwrap_or_default().to_owned(),
            category: self.category(place, label, &seat.category),
            x,
            y,
            radius: seat
                .radius
                .and_then(finite)
                .map(|radius| radius as f32)
                .filter(|radius| radius.is_normal() && *radius > 0.0),
            accessible: label.is_some_and(|label| self.accessible.contains(label)),
        }
    }

    fn name(&mut self, place: Place<'f>, what: &str, name: Option<&str>) {
        if name.is_some_and(is_too_long) {
            let problem = format!("has {what} of more than {LABEL_CHARACTERS_MAX} characters");
            self.offend(Offence::LabelTooLong, place, None, &problem);
        }
    }

    fn label(&mut self, place: Place<'f>, text: &'f Option<Text<'_>>) -> Option<&'f str> {
        let label = filled(text);
        let Some(known) = label else {
            let field = if self.labels_are_uuids { "uuid" } else { "seat_guid" };
            self.offend(Offence::EmptyLabel, place, None, &format!("has a seat without a label ({field})"));
            return None;
        };
        if is_too_long(known) {
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
            Some(name) => format!("is of category \"{}\", which the plan does not have", shortened(name)),
            None => "has no category".to_owned(),
        };
        self.offend(Offence::UnknownCategory, place, label, &problem);
        CategoryIndex(0)
    }

    fn offend(&mut self, offence: Offence, place: Place<'_>, label: Option<&str>, problem: &str) {
        self.offenders.add(offence, || place.offender(offence, label, problem));
    }

    pub fn check_size(&mut self, zones: usize, nothing_but_seats: bool) {
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

    pub fn check_accessible(&mut self, asked: &[String]) {
        for label in asked {
            if !self.first_use.contains_key(label.trim()) {
                let label = shortened(label);
                let message = format!("accessible seat \"{label}\" is not in the plan");
                self.offenders.add_at_large(Offence::UnknownAccessibleSeat, Some(&label), message);
            }
        }
    }
}

/// Counting bytes first spares the counting of characters for nearly every text.
fn is_too_long(text: &str) -> bool {
    text.len() > LABEL_CHARACTERS_MAX && text.chars().count() > LABEL_CHARACTERS_MAX
}
