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

#[cfg(test)]
mod tests {
    use crate::audit::small::{self, BOOKING};
    use crate::audit::{self, Event, Evidence, ShowEvent};

    /// Asked as a run asks that was to sell everything.
    fn is_sold_out(evidence: &Evidence) -> bool {
        let verdicts = audit::audit(evidence, true);
        let verdict = verdicts.iter().find(|verdict| verdict.property == "every seat and every place is sold, once");
        verdict.expect("it is asked for").holds()
    }

    #[test]
    fn a_hall_is_sold_out_until_a_ticket_is_cancelled() {
        let whole = small::sold_out();
        assert!(is_sold_out(&whole));
        // Seats have the first two numbers, standing places the others.
        for ticket in [0, 3] {
            let mut planted = whole.clone();
            let mut commit = planted.commits[2].clone();
            (commit.position, commit.first_version) = (4, 5);
            commit.events =
                vec![Event::Show(ShowEvent::TicketsCancelled { booking_id: BOOKING, tickets: vec![ticket] })];
            planted.commits.push(commit);
            assert!(!is_sold_out(&planted), "ticket {ticket}");
        }
    }

    #[test]
    fn what_is_held_is_not_sold() {
        let mut planted = small::sold_out();
        planted.commits.pop();
        assert!(!is_sold_out(&planted));
    }
}
