//! Zones and rows without their seats: names, and which seats are theirs.
//!
//! Neighbours and distances are elsewhere; this is what a plan says, not what follows from it.
use super::ZoneIndex;
use super::definition::Zone;

/// A zone without its seats.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneFacts {
    pub name: String,
    pub zone_id: Option<String>,
    pub x: f64,
    pub y: f64,
    /// Its rows, as indexes of [`SeatingPlan::rows`].
    pub rows: std::ops::Range<u32>,
    /// Decorative shapes, each as JSON.
    pub shapes: Vec<String>,
}

/// A row without its seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFacts {
    pub zone: ZoneIndex,
    pub number: String,
    pub label: Option<String>,
    /// Its seats, in the order of the definition.
    pub seats: std::ops::Range<u32>,
}

/// The zones, and the rows of all of them.
pub(super) fn facts(zones: Vec<Zone>) -> (Vec<ZoneFacts>, Vec<RowFacts>) {
    let mut facts = (Vec::new(), Vec::new());
    let mut first_seat = 0;
    for zone in zones {
        add_zone(zone, &mut facts, &mut first_seat);
    }
    facts
}

fn add_zone(zone: Zone, (zones, rows): &mut (Vec<ZoneFacts>, Vec<RowFacts>), first_seat: &mut u32) {
    let small = |number: usize| u32::try_from(number).expect("a plan has at most 200,000 seats and rows");
    let index = ZoneIndex(u16::try_from(zones.len()).expect("a plan has at most 10,000 zones"));
    let first_row = small(rows.len());
    for row in zone.rows {
        let seats = *first_seat..*first_seat + small(row.seats.len());
        *first_seat = seats.end;
        rows.push(RowFacts { zone: index, number: row.number, label: row.label, seats });
    }
    let (name, zone_id, shapes) = (zone.name, zone.zone_id, zone.shapes);
    zones.push(ZoneFacts { name, zone_id, x: zone.x, y: zone.y, rows: first_row..small(rows.len()), shapes });
}
