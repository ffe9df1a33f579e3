//! One show of the model: its holds and bookings, and how they end.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};
use uuid::Uuid;

use super::box_office::{Answer, Decision, refusal};
use crate::hall::{Hall, SeatIndex};

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

impl Show {
    pub fn expire(&mut self, now: i64) -> Vec<Value> {
        let due: Vec<Uuid> = self
            .holds
            .iter()
            .filter(|(_, hold)| hold.ended.is_none() && hold.expires_at <= now)
            .map(|(id, _)| *id)
            .collect();
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
        Ok((vec![event], json!({ "hold_id": hold_id, "expires_at": rfc_3339(expires_at) })))
    }

    pub fn release(&mut self, hold_id: Uuid) -> Decision {
        self.live(hold_id)?;
        self.end(hold_id, "hold_released");
        Ok((vec![json!({ "show": { "hold_released": { "hold_id": hold_id } } })], json!({ "hold_id": hold_id })))
    }

    /// Of each ticket of a live hold.
    pub fn prices_of(&self, hold_id: Uuid, now: i64) -> Result<Vec<u64>, Answer> {
        let hold = self.live(hold_id)?;
        if hold.expires_at <= now {
            return Err(refusal(410, "hold_expired"));
        }
        let seats = hold.seats.iter().map(|&seat| self.hall.seats[seat as usize].category);
        let areas = hold.areas.iter();
        let standing =
            areas.flat_map(|&(area, n)| std::iter::repeat_n(self.hall.areas[area as usize].category, n as usize));
        Ok(seats.chain(standing).map(|category| self.hall.price(category)).collect())
    }

    /// `reference`: what it was paid with.
    pub fn confirm(&mut self, hold_id: Uuid, reference: &str) -> Decision {
        let hold = self.live(hold_id)?.clone();
        self.end(hold_id, "hold_confirmed");
        let booking_id = Uuid::now_v7();
        self.seats.extend(hold.seats.iter().map(|&seat| (seat, Owner::Booking(booking_id))));
        hold.areas.iter().for_each(|&(area, places)| self.areas[area as usize].1 += places);
        let places: u32 = hold.areas.iter().map(|(_, places)| places).sum();
        let tickets = (0..hold.seats.len() + places as usize).map(|_| (Uuid::now_v7(), false)).collect();
        self.bookings.insert(booking_id, Booking { hold, tickets });
        let event = json!({ "show": { "booking_confirmed":
            { "hold_id": hold_id, "booking_id": booking_id, "payment_reference": reference } } });
        Ok((vec![event], self.booking(booking_id).expect("it was made just now")))
    }

    /// As it is read.
    pub fn booking(&self, booking_id: Uuid) -> Option<Value> {
        let booking = self.bookings.get(&booking_id)?;
        let areas = booking.hold.areas.iter();
        let standing =
            areas.flat_map(|&(area, n)| std::iter::repeat_n(&self.hall.areas[area as usize].label, n as usize));
        let seats = booking.hold.seats.iter().map(|&seat| json!({ "seat": self.hall.seats[seat as usize].label }));
        let mut tickets: Vec<Value> = seats.chain(standing.map(|area| json!({ "area": area }))).collect();
        for (ticket, (id, cancelled)) in tickets.iter_mut().zip(&booking.tickets) {
            ticket["ticket_id"] = id.to_string().into();
            ticket["cancelled"] = (*cancelled).into();
        }
        let customer_id = &booking.hold.customer_id;
        Some(json!({ "booking_id": booking_id, "customer_id": customer_id, "tickets": tickets }))
    }

    /// Of some of its tickets, by their numbers.
    pub fn price_of(&self, booking_id: Uuid, numbers: &Value) -> u64 {
        let hold = &self.bookings[&booking_id].hold;
        let price = |number: usize| match hold.seats.get(number) {
            Some(&seat) => self.hall.price(self.hall.seats[seat as usize].category),
            None => self.hall.price(self.hall.areas[hold.areas[0].0 as usize].category),
        };
        let numbers = numbers.as_array().into_iter().flatten().filter_map(Value::as_u64);
        numbers.map(|number| price(number as usize)).sum()
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
        let read = self.booking(booking_id).expect("its tickets were cancelled just now");
        let cancelled: Vec<&Value> = numbers.iter().map(|&number| &read["tickets"][number]).collect();
        Ok((vec![event], json!({ "booking_id": booking_id, "cancelled": cancelled })))
    }
}

/// As answers spell an instant.
pub fn rfc_3339(time_us: i64) -> String {
    jiff::Timestamp::from_microsecond(time_us).expect("the clock is in range").to_string()
}
