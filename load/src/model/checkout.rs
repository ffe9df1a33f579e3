//! Checkouts of the model: paid for and booked in the same moment, or not taken on.

use serde_json::{Value, json};
use uuid::Uuid;

use super::box_office::{Answer, BoxOffice, refusal};
use super::show::Show;

/// Of so many payments, one is not taken on.
const REFUSED_ONE_IN: u32 = 8;

pub struct Checkout {
    hold_id: Uuid,
    show_id: Uuid,
    total: u64,
    booking_id: Option<Uuid>,
    refunds: Vec<u64>,
    version: u64,
    position: u64,
}

impl BoxOffice {
    /// The same key gets the same checkout, as it stands now.
    pub fn check_out(&mut self, show_id: Uuid, hold_id: Uuid, key: &str) -> Answer {
        if let Some(id) = self.checkout_keys.get(key) {
            return (202, self.checkout(*id));
        }
        let id = Uuid::now_v7();
        let now = self.journal.now_us();
        let Some(show) = self.shows.get_mut(&show_id) else { return refusal(404, "show_not_found") };
        let prices = match show.prices_of(hold_id, now) {
            Ok(prices) => prices,
            Err(refused) => return refused,
        };
        let total = prices.iter().sum();
        let begun = json!({ "checkout_begun": { "show_id": show_id, "hold_id": hold_id, "prices": prices,
            "expires_at": now } });
        let new = Checkout { hold_id, show_id, total, booking_id: None, refunds: Vec::new(), version: 0, position: 0 };
        self.checkouts.insert(id, new);
        self.checkout_keys.insert(key.to_owned(), id);
        self.log(id, &key_of(id), vec![begun]);
        let nobody = "0".repeat(32);
        if fastrand::u32(..REFUSED_ONE_IN) == 0 {
            let declined = json!({ "payment_declined": { "reason": "not taken on" } });
            self.log(id, &nobody, vec![declined, json!({ "checkout_ended": { "why": "declined" } })]);
            return (202, self.checkout(id));
        }
        self.log(id, &nobody, vec![json!({ "payment_opened": { "payment": "p" } }), json!("payment_authorised")]);
        let reference = format!("checkout:{id}");
        let confirm = |show: &mut Show, _| show.confirm(hold_id, &reference);
        let (_, booking) = self.command(show_id, &reference, b"", 201, confirm);
        let booking_id: Option<Uuid> = booking["booking_id"].as_str().and_then(|id| id.parse().ok());
        self.log(id, &nobody, vec![json!({ "seats_confirmed": { "booking_id": booking_id } })]);
        self.log(id, &nobody, vec![json!({ "payment_captured": { "amount": total } })]);
        if let Some(checkout) = self.checkouts.get_mut(&id) {
            checkout.booking_id = booking_id;
        }
        (202, self.checkout(id))
    }

    /// Money back for tickets that were cancelled, if a checkout has paid for them.
    pub fn refund(&mut self, booking_id: Uuid, amount: u64) {
        let paid = |checkout: &Checkout| checkout.booking_id == Some(booking_id);
        let Some((&id, checkout)) = self.checkouts.iter_mut().find(|(_, checkout)| paid(checkout)) else { return };
        checkout.refunds.push(amount);
        let number = checkout.refunds.len();
        let owed = json!({ "refund_owed": { "number": number, "amount": amount } });
        self.log(id, &"0".repeat(32), vec![owed, json!({ "refund_succeeded": { "number": number } })]);
    }

    /// As it is read.
    pub fn checkout(&self, id: Uuid) -> Value {
        let checkout = &self.checkouts[&id];
        let refunds: Vec<Value> =
            checkout.refunds.iter().map(|amount| json!({ "amount": amount, "status": "succeeded" })).collect();
        let mut read = json!({ "checkout_id": id, "show_id": checkout.show_id, "hold_id": checkout.hold_id,
            "status": "completed", "needs_operator": false, "payment": { "captured": checkout.total },
            "total": checkout.total, "refunds": refunds, "position": checkout.position.to_string() });
        match checkout.booking_id {
            Some(booking_id) => read["booking_id"] = json!(booking_id),
            None => {
                read["status"] = "ended".into();
                read["reason"] = "declined".into();
                read["payment"] = json!({ "declined": "not taken on" });
            }
        }
        read
    }

    fn log(&mut self, id: Uuid, command: &str, events: Vec<Value>) {
        let events: Vec<Value> = events.into_iter().map(|event| json!({ "checkout": event })).collect();
        let count = events.len() as u64;
        let checkout = self.checkouts.get_mut(&id).expect("it was begun before anything is logged");
        self.journal.append(id, checkout.version + 1, command, events);
        checkout.version += count;
        checkout.position = self.journal.position();
    }
}

fn key_of(id: Uuid) -> String {
    id.simple().to_string()
}
