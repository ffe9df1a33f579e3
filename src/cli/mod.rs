//! The commands of the binary.

mod export;
mod import;
mod lines;
mod progress;
mod rebuild;
mod verify;

pub use export::export;
pub use import::import;
pub use lines::Line;
pub use rebuild::rebuild;
pub use verify::verify;
