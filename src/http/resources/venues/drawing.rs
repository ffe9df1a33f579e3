//! A venue's plan as a client needs it for drawing: everything with absolute positions.

use std::ops::Range;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::frame::Frame;
use crate::actors::Venue;
use crate::domain::VenueId;
use crate::domain::plan::{Area, Category, RowFacts, SeatIndex, SeatingPlan, ZoneFacts};

pub fn bytes(venue: &Venue) -> Vec<u8> {
    let plan: &SeatingPlan = &venue.plan;
    let drawing = Drawing {
        venue_id: venue.id,
        name: &venue.name,
        plan_name: plan.name(),
        seats: plan.seat_count(),
        frame: Frame::of(plan),
        categories: plan.categories(),
        zones: plan.zones().iter().map(|zone| ZoneDrawing::of(zone, plan)).collect(),
        general_admission: plan.areas().iter().map(|area| AreaDrawing::of(area, plan)).collect(),
    };
    serde_json::to_vec(&drawing).expect("texts and numbers are always JSON")
}

#[derive(Serialize, ToSchema)]
pub struct Drawing<'a> {
    venue_id: VenueId,
    name: &'a str,
    plan_name: &'a str,
    seats: u32,
    #[serde(flatten)]
    frame: Frame,
    #[schema(value_type = Vec<Object>)]
    categories: &'a [Category],
    zones: Vec<ZoneDrawing<'a>>,
    general_admission: Vec<AreaDrawing<'a>>,
}

#[derive(Serialize, ToSchema)]
struct ZoneDrawing<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone_id: Option<&'a str>,
    /// Where the shapes count from.
    x: f64,
    y: f64,
    rows: Vec<RowDrawing<'a>>,
    /// Stage, bar, text: as the imported file had them.
    #[schema(value_type = Vec<Object>)]
    shapes: Vec<&'a RawValue>,
}

#[derive(Serialize, ToSchema)]
struct RowDrawing<'a> {
    row: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[schema(value_type = Vec<SeatDrawing>)]
    seats: SeatDrawings<'a>,
}

#[derive(Serialize, ToSchema)]
struct SeatDrawing<'a> {
    seat: &'a str,
    number: &'a str,
    category: &'a str,
    x: f64,
    y: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    radius: Option<f32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    accessible: bool,
}

#[derive(Serialize, ToSchema)]
struct AreaDrawing<'a> {
    area: &'a str,
    category: &'a str,
    capacity: u32,
}

/// Written seat by seat: a list of 200,000 of them is never in memory.
struct SeatDrawings<'a> {
    plan: &'a SeatingPlan,
    seats: Range<u32>,
}

impl Serialize for SeatDrawings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.seats.len()))?;
        for seat in self.seats.clone() {
            list.serialize_element(&SeatDrawing::of(SeatIndex(seat), self.plan))?;
        }
        list.end()
    }
}

impl<'a> ZoneDrawing<'a> {
    fn of(zone: &'a ZoneFacts, plan: &'a SeatingPlan) -> Self {
        let rows = &plan.rows()[zone.rows.start as usize..zone.rows.end as usize];
        Self {
            name: &zone.name,
            zone_id: zone.zone_id.as_deref(),
            x: zone.x,
            y: zone.y,
            rows: rows.iter().map(|row| RowDrawing::of(row, plan)).collect(),
            // The import took them from a JSON text, so they are JSON still.
            shapes: zone.shapes.iter().filter_map(|shape| serde_json::from_str(shape).ok()).collect(),
        }
    }
}

impl<'a> RowDrawing<'a> {
    fn of(row: &'a RowFacts, plan: &'a SeatingPlan) -> Self {
        Self { row: &row.number, label: row.label.as_deref(), seats: SeatDrawings { plan, seats: row.seats.clone() } }
    }
}

impl<'a> SeatDrawing<'a> {
    fn of(seat: SeatIndex, plan: &'a SeatingPlan) -> Self {
        let (x, y) = plan.position(seat);
        Self {
            seat: plan.label(seat),
            number: plan.number(seat),
            category: &plan.categories()[plan.category_of(seat).index()].name,
            x,
            y,
            radius: plan.radius(seat),
            accessible: plan.is_accessible(seat),
        }
    }
}

impl<'a> AreaDrawing<'a> {
    fn of(area: &'a Area, plan: &'a SeatingPlan) -> Self {
        let category = &plan.categories()[area.category.index()].name;
        Self { area: &area.name, category, capacity: area.capacity }
    }
}
