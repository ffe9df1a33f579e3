//! Buyers as they are in an on-sale: they come at a rate that does not care how the server is doing, look at the map,
//! take seats, think, pay or walk away, and ask again with the same key when an answer does not come.

mod board;
mod checkout;
mod choice;
mod crowd;
mod desk;
mod mix;
mod pace;
mod purchase;
mod visit;

pub use crowd::{Crowd, CrowdResult};
pub use desk::Patience;
pub use mix::Mix;
pub use pace::Pace;
