//! `load`: the on-sale that kills actors mid-run, and the audit that proves nothing was lost.
//!
//! It knows the server only as anyone outside does: through HTTP, signals, and the export of its journal. It talks to
//! loopback only, and every run has an end.
//!
//! | module | what it is |
//! |---|---|
//! | `http`, `api` | a cheap client; the calls and answers as a client knows them |
//! | `hall`, `server`, `buyers` | what is sold, where, and to whom |
//! | `onsale`, `chaos` | a run, and what is done to the server meanwhile |
//! | `history`, `measure`, `report` | what happened, how fast, and how that is told |
//! | `audit`, `plant` | whether every promise was kept; whether the audit would have noticed |
//! | `model` | a box office in memory, for trying the audit on |
//! | `streams` | many who watch one show live |
//! | `ceiling`, `peers` | how fast it is, beside a no-op and beside PostgreSQL |

mod api;
mod audit;
mod buyers;
mod ceiling;
mod chaos;
mod cli;
mod hall;
mod history;
mod http;
mod measure;
mod model;
mod onsale;
mod peers;
mod plant;
mod report;
mod server;
mod streams;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("load: {error:#}");
            ExitCode::from(2)
        }
    }
}
