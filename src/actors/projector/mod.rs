//! The read side at work: each view is kept in memory where it is hot, and on sled with its cursor; a projector folds
//! what the store has applied into it, and never decides a sale.

mod bookings;
mod bookings_by_show;
mod checkouts;
mod parked;
mod past_checkouts;
mod per_show;
mod project;
mod projection;
mod report;
mod sales;
mod seat_maps;
mod shared;
mod shows;
mod stored;
mod versions;
mod views;
mod waiting;

pub use project::Source;
pub use report::ProjectionReport;
pub use stored::StoredViews;
pub use views::{ViewError, ViewName, Views};
