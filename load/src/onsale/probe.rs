//! What the server can do for long: the same buyers, without pauses, as fast as it answers. The clock runs until its views
//! have seen all of it: what is left for later would be missing while the next buyers come.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::api::CallKind;
use crate::buyers::{Crowd, Pace};
use crate::history::Recorder;
use crate::measure::Live;
use crate::server::Office;

const PROBE: Duration = Duration::from_secs(10);
/// Views that take longer are a matter for their operator.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(60);

/// Buyers a second, of a crowd like this one in a closed loop. The crowd's shows are other ones than the run's.
pub fn buyers_per_second(like: &Crowd, office: &mut Office) -> Result<f64> {
    let crowd = Crowd {
        mix: like.mix.without_thinking(),
        pace: Pace::Closed { buyers: like.connections },
        duration: PROBE,
        live: Arc::new(Live::default()),
        ..like.clone()
    };
    let result = crowd.run(Recorder::off)?;
    let left = Instant::now();
    office.wait_for_views(CAUGHT_UP_WITHIN)?;
    // Each buyer takes seats at least once; those who pick again are counted by their calls, not as new buyers.
    let holds: u64 = result
        .meter
        .latencies
        .iter()
        .filter(|(call, _)| matches!(call, CallKind::Hold | CallKind::HoldBest | CallKind::HoldStanding))
        .map(|(_, latency)| latency.count())
        .sum();
    Ok(holds as f64 / (result.took + left.elapsed()).as_secs_f64())
}
