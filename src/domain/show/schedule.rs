//! A show is scheduled once; its terms never change after that.

use super::Show;
use crate::domain::event::{ShowEvent, ShowTerms};
use crate::domain::organiser::Organiser;
use crate::domain::refusal::{Refusal, SalesStatus};
use crate::domain::time::Timestamp;

impl Show {
    /// A show whose sale should have begun by now begins it with the same command.
    pub(super) fn decide_schedule(
        &self,
        terms: &ShowTerms,
        organiser: Option<&Organiser>,
        now: Timestamp,
    ) -> Result<Vec<ShowEvent>, Refusal> {
        if self.terms.is_some() {
            return Err(Refusal::ShowAlreadyScheduled);
        }
        assert_eq!(terms.prices.len(), self.plan.categories().len(), "prices are parsed against the venue's plan");
        let mut events = vec![ShowEvent::ShowScheduled(Box::new(terms.clone()))];
        events.extend(organiser.map(|organiser| ShowEvent::ShowOwned { organiser: organiser.clone() }));
        events.extend(super::lapse::sales_changes(SalesStatus::Scheduled, terms, now));
        Ok(events)
    }
}
