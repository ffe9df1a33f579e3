//! `load ceiling`: how fast the server does each thing, beside a server that does nothing, in one run on the same cores
//! with the same client.
//!
//! Rounds are interleaved and medians taken: absolute figures move from minute to minute, ratios hardly.

mod bare_log;
mod disk;
mod hammer;
mod noop;
mod scenarios;
mod table;
mod work;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

pub use disk::fdatasync_us;
pub use noop::serve as serve_noop;
pub use scenarios::{Arena, Scenario};
pub use table::Measured;

use crate::history::RunDirectory;
use crate::report::duration;

#[derive(Args, Clone, Debug)]
pub struct CeilingArguments {
    /// The server's binary
    #[arg(long, default_value = "target/release/understudy")]
    pub server: PathBuf,
    /// Further settings of the server: UNDERSTUDY__SECTION__KEY=value
    #[arg(long = "set", value_parser = crate::onsale::setting)]
    pub settings: Vec<(String, String)>,
    #[arg(long, default_value = "target/load-ceiling")]
    pub out: PathBuf,
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// Only these, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Scenario::ALL)]
    pub scenarios: Vec<Scenario>,
    /// How long each scenario runs in each round; the hall may be full before
    #[arg(long, default_value_t = 3)]
    pub seconds: u64,
    #[arg(long, default_value_t = 256)]
    pub connections: usize,
    /// Call as buyers do whom the server does not know: no key is looked up
    #[arg(long)]
    pub without_key: bool,
    /// Seats of the hot show's hall
    #[arg(long, default_value_t = 200_000)]
    pub seats: usize,
}

impl CeilingArguments {
    pub fn length(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

/// Whether a durable hold is at least half as fast as doing nothing.
pub fn run(arguments: &CeilingArguments) -> Result<bool> {
    let directory = RunDirectory::create(&arguments.out)?;
    let arena = Arena::open(arguments, &directory)?;
    println!("fdatasync of 4 KB: {}", duration(fdatasync_us(&arguments.out)?));
    let mut measured = Measured::default();
    for round in 1..=arguments.rounds {
        println!("round {round} of {}", arguments.rounds);
        for &scenario in &arguments.scenarios {
            measured.add(scenario, arena.play(scenario, arguments.connections, arguments.length())?);
        }
    }
    arena.close()?;
    println!("\n{} connections, medians of {} rounds\n\n{measured}", arguments.connections, arguments.rounds);
    directory.write_text("ceiling.txt", &measured.to_string())?;
    let ratio = measured.ratio(Scenario::Hold);
    println!("verdict: a durable hold is {ratio:.2} of a no-op over HTTP (bar: 0.5)");
    if arguments.scenarios.contains(&Scenario::BareAppend) {
        let bare = measured.ratio(Scenario::BareAppend);
        println!("a bare durable append is {bare:.2} of it: what this disk leaves to whoever decides something");
    }
    Ok(ratio >= 0.5)
}
