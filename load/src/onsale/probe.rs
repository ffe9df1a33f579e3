//! What the server can do: the same buyers, without pauses, as fast as it answers.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use crate::api::CallKind;
use crate::buyers::{Crowd, Pace};
use crate::history::Recorder;
use crate::measure::Live;

const PROBE: Duration = Duration::from_secs(5);

/// Buyers a second, of a crowd like this one in a closed loop. The crowd's shows are other ones than the run's.
pub fn buyers_per_second(like: &Crowd) -> Result<f64> {
    let crowd = Crowd {
        mix: like.mix.without_thinking(),
        pace: Pace::Closed { buyers: like.connections },
        duration: PROBE,
        live: Arc::new(Live::default()),
        ..like.clone()
    };
    let result = crowd.run(Recorder::off)?;
    // Each buyer takes seats at least once; those who pick again are counted by their calls, not as new buyers.
    let holds: u64 = result
        .meter
        .latencies
        .iter()
        .filter(|(call, _)| matches!(call, CallKind::Hold | CallKind::HoldBest | CallKind::HoldStanding))
        .map(|(_, latency)| latency.count())
        .sum();
    Ok(holds as f64 / result.took.as_secs_f64())
}
