//! The commands.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::audit::{self, Evidence};
use crate::chaos::Chaos;
use crate::history::RunDirectory;
use crate::model;
use crate::onsale::{self, RunArguments};

#[derive(Parser)]
#[command(version, about = "The on-sale that kills actors mid-run, and the audit that proves nothing was lost")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sells shows out to a crowd; measures, records, audits
    Onsale {
        #[command(flatten)]
        run: RunArguments,
    },
    /// The same, while actors crash, the server is killed and paused, and the disk fails
    Chaos {
        #[command(flatten)]
        run: RunArguments,
        #[command(flatten)]
        chaos: Chaos,
    },
    /// Audits the recorded history of a run
    Audit {
        /// The run's directory
        #[arg(default_value = "target/load-run")]
        run: PathBuf,
        /// An export of the journal other than the run's own
        #[arg(long)]
        export: Option<PathBuf>,
        /// The run was to sell every seat
        #[arg(long)]
        sold_out: bool,
    },
    /// A box office in memory, to try the load and the audit on: nothing survives it
    Model {
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
}

/// Whether what was to be shown was shown.
pub fn run() -> Result<bool> {
    match Arguments::parse().command {
        Command::Onsale { run } => {
            let directory = RunDirectory::create(&run.out)?;
            let outcome = onsale::run("On-sale", &run, None, &directory)?;
            outcome.report(&directory)?;
            Ok(outcome.holds())
        }
        Command::Chaos { run, chaos } => {
            let directory = RunDirectory::create(&run.out)?;
            let title = format!("On-sale with {}", chaos.describe());
            let outcome = onsale::run(&title, &run, Some(&chaos), &directory)?;
            outcome.report(&directory)?;
            Ok(outcome.holds())
        }
        Command::Audit { run, export, sold_out } => {
            let evidence = Evidence::read(&RunDirectory::open(&run)?, export.as_deref())?;
            let verdicts = audit::audit(&evidence, sold_out);
            verdicts.iter().for_each(|verdict| print!("{verdict}"));
            Ok(verdicts.iter().all(audit::Verdict::holds))
        }
        Command::Model { port } => model::serve(port).map(|()| true),
    }
}
