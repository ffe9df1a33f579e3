//! Seats taken out of the sale and put back.

use super::Show;
use super::hold::{named_once, resolve_seats};
use super::seats::SeatStatus;
use crate::domain::event::ShowEvent;
use crate::domain::refusal::Refusal;

impl Show {
    /// Only free seats can be blocked: a hold or a booking has been promised to somebody.
    pub(super) fn decide_block(&self, labels: &[String], reason: &str) -> Result<Vec<ShowEvent>, Refusal> {
        let seats = resolve_seats(&self.plan, labels)?;
        named_once(labels)?;
        let conflicts: Vec<_> = seats
            .iter()
            .zip(labels)
            .filter_map(|(&seat, label)| Some((label.clone(), self.seats.status(seat).conflict()?)))
            .collect();
        if !conflicts.is_empty() {
            return Err(Refusal::SeatsUnavailable(conflicts));
        }
        if seats.is_empty() {
            return Err(Refusal::NothingAskedFor);
        }
        Ok(vec![ShowEvent::SeatsBlocked { seats, reason: reason.to_owned() }])
    }

    pub(super) fn decide_unblock(&self, labels: &[String]) -> Result<Vec<ShowEvent>, Refusal> {
        let seats = resolve_seats(&self.plan, labels)?;
        named_once(labels)?;
        let others: Vec<_> = seats
            .iter()
            .zip(labels)
            .filter(|(seat, _)| self.seats.status(**seat) != SeatStatus::Blocked)
            .map(|(_, label)| label.clone())
            .collect();
        if !others.is_empty() {
            return Err(Refusal::NotBlocked(others));
        }
        if seats.is_empty() {
            return Err(Refusal::NothingAskedFor);
        }
        Ok(vec![ShowEvent::SeatsUnblocked { seats }])
    }
}
