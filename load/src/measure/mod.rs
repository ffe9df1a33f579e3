//! Figures of a run: how long calls took, what was answered, and both over time.
//!
//! A latency counts from the moment at which the call *should* have begun (see `buyers::pace`) to its final answer,
//! retries included: a server that stalls is charged for everyone who wanted something meanwhile.

mod latency;
mod live;
mod meter;
mod summary;
mod timeline;

pub use latency::Latency;
pub use live::Live;
pub use meter::Meter;
pub use summary::Summary;
pub use timeline::{Moment, Timeline};
