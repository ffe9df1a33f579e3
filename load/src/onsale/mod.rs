//! `load onsale` and `load chaos`: one run from a server without shows to an audited history.

mod arguments;
mod closing;
mod export;
mod outcome;
mod probe;
mod progress;
mod run;
mod settle;
mod sold_out;
mod stage;

pub use arguments::{RunArguments, setting};
pub use outcome::Outcome;
pub use run::run;
pub use stage::Stage;
