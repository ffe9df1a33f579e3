//! What the run can be told, and the bars it is held to.

use std::path::PathBuf;

use clap::Args;

use crate::onsale::setting;

#[derive(Args, Clone, Debug)]
pub struct StreamsArguments {
    /// The server's binary: started and stopped by this run
    #[arg(long, default_value = "target/release/understudy")]
    pub server: PathBuf,
    /// Further settings of the server: UNDERSTUDY__SECTION__KEY=value
    #[arg(long = "set", value_parser = setting)]
    pub settings: Vec<(String, String)>,
    /// Where the run's files go
    #[arg(long, default_value = "target/load-streams")]
    pub out: PathBuf,
    /// Live seat maps of the one show
    #[arg(long, default_value_t = 2_000)]
    pub streams: usize,
    /// Holds and releases, in all
    #[arg(long, default_value_t = 1_000)]
    pub changes_per_second: u32,
    #[arg(long, default_value_t = 20)]
    pub seconds: u32,
    /// Seats of the hall
    #[arg(long, default_value_t = 8_000)]
    pub seats: usize,
    /// Of all changes at all listeners, 99 in 100 are heard so soon after they were sent
    #[arg(long, default_value_t = 250)]
    pub lag_p99_ms: u64,
    /// By which the server may grow for each stream
    #[arg(long, default_value_t = 64)]
    pub stream_kib: u64,
}
