//! A payment is captured once, for what the tickets cost, and never more is given back than was taken: at every moment, not
//! only at the end.

use crate::audit::case::Case;
use crate::audit::verdict::Verdict;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("every payment was captured once at most, and never more was refunded", "checkouts");
    for (id, checkout) in &case.checkouts {
        verdict.looked();
        match checkout {
            None => verdict.broken(format!("the stream of the checkout {id} does not begin with a beginning"), vec![]),
            Some(checkout) => {
                for problem in &checkout.problems {
                    verdict.broken(format!("the checkout {id}: {problem}"), checkout.lines());
                }
            }
        }
    }
    verdict
}
