//! Many who watch one show live while it sells: whether everybody hears everything, in order, soon, and what it costs.
//!
//! All streams begin at the same version of the show, so that all that follows must be the same bytes for everybody: one
//! record is kept, and each listener is held against it. What is in the record is held against what buyers were told.

mod arguments;
mod changes;
mod chunks;
mod listener;
mod memory;
mod record;
mod run;
mod verdict;

pub use arguments::StreamsArguments;
pub use run::run;
