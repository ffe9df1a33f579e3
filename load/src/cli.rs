//! The commands.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use crate::audit::{self, Evidence};
use crate::ceiling::{self, CeilingArguments};
use crate::chaos::{self, Bars, Chaos};
use crate::history::RunDirectory;
use crate::onsale::{self, RunArguments};
use crate::streams::{self, StreamsArguments};
use crate::{model, peers, plant};

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
        #[command(flatten)]
        bars: Bars,
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
        /// Plant this fault first, and see it found
        #[arg(long)]
        plant: Option<String>,
    },
    /// Plants every fault into the history of a run, one at a time, and sees each found
    Prove {
        /// The run's directory
        #[arg(default_value = "target/load-run")]
        run: PathBuf,
    },
    /// Many who watch one show live: whether all hear everything, in order, and soon
    Streams {
        #[command(flatten)]
        streams: StreamsArguments,
    },
    /// How fast the server is, beside one that does nothing
    Ceiling {
        #[command(flatten)]
        ceiling: CeilingArguments,
    },
    /// How fast the server is, beside PostgreSQL doing the same in SQL
    Peers {
        #[command(flatten)]
        ceiling: CeilingArguments,
    },
    /// A server that decides nothing, for `ceiling`
    #[command(hide = true)]
    Noop {
        /// Where it appends what is to be durable; overwritten
        file: PathBuf,
    },
    /// A box office in memory, to try the load and the audit on: nothing survives it
    Model {
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Of so many commands, one is done and not answered (0: none)
        #[arg(long, default_value_t = 0)]
        withhold_one_in: u32,
    },
}

/// Whether what was to be shown was shown.
pub fn run() -> Result<bool> {
    match Arguments::parse().command {
        Command::Onsale { run } => {
            let directory = RunDirectory::create(&run.out)?;
            let outcome = onsale::run("On-sale", &run, None, &directory)?;
            outcome.report(&directory)?;
            Ok(outcome.verdict())
        }
        Command::Chaos { run, chaos, bars } => chaos::play(run, &chaos, &bars),
        Command::Audit { run, export, sold_out, plant } => {
            let evidence = Evidence::read(&RunDirectory::open(&run)?, export.as_deref())?;
            if let Some(name) = plant {
                let names = || plant::ALL.map(|fault| fault.name).join(", ");
                let fault = plant::named(&name).with_context(|| format!("no fault {name:?}; there are {}", names()))?;
                return plant::prove(&evidence, &[fault], true);
            }
            let verdicts = audit::audit(&evidence, sold_out);
            verdicts.iter().for_each(|verdict| print!("{verdict}"));
            Ok(verdicts.iter().all(audit::Verdict::holds))
        }
        Command::Prove { run } => {
            let evidence = Evidence::read(&RunDirectory::open(&run)?, None)?;
            let found = plant::prove(&evidence, &plant::ALL.each_ref(), false)?;
            println!("verdict: {}", if found { "every planted fault was found" } else { "the audit is blind" });
            Ok(found)
        }
        Command::Streams { streams } => streams::run(&streams),
        Command::Ceiling { ceiling } => ceiling::run(&ceiling),
        Command::Peers { ceiling } => peers::run(&ceiling),
        Command::Noop { file } => ceiling::serve_noop(&file).map(|()| true),
        Command::Model { port, withhold_one_in } => model::serve(port, withhold_one_in).map(|()| true),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn every_command_can_be_asked_for() {
        super::Arguments::command().debug_assert();
    }
}
