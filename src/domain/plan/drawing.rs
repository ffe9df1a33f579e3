//! A plan for those who draw it: every seat with its absolute position, nothing to add up or look up.
//!
//! What is free or sold is not in it; that changes by the second and the plan never does.
use serde::Serialize;
use serde_json::value::RawValue;

use super::definition::{Category, Size};
use super::facts::{RowFacts, ZoneFacts};
use super::{SeatIndex, SeatingPlan};

/// Around the outermost seats of a plan that does not say how large it is, in plan units.
const MARGIN: f64 = 20.0;

/// A seating plan as JSON has it.
#[derive(Debug, Serialize)]
pub struct Drawing<'p> {
    pub name: &'p str,
    /// The top left corner of what `size` measures.
    pub origin: Corner,
    pub size: Size,
    pub categories: &'p [Category],
    pub zones: Vec<DrawnZone<'p>>,
    pub general_admission: Vec<DrawnArea<'p>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Corner {
    pub x: f64,
    pub y: f64,
}

#[derive(Debug, Serialize)]
pub struct DrawnZone<'p> {
    pub name: &'p str,
    pub zone_id: Option<&'p str>,
    /// Where the positions of the shapes count from.
    pub x: f64,
    pub y: f64,
    pub rows: Vec<DrawnRow<'p>>,
    /// As the file had them.
    pub shapes: Vec<&'p RawValue>,
}

#[derive(Debug, Serialize)]
pub struct DrawnRow<'p> {
    pub number: &'p str,
    pub label: Option<&'p str>,
    pub seats: Vec<DrawnSeat<'p>>,
}

#[derive(Debug, Serialize)]
pub struct DrawnSeat<'p> {
    pub label: &'p str,
    pub number: &'p str,
    pub x: f64,
    pub y: f64,
    pub category: &'p str,
    pub accessible: bool,
    pub radius: Option<f32>,
}

#[derive(Debug, Serialize)]
pub struct DrawnArea<'p> {
    pub area: &'p str,
    pub category: &'p str,
    pub capacity: u32,
}

/// The drawing of a plan.
pub fn drawing(plan: &SeatingPlan) -> Drawing<'_> {
    let (origin, size) = frame(plan);
    let areas = plan.areas().iter().map(|area| DrawnArea {
        area: &area.name,
        category: &plan.categories()[area.category.index()].name,
        capacity: area.capacity,
    });
    Drawing {
        name: plan.name(),
        origin,
        size,
        categories: plan.categories(),
        zones: plan.zones().iter().map(|zone| drawn_zone(plan, zone)).collect(),
        general_admission: areas.collect(),
    }
}

fn drawn_zone<'p>(plan: &'p SeatingPlan, zone: &'p ZoneFacts) -> DrawnZone<'p> {
    let rows = &plan.rows()[zone.rows.start as usize..zone.rows.end as usize];
    let raw = |shape: &'p String| serde_json::from_str(shape).expect("a shape was cut out of JSON");
    DrawnZone {
        name: &zone.name,
        zone_id: zone.zone_id.as_deref(),
        x: zone.x,
        y: zone.y,
        rows: rows.iter().map(|row| drawn_row(plan, row)).collect(),
        shapes: zone.shapes.iter().map(raw).collect(),
    }
}

fn drawn_row<'p>(plan: &'p SeatingPlan, row: &'p RowFacts) -> DrawnRow<'p> {
    let seats = row.seats.clone().map(|seat| drawn_seat(plan, SeatIndex(seat))).collect();
    DrawnRow { number: &row.number, label: row.label.as_deref(), seats }
}

fn drawn_seat(plan: &SeatingPlan, seat: SeatIndex) -> DrawnSeat<'_> {
    let (x, y) = plan.position(seat);
    DrawnSeat {
        label: plan.label(seat),
        number: plan.number(seat),
        x,
        y,
        category: &plan.categories()[plan.category_of(seat).index()].name,
        accessible: plan.is_accessible(seat),
        radius: plan.radius(seat),
    }
}

/// What the file says, or else the box around all seats and a margin.
fn frame(plan: &SeatingPlan) -> (Corner, Size) {
    if let Some(size) = plan.size() {
        return (Corner { x: 0.0, y: 0.0 }, size);
    }
    if plan.seat_count() == 0 {
        return (Corner { x: 0.0, y: 0.0 }, Size { width: 2.0 * MARGIN, height: 2.0 * MARGIN });
    }
    let positions = (0..plan.seat_count()).map(|seat| plan.position(SeatIndex(seat)));
    let low = positions.clone().fold((f64::MAX, f64::MAX), |low, at| (low.0.min(at.0), low.1.min(at.1)));
    let high = positions.fold((f64::MIN, f64::MIN), |high, at| (high.0.max(at.0), high.1.max(at.1)));
    let size = Size { width: high.0 - low.0 + 2.0 * MARGIN, height: high.1 - low.1 + 2.0 * MARGIN };
    (Corner { x: low.0 - MARGIN, y: low.1 - MARGIN }, size)
}
