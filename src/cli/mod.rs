//! The commands of the binary.

mod demo;
mod export;
mod import;
mod keys;
mod lines;
mod progress;
mod rebuild;
mod say;
mod serve;
mod stop;
mod verify;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use say::exit_code;

use crate::config::{LogFormat, Settings};
use crate::telemetry::{self, Otlp};

/// Sells tickets: one supervised actor per show, on a durable journal.
#[derive(Parser)]
#[command(version, about)]
pub struct Arguments {
    /// A folder with `default.toml` and one file per environment; both are optional.
    #[arg(long, global = true, value_name = "DIR")]
    config: Option<PathBuf>,
    /// The data directory: overrides `data.dir`.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Serve the HTTP API.
    Serve,
    /// Serve a built-in theatre that is on sale, and print the lines to try it with.
    Demo {
        /// Keep what is sold in this directory, and go on with it next time.
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
    },
    /// Read the whole journal, check it against the promises, and compare the store and the views with it.
    Verify,
    /// Write the journal as lines of JSON.
    Export {
        /// To this file; without it, to standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Make a new journal of an export.
    Import {
        /// From this file; without it, from standard input.
        #[arg(long = "in", value_name = "FILE")]
        from: Option<PathBuf>,
    },
    /// Make the store anew from the journal.
    Rebuild,
    /// Hand out keys to callers, and take them back.
    Keys {
        #[command(subcommand)]
        what: keys::Keys,
    },
}

impl Arguments {
    pub fn run(self) -> anyhow::Result<()> {
        let mut settings = Settings::load(self.config.as_deref())?;
        let names_data = self.data.is_some();
        if let Some(dir) = self.data {
            settings.data.dir = dir;
        }
        let format = match settings.log.format {
            LogFormat::Pretty => telemetry::Format::Pretty,
            LogFormat::Json => telemetry::Format::Json,
        };
        let otlp = settings.trace.otlp();
        let otlp = otlp.map(|(endpoint, sample_percent)| Otlp { endpoint, sample_percent });
        let _telemetry = telemetry::start(format, &settings.log.filter, otlp.as_ref())?;
        if !settings.unknown_variables.is_empty() {
            let names = settings.unknown_variables.join(", ");
            tracing::warn!(
                names,
                "environment variables that begin as ours do and change nothing: settings are like UNDERSTUDY__HTTP__PORT, \
                 and UNDERSTUDY_ENVIRONMENT chooses a file of them"
            );
        }
        let dir = settings.data.dir.clone();
        match self.what {
            What::Serve => serve::serve(&settings),
            What::Demo { keep } => {
                anyhow::ensure!(!names_data, "the demo takes no --data: --keep DIR keeps what it sells, in DIR");
                let keeps = keep.is_some();
                settings.data.dir = keep.unwrap_or(dir);
                demo::demo(settings, keeps)
            }
            What::Verify => verify::verify(&dir),
            What::Export { out } => export::export(&dir, out.as_deref()),
            What::Import { from } => import::import(&settings, from.as_deref()),
            What::Rebuild => rebuild::rebuild(&settings),
            What::Keys { what } => keys::keys(&dir, what),
        }
    }
}
