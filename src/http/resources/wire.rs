//! How answers spell instants and positions.

use std::borrow::Cow;
use std::fmt::{self, Display};

use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::Timestamp;
use crate::domain::event::ShowTerms;
use crate::journal::Position;

/// RFC 3339, in UTC.
#[derive(Clone, Copy, Debug)]
pub struct Instant(pub Timestamp);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A position as text: opaque to clients, so that it may become more than a number.
#[derive(Clone, Copy, Debug)]
pub struct Place(pub Position);

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// When a show begins, with the offset that its own zone has at that time.
#[derive(Clone, Copy, Debug)]
pub struct StartsAt<'a>(pub &'a ShowTerms);

impl Display for StartsAt<'_> {
    /// A zone that this machine does not know any more is shown in UTC: the instant is what was meant.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zone = TimeZone::get(&self.0.time_zone).unwrap_or(TimeZone::UTC);
        match jiff::Timestamp::from_microsecond(self.0.starts_at.as_micros()) {
            Ok(instant) => write!(f, "{}", instant.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z")),
            Err(_) => write!(f, "{}", self.0.starts_at),
        }
    }
}

impl Serialize for StartsAt<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        Object::builder().schema_type(Type::String).format(Some(format)).into()
    }
}
impl ToSchema for Instant {}

impl PartialSchema for StartsAt<'_> {
    fn schema() -> RefOr<Schema> {
        Instant::schema()
    }
}
impl ToSchema for StartsAt<'_> {}

impl PartialSchema for Place {
    fn schema() -> RefOr<Schema> {
        let what = "Opaque. In `Min-Position`, it makes a read show what this answer tells of.";
        Object::builder().schema_type(Type::String).description(Some(what)).into()
    }
}
impl ToSchema for Place {
    fn name() -> Cow<'static, str> {
        "Position".into()
    }
}
