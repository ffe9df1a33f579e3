//! The model's rules: as few words as they can be said in.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};
use uuid::Uuid;

use super::journal::Journal;
use crate::api::HoldBody;
use crate::hall::{Hall, SeatIndex};

#[derive(Default)]
pub struct BoxOffice {
    pub journal: Journal,
    pub halls: HashMap<Uuid, Hall>,
    pub shows: HashMap<Uuid, Show>,
    /// By key: the body, and what was answered.
    pub answered: HashMap<String, (Vec<u8>, u16, Value)>,
    /// Which show a booking is in.
    pub bookings: HashMap<Uuid, Uuid>,
    /// So many commands are done without being answered; 0: none.
    pub withhold_one_in: u32,
}

pub struct Show {
    pub hall: Hall,
    pub index: SeatIndex,
    pub hold_seconds: u32,
    pub max_per_customer: Option<u32>,
    pub version: u64,
    /// By seat: its hold or booking.
    pub seats: BTreeMap<u32, Owner>,
    pub areas: Vec<(u32, u32)>,
    pub holds: HashMap<Uuid, Hold>,
    pub bookings: HashMap<Uuid, Booking>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Owner {
    Hold(Uuid),
    Booking(Uuid),
}

#[derive(Clone)]
pub struct Hold {
    pub customer_id: Option<String>,
    pub seats: Vec<u32>,
    pub areas: Vec<(u32, u32)>,
    pub expires_at: i64,
    /// How it ended.
    pub ended: Option<&'static str>,
}

pub struct Booking {
    pub hold: Hold,
    pub tickets: Vec<(Uuid, bool)>,
}

pub type Answer = (u16, Value);
/// Events and the answer without its stamp, or a refusal.
pub type Decision = Result<(Vec<Value>, Value), Answer>;

pub fn refusal(status: u16, code: &str) -> Answer {
    (status, json!({ "status": status, "code": code }))
}

impl BoxOffice {
    /// Expires what is due, decides, applies, remembers.
    pub fn command(
        &mut self,
        show_id: Uuid,
        key: &str,
        body: &[u8],
        accepted: u16,
        decide: impl FnOnce(&mut Show, i64) -> Decision,
    ) -> Answer {
        if let Some((before, status, answer)) = self.answered.get(key) {
            let same = before == body;
            return if same { (*status, answer.clone()) } else { refusal(422, "idempotency_key_reused") };
        }
        let now = self.journal.now_us();
        let Some(show) = self.shows.get_mut(&show_id) else { return refusal(404, "show_not_found") };
        let expired = show.expire(now);
        if !expired.is_empty() {
            let clock = "0".repeat(32);
            self.journal.append(show_id, show.version + 1, &clock, expired.clone());
            show.version += expired.len() as u64;
        }
        let (events, mut answer) = match decide(show, now) {
            Ok(decided) => decided,
            Err((status, answer)) => {
                self.answered.insert(key.to_owned(), (body.to_vec(), status, answer.clone()));
                return (status, answer);
            }
        };
        self.journal.append(show_id, show.version + 1, &Uuid::now_v7().simple().to_string(), events.clone());
        show.version += events.len() as u64;
        answer["version"] = show.version.into();
        answer["position"] = self.journal.position().to_string().into();
        if let Some(booking) = answer["booking_id"].as_str().and_then(|id| id.parse().ok()) {
            self.bookings.insert(booking, show_id);
        }
        self.answered.insert(key.to_owned(), (body.to_vec(), accepted, answer.clone()));
        (accepted, answer)
    }
}

impl Show {
    fn expire(&mut self, now: i64) -> Vec<Value> {
        let due: Vec<Uuid> =
            self.holds.iter().filter(|(_, hold)| hold.ended.is_none() && hold.expires_at <= now).map(|(id, _)| *id).collect();
        due.into_iter()
            .map(|hold_id| {
                self.end(hold_id, "hold_expired");
                json!({ "show": { "hold_expired": { "hold_id": hold_id } } })
            })
            .collect()
    }

    fn end(&mut self, hold_id: Uuid, how: &'static str) {
        let hold = self.holds.get_mut(&hold_id).expect("only live holds are ended");
        hold.ended = Some(how);
        for seat in &hold.seats {
            self.seats.remove(seat);
        }
        for &(area, places) in &hold.areas {
            self.areas[area as usize].0 -= places;
        }
    }

    pub fn hold(&mut self, body: &HoldBody, now: i64) -> Decision {
        let mut seats = Vec::new();
        for label in &body.seats {
            seats.push(*self.index.get(label).ok_or_else(|| refusal(422, "unknown_seats"))?);
        }
        let wished = body.best_available.as_ref().map_or(0, |wish| wish.quantity);
        let standing: u32 = body.general_admission.iter().map(|asked| asked.quantity).sum();
        let has = self.tickets_of(body.customer_id.as_deref());
        if self.max_per_customer.is_some_and(|max| has + seats.len() as u32 + wished + standing > max) {
            return Err(refusal(409, "customer_limit"));
        }
        let conflicts: Vec<Value> = seats.iter().filter_map(|seat| self.conflict(*seat)).collect();
        if !conflicts.is_empty() {
            return Err((409, json!({ "status": 409, "code": "seats_unavailable", "conflicts": conflicts })));
        }
        let mut areas = Vec::new();
        for asked in &body.general_admission {
            let area = self.hall.areas.iter().position(|area| area.label == asked.area).unwrap_or(0);
            let (held, sold) = self.areas[area];
            if held + sold + asked.quantity > self.hall.areas[area].capacity {
                return Err(refusal(409, "area_full"));
            }
            areas.push((area as u32, asked.quantity));
        }
        if let Some(wish) = &body.best_available {
            let fits = |seat: &u32| self.hall.seats[*seat as usize].accessible == wish.accessible;
            let free = (0..self.hall.seats.len() as u32).filter(fits).filter(|seat| !self.seats.contains_key(seat));
            let best: Vec<u32> = free.take(wish.quantity as usize).collect();
            if best.len() < wish.quantity as usize {
                return Err(refusal(409, "not_enough_seats"));
            }
            seats.extend(best);
        }
        Ok(self.take(body.customer_id.clone(), seats, areas, now))
    }

    fn take(&mut self, customer_id: Option<String>, seats: Vec<u32>, areas: Vec<(u32, u32)>, now: i64) -> (Vec<Value>, Value) {
        let hold_id = Uuid::now_v7();
        self.seats.extend(seats.iter().map(|&seat| (seat, Owner::Hold(hold_id))));
        areas.iter().for_each(|&(area, places)| self.areas[area as usize].0 += places);
        let expires_at = now + i64::from(self.hold_seconds) * 1_000_000;
        let price = |category: usize| self.hall.price(category);
        let held: Vec<Value> = seats.iter().map(|&seat| &self.hall.seats[seat as usize])
            .map(|seat| json!({ "seat": seat.label, "price": price(seat.category) })).collect();
        let places: Vec<Value> = areas.iter().map(|&(area, quantity)| (&self.hall.areas[area as usize], quantity))
            .map(|(area, quantity)| json!({ "area": area.label, "quantity": quantity })).collect();
        let total: u64 = seats.iter().map(|&seat| price(self.hall.seats[seat as usize].category)).sum::<u64>()
            + areas.iter().map(|&(area, n)| price(self.hall.areas[area as usize].category) * u64::from(n)).sum::<u64>();
        let until = jiff::Timestamp::from_microsecond(expires_at).expect("the clock is in range").to_string();
        let answer = json!({ "hold_id": hold_id, "hold_token": format!("token-{hold_id}"), "seats": held,
            "general_admission": places, "total": total, "currency": "EUR", "expires_at": until, "adjacent": true });
        let event = json!({ "show": { "seats_held": { "hold_id": hold_id, "customer_id": customer_id, "seats": seats,
            "general_admission": areas, "expires_at": expires_at, "adjacent": true } } });
        self.holds.insert(hold_id, Hold { customer_id, seats, areas, expires_at, ended: None });
        (vec![event], answer)
    }

    fn live(&self, hold_id: Uuid) -> Result<&Hold, Answer> {
        let hold = self.holds.get(&hold_id).ok_or_else(|| refusal(404, "hold_not_found"))?;
        match hold.ended {
            None => Ok(hold),
            Some("hold_confirmed") => Err(refusal(409, "hold_confirmed")),
            Some(how) => Err(refusal(410, how)),
        }
    }

    pub fn extend(&mut self, hold_id: Uuid, seconds: i64) -> Decision {
        let expires_at = self.live(hold_id)?.expires_at + seconds * 1_000_000;
        self.holds.get_mut(&hold_id).expect("it is live").expires_at = expires_at;
        let event = json!({ "show": { "hold_extended": { "hold_id": hold_id, "expires_at": expires_at } } });
        Ok((vec![event], json!({ "hold_id": hold_id })))
    }

    pub fn release(&mut self, hold_id: Uuid) -> Decision {
        self.live(hold_id)?;
        self.end(hold_id, "hold_released");
        Ok((vec![json!({ "show": { "hold_released": { "hold_id": hold_id } } })], json!({ "hold_id": hold_id })))
    }

    pub fn confirm(&mut self, hold_id: Uuid) -> Decision {
        let hold = self.live(hold_id)?.clone();
        self.end(hold_id, "hold_confirmed");
        let booking_id = Uuid::now_v7();
        self.seats.extend(hold.seats.iter().map(|&seat| (seat, Owner::Booking(booking_id))));
        hold.areas.iter().for_each(|&(area, places)| self.areas[area as usize].1 += places);
        let places: u32 = hold.areas.iter().map(|(_, places)| places).sum();
        let tickets = (0..hold.seats.len() + places as usize).map(|_| (Uuid::now_v7(), false)).collect();
        self.bookings.insert(booking_id, Booking { hold, tickets });
        let event = json!({ "show": { "booking_confirmed":
            { "hold_id": hold_id, "booking_id": booking_id, "payment_reference": "" } } });
        Ok((vec![event], self.booking(booking_id).expect("it was made just now")))
    }

    /// As it is read.
    pub fn booking(&self, booking_id: Uuid) -> Option<Value> {
        let booking = self.bookings.get(&booking_id)?;
        let areas = booking.hold.areas.iter();
        let standing = areas.flat_map(|&(area, n)| std::iter::repeat_n(&self.hall.areas[area as usize].label, n as usize));
        let seats = booking.hold.seats.iter().map(|&seat| json!({ "seat": self.hall.seats[seat as usize].label }));
        let mut tickets: Vec<Value> = seats.chain(standing.map(|area| json!({ "area": area }))).collect();
        for (ticket, (id, cancelled)) in tickets.iter_mut().zip(&booking.tickets) {
            ticket["ticket_id"] = id.to_string().into();
            ticket["cancelled"] = (*cancelled).into();
        }
        Some(json!({ "booking_id": booking_id, "tickets": tickets }))
    }

    pub fn cancel(&mut self, booking_id: Uuid, asked: Option<Vec<Uuid>>) -> Decision {
        let booking = self.bookings.get_mut(&booking_id).ok_or_else(|| refusal(404, "booking_not_found"))?;
        let wanted = |id: &Uuid| asked.as_ref().is_none_or(|asked| asked.contains(id));
        let open = booking.tickets.iter().enumerate().filter(|(_, (id, cancelled))| !cancelled && wanted(id));
        let numbers: Vec<usize> = open.map(|(number, _)| number).collect();
        if numbers.is_empty() {
            return Err(refusal(409, "booking_cancelled"));
        }
        for &number in &numbers {
            booking.tickets[number].1 = true;
            match booking.hold.seats.get(number) {
                Some(seat) => drop(self.seats.remove(seat)),
                // Halls of the model's runs have one area.
                None => self.areas[booking.hold.areas[0].0 as usize].1 -= 1,
            }
        }
        let event = json!({ "show": { "tickets_cancelled": { "booking_id": booking_id, "tickets": numbers } } });
        Ok((vec![event], json!({ "cancelled": numbers.len() })))
    }

    fn conflict(&self, seat: u32) -> Option<Value> {
        let status = match self.seats.get(&seat)? {
            Owner::Hold(_) => "held",
            Owner::Booking(_) => "sold",
        };
        Some(json!({ "seat": self.hall.seats[seat as usize].label, "status": status }))
    }

    fn tickets_of(&self, customer: Option<&str>) -> u32 {
        if customer.is_none() {
            return 0;
        }
        let places = |hold: &Hold| hold.seats.len() as u32 + hold.areas.iter().map(|(_, n)| n).sum::<u32>();
        let held = self.holds.values().filter(|hold| hold.ended.is_none() && hold.customer_id.as_deref() == customer);
        let owned = self.bookings.values().filter(|booking| booking.hold.customer_id.as_deref() == customer);
        held.map(places).sum::<u32>()
            + owned.map(|booking| booking.tickets.iter().filter(|(_, gone)| !gone).count() as u32).sum::<u32>()
    }
}
