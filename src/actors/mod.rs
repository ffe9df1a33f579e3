//! The write side and the read side at work: the only place that knows actix actors.
//!
//! A command comes in through [`Directory::send`], which finds or wakes the show's actor; `show_actor/` decides and
//! waits for the journal; `supervision/` replaces whatever dies; `projector/` keeps the views.

mod backstage;
mod checkout;
mod clock;
mod creations;
mod directory;
mod faults;
mod follower;
mod hold_clock;
mod past_rows;
mod permits;
mod projector;
mod receipt;
mod seat_watch;
mod send_error;
mod show_actor;
mod show_snapshot;
mod snapshot_keeper;
mod store_follower;
mod stored_commit;
mod stream_log;
mod supervision;
mod tally;
mod venues;

pub use backstage::{Backstage, ShowLimits};
pub use checkout::{
    BeginCheckout, CheckoutCrashMode, CheckoutError, CheckoutOptions, CheckoutParts, CheckoutReport, Checkouts,
    CheckoutsReport, NoticeError, Noticed, Standing, SweepReport,
};
pub use clock::{Clock, ManualClock};
pub use creations::Creations;
pub use directory::{ActorReport, Directory};
pub use faults::{CrashMode, Faults};
pub use hold_clock::{HoldClock, HoldClockRunner};
pub use projector::{ProjectionReport, Source, StoredViews, ViewError, ViewName, Views};
pub use receipt::Receipt;
pub use seat_watch::{Last, SeatNews, SeatWatch, WatchClosed, Watching};
pub use send_error::SendError;
pub use show_snapshot::{Loaded, SnapshotBody};
pub use snapshot_keeper::SnapshotKeeper;
pub use store_follower::follow_journal;
pub use stream_log::StreamLog;
pub use supervision::{Recovered, RestartPolicy};
pub use tally::{CAUSES, COMMANDS, EVENTS, OUTCOMES, Tallied, Tally};
pub use venues::{ImportVenue, Venue, VenueReceipt, Venues};
