//! The model's rules: as few words as they can be said in.

use std::collections::HashMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::checkout::Checkout;
use super::journal::Journal;
use super::show::Show;
use crate::hall::Hall;

#[derive(Default)]
pub struct BoxOffice {
    pub journal: Journal,
    pub halls: HashMap<Uuid, Hall>,
    pub shows: HashMap<Uuid, Show>,
    /// By key: the body, and what was answered.
    pub answered: HashMap<String, (Vec<u8>, u16, Value)>,
    /// Which show a booking is in.
    pub bookings: HashMap<Uuid, Uuid>,
    pub checkouts: HashMap<Uuid, Checkout>,
    /// By key.
    pub checkout_keys: HashMap<String, Uuid>,
    /// So many commands are done without being answered; 0: none.
    pub withhold_one_in: u32,
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
        expire(&mut self.journal, show_id, show, now);
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

    /// What is due is in the journal before anybody reads it: the model has no clock that would see to that.
    pub fn export(&mut self) -> String {
        let now = self.journal.now_us();
        for (show_id, show) in &mut self.shows {
            expire(&mut self.journal, *show_id, show, now);
        }
        self.journal.export()
    }
}

fn expire(journal: &mut Journal, show_id: Uuid, show: &mut Show, now: i64) {
    let expired = show.expire(now);
    if !expired.is_empty() {
        let clock = "0".repeat(32);
        let count = expired.len() as u64;
        journal.append(show_id, show.version + 1, &clock, expired);
        show.version += count;
    }
}
