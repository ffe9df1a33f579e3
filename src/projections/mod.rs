//! The read side: pure folds of the log, one file per view. Where they are kept, and who feeds them, is not here.

pub mod bookings;
pub mod checkouts;
pub mod misfit;
pub mod sales;
pub mod seat_changes;
pub mod seat_map;
pub mod show_list;
