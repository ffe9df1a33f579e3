//! After a run that was to sell everything: everything is sold, exactly.

use crate::audit::case::Case;
use crate::audit::verdict::Verdict;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("every seat and every place is sold, once", "shows").with_work();
    let capacity = case.evidence.setup.hall.capacity();
    for (number, ledger) in case.shows.iter().enumerate() {
        verdict.looked();
        let sold = ledger.sold_at_the_end();
        if sold != capacity {
            verdict.broken(format!("show {number} sold {sold} of {capacity}"), vec![]);
        }
    }
    verdict
}
