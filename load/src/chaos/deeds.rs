//! Whether the harm that was asked for was done: a run that nothing has happened to proves nothing.

use super::Chaos;
use crate::history::{Fault, FaultKind};

impl Chaos {
    /// `may_end_early`: the run ends with the last seat, and what was due after that is not missed.
    pub fn was_done(&self, faults: &[Fault], may_end_early: bool) -> Vec<(bool, String)> {
        let count = |kinds: &[FaultKind]| {
            let of_kind = faults.iter().filter(|fault| kinds.contains(&fault.kind));
            of_kind.fold((0, 0), |(done, all), fault| (done + u32::from(fault.took_place()), all + 1))
        };
        let mut lines = Vec::new();
        if self.crash_every_ms > 0 {
            let (done, asked) = count(&[FaultKind::ActorCrash, FaultKind::CheckoutCrash]);
            // A server that is just killed can be told nothing.
            lines.push((done > 0 && done >= asked / 2, format!("crashes took place ({done} of {asked})")));
        }
        for (kind, asked) in [
            (FaultKind::ProcessKilled, self.kills),
            (FaultKind::ProcessPaused, self.pauses),
            (FaultKind::DiskSlow, self.slow_disks),
            (FaultKind::DiskFailing, self.failing_disks),
            (FaultKind::DiskFull, self.full_disks),
        ] {
            if asked > 0 {
                let (done, _) = count(&[kind]);
                let enough = done == asked || (may_end_early && done > 0);
                lines.push((enough, format!("{} ({done} of {asked} times)", kind.name())));
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::FaultLog;

    #[test]
    fn harm_that_was_not_done_is_no_proof() {
        let chaos = Chaos { crash_every_ms: 10, kills: 2, ..Chaos::default() };
        let hold =
            |log: &FaultLog| chaos.was_done(&log.all(), false).iter().map(|(holds, _)| *holds).collect::<Vec<_>>();
        let log = FaultLog::default();
        assert_eq!(hold(&log), [false, false], "nothing was done");
        log.missed(FaultKind::ActorCrash, "panic", "404");
        log.point(FaultKind::ProcessKilled, "");
        assert_eq!(hold(&log), [false, false], "nothing was delivered, and one of two");
        log.point(FaultKind::ActorCrash, "panic");
        log.point(FaultKind::ProcessKilled, "");
        assert_eq!(hold(&log), [true, true]);
    }
}
