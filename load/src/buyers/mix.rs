//! What share of the buyers does what.

use clap::Args;
use serde::{Deserialize, Serialize};

/// Shares are between 0 and 1; those of the three ways to take seats are relative to each other.
#[derive(Args, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mix {
    /// Weight of buyers who pick seats from the map
    #[arg(long, default_value_t = 0.50)]
    pub pick: f64,
    /// Weight of buyers who take the best available
    #[arg(long, default_value_t = 0.35)]
    pub best: f64,
    /// Weight of buyers who want standing places (where the hall has any)
    #[arg(long, default_value_t = 0.15)]
    pub standing: f64,
    /// Share of the buyers with a hold who walk away
    #[arg(long, default_value_t = 0.20)]
    pub abandon: f64,
    /// Share of those who walk away that release their hold; the others let it expire
    #[arg(long, default_value_t = 0.5)]
    pub release: f64,
    /// Share that asks for more time
    #[arg(long, default_value_t = 0.05)]
    pub extend: f64,
    /// Share of the bookings that are cancelled again, whole or in part
    #[arg(long, default_value_t = 0.03)]
    pub cancel: f64,
    /// Share of the accepted commands that are sent once more with the same key
    #[arg(long, default_value_t = 0.02)]
    pub repeat: f64,
    /// Share of the accepted commands whose key is used again for another body
    #[arg(long, default_value_t = 0.005)]
    pub reuse: f64,
    /// Share that reads what it has just done, with `Min-Position`
    #[arg(long, default_value_t = 0.02)]
    pub read: f64,
    /// Share of the calls that are not sent again when no answer comes: the tab is closed, and the outcome stays unknown
    #[arg(long, default_value_t = 0.02)]
    pub give_up: f64,
    /// Percent of those who do not walk away that pay through a checkout; the others have paid elsewhere, and confirm
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub checkout_percent: u8,
    /// How often a buyer whose payment is not taken on tries again with the same hold
    #[arg(long, default_value_t = 2)]
    pub checkout_retries: u32,
    /// Share of those who check out that give their hold back meanwhile
    #[arg(long, default_value_t = 0.03)]
    pub give_back: f64,
    /// Mean time between a hold and what becomes of it, in milliseconds
    #[arg(long, default_value_t = 200.0)]
    pub think_ms: f64,
    /// How old the map may be that a buyer picks from, in milliseconds
    #[arg(long, default_value_t = 1000)]
    pub map_age_ms: u64,
    /// How often a buyer picks other seats when the first are gone
    #[arg(long, default_value_t = 3)]
    pub repicks: u32,
    /// Share of the buyers who want the first show; the others spread evenly over all
    #[arg(long, default_value_t = 0.2)]
    pub hot: f64,
}

impl Mix {
    /// The same without pauses: for measuring what the server can do.
    pub fn without_thinking(&self) -> Self {
        Self { think_ms: 0.0, ..self.clone() }
    }
}
