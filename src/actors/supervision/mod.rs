//! Who watches over the actors: each life is lived under `catch_unwind`, its end is judged by a pure policy, and the
//! next life begins with what the log says, never with what the dead one left.

mod life;
mod recovered;
mod recovery;
mod restart_policy;
mod show_supervisor;

pub use life::{Death, live, panic_text};
pub use recovered::Recovered;
pub use restart_policy::{RestartPolicy, Restarts, Verdict};
pub use show_supervisor::supervise;
