//! What the naive show makes of a command: it changes its lists, and says which events or which refusal it expects.

use super::naive::{How, NaiveBooking, NaiveShow, Spot};
use crate::domain::command::Action;
use crate::domain::event::{BookingConfirmed, HoldEnded, ShowEvent, TicketsCancelled};
use crate::domain::ids::{BookingId, HoldId, TicketId};
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::refusal::{Refusal, SalesStatus};
use crate::domain::time::Timestamp;

pub type Answer = Result<Vec<ShowEvent>, Refusal>;

impl NaiveShow {
    pub fn lapse(&mut self, now: Timestamp) -> Vec<ShowEvent> {
        let mut due: Vec<_> =
            self.live_holds().filter(|hold| hold.until <= now).map(|hold| (hold.until, hold.id)).collect();
        due.sort();
        let mut lapsed: Vec<_> =
            due.into_iter().map(|(_, id)| ShowEvent::HoldExpired(self.end(id, How::Expired))).collect();
        lapsed.extend(self.calendar(now));
        lapsed
    }

    fn calendar(&mut self, now: Timestamp) -> Vec<ShowEvent> {
        use SalesStatus::{Closed, OnSale, Paused, Scheduled};
        let Some(terms) = &self.terms else { return Vec::new() };
        let on = self.status == Scheduled && terms.on_sale_at.is_some_and(|at| at <= now);
        let off = [Scheduled, OnSale, Paused].contains(&self.status) && terms.off_sale_at.is_some_and(|at| at <= now);
        self.status = if off {
            Closed
        } else if on {
            OnSale
        } else {
            self.status
        };
        let opened = on.then_some(ShowEvent::SalesOpened);
        opened.into_iter().chain(off.then_some(ShowEvent::SalesClosed)).collect()
    }

    /// `actual` is asked only which of the free seats are the best; `Err` where those cannot be.
    pub fn decide(&mut self, action: &Action, now: Timestamp, actual: &Answer) -> Result<Answer, String> {
        if let Action::ScheduleShow { terms, organiser } = action {
            if self.terms.is_some() {
                return Ok(Err(Refusal::ShowAlreadyScheduled));
            }
            self.terms = Some((**terms).clone());
            let scheduled = ShowEvent::ShowScheduled(terms.clone());
            let owned = organiser.clone().map(|organiser| ShowEvent::ShowOwned { organiser });
            return Ok(Ok([scheduled].into_iter().chain(owned).chain(self.calendar(now)).collect()));
        }
        if self.terms.is_none() {
            return Ok(Err(Refusal::ShowNotFound));
        }
        Ok(match action {
            Action::HoldSeats(request) => return self.hold(request, now, actual),
            Action::HoldEqual(request) => return self.hold_equal(request, now, actual),
            Action::ScheduleShow { .. } | Action::Tick => Ok(Vec::new()),
            Action::OpenSales => self.turn(
                "scheduled or paused",
                &[SalesStatus::Scheduled, SalesStatus::Paused],
                SalesStatus::OnSale,
                ShowEvent::SalesOpened,
            ),
            Action::PauseSales => {
                self.turn("on_sale", &[SalesStatus::OnSale], SalesStatus::Paused, ShowEvent::SalesPaused)
            }
            Action::CancelShow => self.cancel_show(),
            Action::BlockSeats { seats, reason } => self.block(seats, reason),
            Action::UnblockSeats { seats } => self.unblock(seats),
            Action::ExtendHold { hold_id, extend_seconds } => self.extend(*hold_id, *extend_seconds),
            Action::ReleaseHold { hold_id } => {
                self.live(*hold_id).map(|()| vec![ShowEvent::HoldReleased(self.end(*hold_id, How::Released))])
            }
            Action::ConfirmHold { hold_id, booking_id, payment_reference } => {
                self.confirm(*hold_id, *booking_id, payment_reference)
            }
            Action::CancelTickets { booking_id, tickets } => self.cancel(*booking_id, tickets.as_deref()),
        })
    }

    fn turn(&mut self, needed: &'static str, from: &[SalesStatus], to: SalesStatus, event: ShowEvent) -> Answer {
        if !from.contains(&self.status) {
            return Err(Refusal::ShowStatus { actual: self.status, needed });
        }
        self.status = to;
        Ok(vec![event])
    }

    fn cancel_show(&mut self) -> Answer {
        let cancelled = self.turn(
            "anything but cancelled",
            &[SalesStatus::Scheduled, SalesStatus::OnSale, SalesStatus::Paused, SalesStatus::Closed],
            SalesStatus::Cancelled,
            ShowEvent::ShowCancelled,
        )?;
        let mut ids: Vec<_> = self.live_holds().map(|hold| hold.id).collect();
        ids.sort();
        let released = ids.into_iter().map(|id| ShowEvent::HoldReleased(self.end(id, How::Released)));
        Ok(released.collect::<Vec<_>>().into_iter().chain(cancelled).collect())
    }

    fn block(&mut self, labels: &[String], reason: &str) -> Answer {
        let seats = self.seats_called(labels)?;
        self.in_the_way(&seats, |_| false)?;
        if seats.is_empty() {
            return Err(Refusal::NothingAskedFor);
        }
        self.blocked.extend(&seats);
        Ok(vec![ShowEvent::SeatsBlocked { seats, reason: reason.into() }])
    }

    fn unblock(&mut self, labels: &[String]) -> Answer {
        let seats = self.seats_called(labels)?;
        let label = |seat: &SeatIndex| self.seats[seat.index()].label.clone();
        let others: Vec<_> = seats.iter().filter(|seat| !self.blocked.contains(seat)).map(label).collect();
        if !others.is_empty() {
            return Err(Refusal::NotBlocked(others));
        }
        if seats.is_empty() {
            return Err(Refusal::NothingAskedFor);
        }
        self.blocked.retain(|seat| !seats.contains(seat));
        Ok(vec![ShowEvent::SeatsUnblocked { seats }])
    }

    fn extend(&mut self, id: HoldId, extend_seconds: u32) -> Answer {
        self.live(id)?;
        let hold_seconds = self.terms.as_ref().expect("it is scheduled").hold_seconds;
        let hold = self.holds.iter_mut().find(|hold| hold.id == id).expect("it is live");
        let cap = hold.made_until.plus_seconds(3 * hold_seconds);
        let asked = hold.until.plus_seconds(extend_seconds);
        if hold.until == cap || extend_seconds == 0 {
            return Err(Refusal::ExtensionTooLong { max_seconds: 4 * hold_seconds, until: cap, asked });
        }
        hold.until = asked.min(cap);
        Ok(vec![ShowEvent::HoldExtended { hold_id: id, expires_at: hold.until }])
    }

    fn confirm(&mut self, id: HoldId, booking_id: BookingId, payment_reference: &str) -> Answer {
        self.live(id)?;
        let HoldEnded { hold_id, seats, general_admission } = self.end(id, How::Confirmed);
        let hold = self.holds.iter().find(|hold| hold.id == id).expect("it was live");
        let customer_id = hold.customer.clone();
        let tickets = hold.spots().into_iter().map(|spot| (spot, true)).collect();
        self.bookings.push(NaiveBooking { id: booking_id, customer: customer_id.clone(), tickets });
        let payment_reference = payment_reference.into();
        let booked = BookingConfirmed { hold_id, booking_id, customer_id, seats, general_admission, payment_reference };
        Ok(vec![ShowEvent::BookingConfirmed(booked)])
    }

    fn cancel(&mut self, booking_id: BookingId, tickets: Option<&[TicketId]>) -> Answer {
        let of_this =
            |booking: &&mut NaiveBooking| booking.id == booking_id && booking.tickets.iter().any(|(_, live)| *live);
        let Some(booking) = self.bookings.iter_mut().find(of_this) else {
            return Err(match self.how_it_ended(booking_id.0) {
                Some(How::Cancelled) => Refusal::BookingCancelled(booking_id),
                Some(How::Expired | How::Released | How::Confirmed) | None => Refusal::BookingNotFound(booking_id),
            });
        };
        let ids: Vec<_> = (0..booking.tickets.len()).map(|at| booking_id.ticket(at as u16)).collect();
        let places: Vec<usize> = match tickets {
            None => (0..ids.len()).filter(|at| booking.tickets[*at].1).collect(),
            Some([]) => return Err(Refusal::NothingAskedFor),
            Some(asked) => {
                let unknown: Vec<_> = asked.iter().filter(|ticket| !ids.contains(ticket)).copied().collect();
                if !unknown.is_empty() {
                    return Err(Refusal::TicketsNotFound(unknown));
                }
                (0..ids.len()).filter(|at| asked.contains(&ids[*at])).collect()
            }
        };
        let gone: Vec<_> = places.iter().filter(|at| !booking.tickets[**at].1).map(|at| ids[*at]).collect();
        if !gone.is_empty() {
            return Err(Refusal::TicketsCancelled(gone));
        }
        let (mut seats, mut general_admission) = (Vec::new(), Vec::<(AreaIndex, u32)>::new());
        for &at in &places {
            booking.tickets[at].1 = false;
            match booking.tickets[at].0 {
                Spot::Seat(seat) => seats.push(seat),
                Spot::Area(area) => match general_admission.iter_mut().find(|(of, _)| *of == area) {
                    Some((_, quantity)) => *quantity += 1,
                    None => general_admission.push((area, 1)),
                },
            }
        }
        if booking.tickets.iter().all(|(_, live)| !live) {
            self.ended.push((booking_id.0, How::Cancelled));
        }
        let tickets = places.into_iter().map(|at| at as u16).collect();
        Ok(vec![ShowEvent::TicketsCancelled(TicketsCancelled { booking_id, tickets, seats, general_admission })])
    }

    fn live(&self, id: HoldId) -> Result<(), Refusal> {
        if self.live_holds().any(|hold| hold.id == id) {
            return Ok(());
        }
        Err(match self.how_it_ended(id.0) {
            Some(How::Expired) => Refusal::HoldExpired(id),
            Some(How::Released) => Refusal::HoldReleased(id),
            Some(How::Confirmed) => Refusal::HoldConfirmed(id),
            Some(How::Cancelled) | None => Refusal::HoldNotFound(id),
        })
    }

    fn end(&mut self, id: HoldId, how: How) -> HoldEnded {
        self.ended.push((id.0, how));
        let hold = self.holds.iter_mut().find(|hold| hold.id == id).expect("it is live");
        hold.ended = Some(how);
        HoldEnded { hold_id: id, seats: hold.seats.clone(), general_admission: hold.areas.clone() }
    }

    pub fn seats_called(&self, labels: &[String]) -> Result<Vec<SeatIndex>, Refusal> {
        let all: Vec<&str> = self.seats.iter().map(|seat| seat.label.as_str()).collect();
        known(labels, &all).map_err(Refusal::UnknownSeats)?;
        distinct(labels)?;
        Ok(labels.iter().filter_map(|label| self.seat_called(label)).collect())
    }
}

pub fn known(names: &[String], all: &[&str]) -> Result<(), Vec<String>> {
    let unknown: Vec<String> = names.iter().filter(|name| !all.contains(&name.as_str())).cloned().collect();
    if unknown.is_empty() { Ok(()) } else { Err(unknown) }
}

pub fn distinct(names: &[String]) -> Result<(), Refusal> {
    let mut twice: Vec<String> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if names[..at].contains(name) && !twice.contains(name) {
            twice.push(name.clone());
        }
    }
    if twice.is_empty() { Ok(()) } else { Err(Refusal::NamedTwice(twice)) }
}
