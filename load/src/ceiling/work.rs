//! The calls of a scenario, one after the other, none wanted by two.

use std::cell::{Cell, RefCell};

use serde_json::json;
use uuid::Uuid;

use crate::hall::Hall;

/// What the connections of one scenario share. One thread, so that cells will do.
pub struct Work {
    pub kind: WorkKind,
    pub shows: Vec<Uuid>,
    pub hall: Hall,
    /// Goes into keys: no two scenarios may share one.
    pub name: String,
    pub next: Cell<u64>,
    /// Holds that are kept to be paid for.
    pub kept: RefCell<Vec<Kept>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkKind {
    Noop,
    BareAppend,
    Hold,
    HoldAndConfirm,
    HoldAndKeep,
    /// Of the holds that were kept.
    Checkout,
    Best {
        quantity: u32,
    },
    Standing,
    SeatMap,
}

/// One call to make. Whether a confirmation follows, the kind says.
pub struct Job {
    pub method: &'static str,
    pub path: String,
    pub key: String,
    pub hold_token: Option<String>,
    pub body: Vec<u8>,
}

/// A hold, and what opens it.
pub struct Kept {
    pub hold_id: Uuid,
    pub hold_token: String,
}

impl Work {
    /// `None`: the halls are full.
    pub fn job(&self) -> Option<Job> {
        let number = self.next.get();
        self.next.set(number + 1);
        let show = self.shows.get((number % self.shows.len().max(1) as u64) as usize);
        let of_show = |tail: &str| show.map(|show| format!("/v1/shows/{show}/{tail}")).unwrap_or_default();
        let seat = (number / self.shows.len().max(1) as u64) as usize;
        let (path, body) = match self.kind {
            WorkKind::Noop => ("/v1/noop".to_owned(), json!({ "seats": ["Floor-A-1"] })),
            WorkKind::BareAppend => ("/v1/append".to_owned(), json!({ "seats": ["Floor-A-1"] })),
            WorkKind::Hold | WorkKind::HoldAndConfirm | WorkKind::HoldAndKeep => {
                (of_show("holds"), json!({ "seats": [self.hall.seats.get(seat)?.label] }))
            }
            WorkKind::Best { quantity } => {
                if (seat as u64 + 1) * u64::from(quantity) > self.hall.seats.len() as u64 {
                    return None;
                }
                (of_show("holds"), json!({ "best_available": { "quantity": quantity } }))
            }
            WorkKind::Standing => {
                let area = self.hall.areas.first().filter(|area| number < u64::from(area.capacity))?;
                (of_show("holds"), json!({ "general_admission": [{ "area": area.label, "quantity": 1 }] }))
            }
            WorkKind::SeatMap => {
                let (method, key, body) = ("GET", String::new(), Vec::new());
                return Some(Job { method, path: of_show("seats"), key, hold_token: None, body });
            }
            WorkKind::Checkout => {
                let Kept { hold_id, hold_token } = self.kept.borrow_mut().pop()?;
                let (path, key) = (of_show(&format!("holds/{hold_id}/checkout")), format!("{}-{number}", self.name));
                return Some(Job { method: "POST", path, key, hold_token: Some(hold_token), body: Vec::new() });
            }
        };
        let body = serde_json::to_vec(&body).expect("a JSON value is JSON");
        Some(Job { method: "POST", path, key: format!("{}-{number}", self.name), hold_token: None, body })
    }

    /// How many commands (or reads) one job stands for.
    pub fn calls_of_a_job(&self) -> u64 {
        if self.kind == WorkKind::HoldAndConfirm { 2 } else { 1 }
    }
}
