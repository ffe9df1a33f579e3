//! The recorded history of a run: every request and every answer, to the letter, and every fault that was injected.
//!
//! A run is a directory: `setup.json` (what was on sale), `history.bin` (the calls), `faults.jsonl`, `export.jsonl`
//! (the journal, written by the server's own export), `summary.json` and `report.html`.

mod call;
mod clock;
mod codec;
mod faults;
mod recorder;
mod run_directory;
mod setup;

pub use call::{Call, NO_SHOW};
pub use clock::now_us;
pub use faults::{Fault, FaultKind, FaultLog};
pub use recorder::{Recorder, RecorderThread};
pub use run_directory::RunDirectory;
pub use setup::{Setup, ShowOnSale};
