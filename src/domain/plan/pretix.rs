//! The pretix seating plan as a file has it, read but not yet checked.
//!
//! It accepts what older and newer editors write: fields that are absent, fields we do not know, numbers where the
//! format has text. Coordinates stay raw, so that `1e999` or `null` becomes an offender with a name rather than a
//! parse error without one. What the values mean is the import's business.
use serde::Deserialize;
use serde_json::value::RawValue;

use super::reading::{List, Listed, Text};
use crate::domain::object::Object;

#[derive(Deserialize)]
pub(super) struct PlanFile<'a> {
    #[serde(borrow)]
    pub name: Option<Text<'a>>,
    #[serde(borrow)]
    pub seat_label_from: Option<Text<'a>>,
    #[serde(borrow)]
    pub size: Option<Object<SizeInFile<'a>>>,
    #[serde(borrow)]
    pub categories: List<Object<CategoryInFile<'a>>>,
    #[serde(borrow)]
    pub zones: List<Object<ZoneInFile<'a>>>,
}

#[derive(Deserialize)]
pub(super) struct SizeInFile<'a> {
    #[serde(borrow)]
    pub width: Option<&'a RawValue>,
    #[serde(borrow)]
    pub height: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct CategoryInFile<'a> {
    #[serde(borrow)]
    pub name: Option<Text<'a>>,
    #[serde(borrow)]
    pub color: Option<Text<'a>>,
}

#[derive(Deserialize)]
pub(super) struct ZoneInFile<'a> {
    #[serde(borrow)]
    pub name: Option<Text<'a>>,
    #[serde(borrow)]
    pub zone_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub position: Option<Object<PositionInFile<'a>>>,
    #[serde(borrow)]
    pub rows: Option<List<Object<RowInFile<'a>>>>,
    #[serde(borrow)]
    pub areas: Option<List<&'a RawValue>>,
}

#[derive(Deserialize)]
pub(super) struct RowInFile<'a> {
    #[serde(borrow)]
    pub row_number: Option<Text<'a>>,
    #[serde(borrow)]
    pub row_label: Option<Text<'a>>,
    #[serde(borrow)]
    pub position: Option<Object<PositionInFile<'a>>>,
    #[serde(borrow)]
    pub seats: List<Object<SeatInFile<'a>>>,
}

#[derive(Deserialize)]
pub(super) struct SeatInFile<'a> {
    #[serde(borrow)]
    pub seat_guid: Option<Text<'a>>,
    #[serde(borrow)]
    pub uuid: Option<Text<'a>>,
    #[serde(borrow)]
    pub seat_number: Option<Text<'a>>,
    #[serde(borrow)]
    pub position: Option<Object<PositionInFile<'a>>>,
    #[serde(borrow)]
    pub category: Option<Text<'a>>,
    #[serde(borrow)]
    pub radius: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct PositionInFile<'a> {
    #[serde(borrow)]
    pub x: Option<&'a RawValue>,
    #[serde(borrow)]
    pub y: Option<&'a RawValue>,
}

impl Listed for CategoryInFile<'_> {
    const LIST: &'static str = "categories";
}

impl Listed for ZoneInFile<'_> {
    const LIST: &'static str = "zones";
}

impl Listed for RowInFile<'_> {
    const LIST: &'static str = "rows";
}

impl Listed for SeatInFile<'_> {
    const LIST: &'static str = "seats";
}

impl<T: Listed> Listed for Object<T> {
    const LIST: &'static str = T::LIST;
}

impl Listed for &RawValue {
    const LIST: &'static str = "areas";
}
