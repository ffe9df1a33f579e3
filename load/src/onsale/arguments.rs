//! What a run can be told.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use anyhow::{Context, Result};

use crate::buyers::Mix;
use crate::hall;

#[derive(Args, Clone, Debug)]
pub struct RunArguments {
    /// The server's binary: started, harmed and stopped by this run
    #[arg(long, default_value = "target/release/understudy", conflicts_with = "url")]
    pub server: PathBuf,
    /// A server that runs already (on loopback); then its process is left alone
    #[arg(long, requires = "key")]
    pub url: Option<String>,
    /// The bearer's key of that server
    #[arg(long)]
    pub key: Option<String>,
    /// Further settings of the server: UNDERSTUDY__SECTION__KEY=value
    #[arg(long = "set", value_parser = setting)]
    pub settings: Vec<(String, String)>,
    /// Where the server's data go [default: inside of --out]
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Where the run's files go
    #[arg(long, default_value = "target/load-run")]
    pub out: PathBuf,
    /// `theatre`, `grid:SEATS`, `grid:SEATS:PLACES`, or a pretix seating plan
    #[arg(long, default_value = "theatre")]
    pub hall: String,
    /// Shows on sale at once
    #[arg(long, default_value_t = 8)]
    pub shows: usize,
    /// How long a hold lasts
    #[arg(long, default_value_t = 10)]
    pub hold_seconds: u32,
    /// Tickets that one customer may have
    #[arg(long)]
    pub max_per_customer: Option<u32>,
    /// Open loop: buyers that come each second
    #[arg(long)]
    pub rate: Option<f64>,
    /// Closed loop: buyers who come again when they are done
    #[arg(long, conflicts_with = "rate")]
    pub buyers: Option<usize>,
    /// Open loop at this share of what the server can do, which is measured first
    #[arg(long, conflicts_with_all = ["rate", "buyers"])]
    pub of_ceiling: Option<f64>,
    /// How long buyers come
    #[arg(long, default_value_t = 30)]
    pub seconds: u64,
    /// Ends when every seat is sold; `--seconds` is the longest it may take
    #[arg(long)]
    pub until_sold_out: bool,
    #[arg(long, default_value_t = 256)]
    pub connections: usize,
    /// Threads of buyers
    #[arg(long, default_value_t = 1)]
    pub threads: usize,
    /// Names the buyers and all that they do
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Measures only: no history, no audit
    #[arg(long)]
    pub no_audit: bool,
    #[command(flatten)]
    pub mix: Mix,
}

impl RunArguments {
    /// The venue's import body.
    pub fn venue(&self) -> Result<Value> {
        if self.hall == "theatre" {
            return Ok(hall::theatre());
        }
        if let Some(size) = self.hall.strip_prefix("grid:") {
            let (seats, places) = size.split_once(':').unwrap_or((size, "0"));
            let words = || format!("{:?} is not like grid:20000 or grid:20000:5000", self.hall);
            return Ok(hall::grid(seats.parse().with_context(words)?, places.parse().with_context(words)?));
        }
        let bytes = std::fs::read(&self.hall).with_context(|| format!("cannot read the hall {}", self.hall))?;
        let plan: Value = serde_json::from_slice(&bytes).with_context(|| format!("{} is not JSON", self.hall))?;
        let name = plan["name"].as_str().unwrap_or("A hall").to_owned();
        Ok(serde_json::json!({ "name": name, "plan": plan }))
    }
}

/// `NAME=value`.
pub fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a setting is NAME=value")?;
    Ok((name.to_owned(), value.to_owned()))
}
