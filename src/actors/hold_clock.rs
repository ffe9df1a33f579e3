//! Wakes shows when something of theirs is due: a hold that ends, a sale that opens or closes.
//!
//! It decides nothing and may be late or early without harm: decisions look at the time themselves, the clock only
//! gets recorded what has become true.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tokio::sync::mpsc;

use super::clock::Clock;
use crate::domain::{ShowId, Timestamp};

/// Where shows say when they next want to be looked at.
#[derive(Clone)]
pub struct HoldClock(mpsc::UnboundedSender<(ShowId, Option<Timestamp>)>);

/// The other end, to be run.
pub struct HoldClockRunner {
    wishes: mpsc::UnboundedReceiver<(ShowId, Option<Timestamp>)>,
    dues: Dues,
}

#[derive(Default)]
struct Dues {
    in_order: BTreeSet<(Timestamp, ShowId)>,
    by_show: HashMap<ShowId, Timestamp>,
}

impl HoldClock {
    pub fn new() -> (Self, HoldClockRunner) {
        let (sender, wishes) = mpsc::unbounded_channel();
        (Self(sender), HoldClockRunner { wishes, dues: Dues::default() })
    }

    /// Replaces what the show said before. `None`: nothing is due. A show says so only when it changes, at every
    /// command at the most, and the clock does nothing but listen: so the queue stays short.
    pub fn look_at(&self, show: ShowId, due: Option<Timestamp>) {
        // After the end of the process's work nobody listens any more.
        let _ = self.0.send((show, due));
    }
}

impl HoldClockRunner {
    /// Runs until every [`HoldClock`] is gone. `tick` must not block.
    pub async fn run(mut self, clock: Clock, tick: Arc<dyn Fn(ShowId) + Send + Sync>) {
        loop {
            let next = self.dues.next();
            let waiting = async {
                match next {
                    Some((due, _)) => clock.sleep_until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                wish = self.wishes.recv() => match wish {
                    Some((show, due)) => self.dues.set(show, due),
                    None => return,
                },
                () = waiting => self.dues.take_due(clock.now()).into_iter().for_each(|show| tick(show)),
            }
        }
    }
}

impl Dues {
    fn next(&self) -> Option<(Timestamp, ShowId)> {
        self.in_order.first().copied()
    }

    fn set(&mut self, show: ShowId, due: Option<Timestamp>) {
        if let Some(before) = self.by_show.remove(&show) {
            self.in_order.remove(&(before, show));
        }
        if let Some(due) = due {
            self.in_order.insert((due, show));
            self.by_show.insert(show, due);
        }
    }

    fn take_due(&mut self, now: Timestamp) -> Vec<ShowId> {
        let mut shows = Vec::new();
        while let Some((due, show)) = self.next()
            && due <= now
        {
            self.set(show, None);
            shows.push(show);
        }
        shows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_wish_replaces_the_earlier_one() {
        let show = ShowId(uuid::Uuid::from_u128(1));
        let second = |seconds| Timestamp::EPOCH.plus_seconds(seconds);
        let mut dues = Dues::default();
        dues.set(show, Some(second(5)));
        dues.set(show, Some(second(9)));
        assert_eq!(dues.take_due(second(5)), []);
        assert_eq!(dues.take_due(second(9)), [show]);
        assert_eq!(dues.next(), None);
    }
}
