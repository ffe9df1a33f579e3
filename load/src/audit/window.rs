//! Which versions of a show an answer can have been decided on.
//!
//! Not before the last command that had been answered when the request was sent; not after what had been decided when
//! the answer came. Both bounds err on the side of the server: the audit never calls a true refusal false.

use super::commands::Command;
use super::ledger::ShowLedger;

#[derive(Clone, Debug, Default)]
pub struct Horizon {
    /// (when the answer came, highest version acknowledged by then), ascending in both.
    acknowledged: Vec<(i64, u64)>,
    /// (time of the commit, its last version), ascending in both.
    decided: Vec<(i64, u64)>,
}

/// Versions, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub low: u64,
    pub high: u64,
}

impl Horizon {
    pub fn of(show: u32, ledger: &ShowLedger, commands: &[Command]) -> Self {
        let of_show = commands.iter().filter(|command| command.show == show);
        let mut acknowledged: Vec<(i64, u64)> = of_show
            .filter_map(Command::accepted)
            .map(|(call, stamp)| (call.ended_us, stamp.version))
            // A version that the journal does not have bounds nothing: another property says that it is missing.
            .filter(|(_, version)| *version <= ledger.last_version())
            .collect();
        acknowledged.sort_unstable();
        let mut highest = 0;
        for (_, version) in &mut acknowledged {
            highest = highest.max(*version);
            *version = highest;
        }
        let decided = ledger.marks.iter().map(|mark| (mark.time_us, mark.last_version)).collect();
        Self { acknowledged, decided }
    }

    /// Of an answer that was asked for at `started_us` and came at `ended_us`.
    pub fn window(&self, started_us: i64, ended_us: i64) -> Window {
        let low = match self.acknowledged.partition_point(|(at, _)| *at < started_us) {
            0 => 0,
            after => self.acknowledged[after - 1].1,
        };
        // A commit's time is that of its last command: of the first commit that is later than the answer, some commands
        // may still have been decided before it.
        let at = self.decided.partition_point(|(time, _)| *time <= ended_us);
        let high = self.decided.get(at).or(self.decided.last()).map_or(0, |(_, version)| *version);
        Window { low, high: high.max(low) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_rests_on_what_was_known_when_it_was_asked_for_or_decided_before_it_came() {
        let horizon =
            Horizon { acknowledged: vec![(100, 3), (200, 5)], decided: vec![(90, 3), (190, 5), (290, 8), (390, 9)] };
        assert_eq!(horizon.window(50, 95), Window { low: 0, high: 5 });
        assert_eq!(horizon.window(150, 200), Window { low: 3, high: 8 });
        assert_eq!(horizon.window(500, 600), Window { low: 5, high: 9 });
    }
}
