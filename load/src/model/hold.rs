//! Taking seats in the model: chosen ones, the best available, standing places.

use serde_json::{Value, json};
use uuid::Uuid;

use super::box_office::{Decision, refusal};
use super::show::{Hold, Owner, Show, rfc_3339};
use crate::api::HoldBody;

impl Show {
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

    fn take(
        &mut self,
        customer_id: Option<String>,
        seats: Vec<u32>,
        areas: Vec<(u32, u32)>,
        now: i64,
    ) -> (Vec<Value>, Value) {
        let hold_id = Uuid::now_v7();
        self.seats.extend(seats.iter().map(|&seat| (seat, Owner::Hold(hold_id))));
        areas.iter().for_each(|&(area, places)| self.areas[area as usize].0 += places);
        let expires_at = now + i64::from(self.hold_seconds) * 1_000_000;
        let price = |category: usize| self.hall.price(category);
        let held: Vec<Value> = seats
            .iter()
            .map(|&seat| &self.hall.seats[seat as usize])
            .map(|seat| json!({ "seat": seat.label, "price": price(seat.category) }))
            .collect();
        let places: Vec<Value> = areas
            .iter()
            .map(|&(area, quantity)| (&self.hall.areas[area as usize], quantity))
            .map(|(area, quantity)| json!({ "area": area.label, "quantity": quantity, "price": price(area.category) }))
            .collect();
        let total: u64 = seats.iter().map(|&seat| price(self.hall.seats[seat as usize].category)).sum::<u64>()
            + areas.iter().map(|&(area, n)| price(self.hall.areas[area as usize].category) * u64::from(n)).sum::<u64>();
        let answer = json!({ "hold_id": hold_id, "hold_token": format!("token-{hold_id}"), "seats": held,
            "general_admission": places, "total": total, "currency": "EUR", "expires_at": rfc_3339(expires_at),
            "adjacent": true });
        let event = json!({ "show": { "seats_held": { "hold_id": hold_id, "customer_id": customer_id, "seats": seats,
            "general_admission": areas, "expires_at": expires_at, "adjacent": true } } });
        self.holds.insert(hold_id, Hold { customer_id, seats, areas, expires_at, ended: None });
        (vec![event], answer)
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
