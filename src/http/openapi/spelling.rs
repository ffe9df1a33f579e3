//! How values of the domain are spelled in JSON, for those that do not describe themselves.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::actors::{CheckoutCrashMode, CrashMode};
use crate::domain::money::Money;
use crate::domain::refusal::{SalesStatus, SeatConflict};
use crate::domain::{BookingId, CheckoutId, CustomerId, HoldId, ShowId, TicketId, VenueId};
use crate::projections::sales::CategorySales;

/// No control characters.
pub const PRINTABLE: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]+$";

fn uuid() -> RefOr<Schema> {
    let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
    Object::builder().schema_type(Type::String).format(Some(format)).into()
}

fn one_of(values: &[&str]) -> RefOr<Schema> {
    Object::builder().schema_type(Type::String).enum_values(Some(values.iter().map(|value| (*value).to_owned()))).into()
}

pub fn text(characters_max: usize) -> ObjectBuilder {
    Object::builder().schema_type(Type::String).max_length(Some(characters_max))
}

impl PartialSchema for ShowId {
    fn schema() -> RefOr<Schema> {
        uuid()
    }
}
impl ToSchema for ShowId {}

impl PartialSchema for VenueId {
    fn schema() -> RefOr<Schema> {
        uuid()
    }
}
impl ToSchema for VenueId {}

impl PartialSchema for HoldId {
    fn schema() -> RefOr<Schema> {
        uuid()
    }
}
impl ToSchema for HoldId {}

impl PartialSchema for BookingId {
    fn schema() -> RefOr<Schema> {
        uuid()
    }
}
impl ToSchema for BookingId {}

impl PartialSchema for CheckoutId {
    fn schema() -> RefOr<Schema> {
        uuid()
    }
}
impl ToSchema for CheckoutId {}

impl PartialSchema for TicketId {
    fn schema() -> RefOr<Schema> {
        uuid()
    }
}
impl ToSchema for TicketId {}

impl PartialSchema for CustomerId {
    fn schema() -> RefOr<Schema> {
        text(Self::CHARACTERS_MAX).min_length(Some(1)).pattern(Some(PRINTABLE)).into()
    }
}
impl ToSchema for CustomerId {}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        let what = "Minor units of the show's currency: cents for EUR, yen for JPY.";
        Object::builder().schema_type(Type::Integer).minimum(Some(0)).description(Some(what)).into()
    }
}
impl ToSchema for Money {}

impl PartialSchema for CategorySales {
    fn schema() -> RefOr<Schema> {
        let count = || Object::builder().schema_type(Type::Integer).minimum(Some(0)).build();
        Object::builder()
            .property("tickets_sold", count())
            .property("tickets_cancelled", count())
            .property("amount_sold", Money::schema())
            .property("amount_cancelled", Money::schema())
            .into()
    }
}
impl ToSchema for CategorySales {}

impl PartialSchema for SalesStatus {
    fn schema() -> RefOr<Schema> {
        one_of(&["scheduled", "on_sale", "paused", "closed", "cancelled"])
    }
}
impl ToSchema for SalesStatus {}

impl PartialSchema for SeatConflict {
    fn schema() -> RefOr<Schema> {
        one_of(&["held", "sold", "blocked", "not_for_sale"])
    }
}
impl ToSchema for SeatConflict {}

impl PartialSchema for CrashMode {
    fn schema() -> RefOr<Schema> {
        one_of(&["panic", "panic_in_future", "panic_after_append", "panic_in_replay", "stop"])
    }
}
impl ToSchema for CrashMode {}

impl PartialSchema for CheckoutCrashMode {
    fn schema() -> RefOr<Schema> {
        one_of(&["runner", "drive", "drive_after_action", "drive_after_append"])
    }
}
impl ToSchema for CheckoutCrashMode {}

impl PartialSchema for crate::http::request::Label {
    fn schema() -> RefOr<Schema> {
        text(crate::domain::plan::limits::LABEL_CHARACTERS_MAX).into()
    }
}
impl ToSchema for crate::http::request::Label {}

impl PartialSchema for crate::http::request::OrganiserName {
    fn schema() -> RefOr<Schema> {
        text(crate::domain::Organiser::CHARACTERS_MAX).pattern(Some("^[a-z0-9][a-z0-9._-]*$")).into()
    }
}
impl ToSchema for crate::http::request::OrganiserName {}

impl<const MAX: usize> PartialSchema for crate::http::request::Line<MAX> {
    fn schema() -> RefOr<Schema> {
        text(MAX).min_length(Some(1)).pattern(Some(PRINTABLE)).into()
    }
}
impl<const MAX: usize> ToSchema for crate::http::request::Line<MAX> {
    fn name() -> Cow<'static, str> {
        format!("LineOf{MAX}").into()
    }
}

impl<const MAX: usize, const MIN: usize> PartialSchema for crate::http::request::Names<MAX, MIN> {
    fn schema() -> RefOr<Schema> {
        let names = crate::http::request::Label::schema();
        let min = Some(MIN).filter(|min| *min > 0);
        utoipa::openapi::ArrayBuilder::new().items(names).min_items(min).max_items(Some(MAX)).into()
    }
}
impl<const MAX: usize, const MIN: usize> ToSchema for crate::http::request::Names<MAX, MIN> {
    fn name() -> Cow<'static, str> {
        if MIN == 0 { format!("NamesUpTo{MAX}").into() } else { format!("Names{MIN}To{MAX}").into() }
    }
}

/// What is in it, and nothing more.
impl<T: ToSchema> PartialSchema for crate::http::request::Object<T> {
    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}
impl<T: ToSchema> ToSchema for crate::http::request::Object<T> {
    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
