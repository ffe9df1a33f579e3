//! How large a plan may be. Each limit protects memory or keeps a number within its type.
//!
//! Limits on requests (bytes of a body, seats of a hold) are not here.

/// Seats in one plan.
pub const SEATS_MAX: usize = 200_000;
/// Price classes in one plan.
pub const CATEGORIES_MAX: usize = 1_000;
/// Zones in one plan.
pub const ZONES_MAX: usize = 10_000;
/// Rows in one plan, empty ones included.
pub const ROWS_MAX: usize = 200_000;
/// General admission areas in one plan.
pub const AREAS_MAX: usize = 1_000;
/// People in one general admission area.
pub const CAPACITY_MAX: u32 = 1_000_000;
/// Characters in a seat's label, a name or a number.
pub const LABEL_CHARACTERS_MAX: usize = 200;
/// How far from the origin anything may lie, in plan units. Drawings are a few thousand wide.
pub const COORDINATE_MAX: f64 = 1e9;
/// Offenders that an error names; it counts them all.
pub const OFFENDERS_NAMED_MAX: usize = 20;
