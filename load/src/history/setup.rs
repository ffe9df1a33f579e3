//! What was on sale in a run: written beside its history, so that an audit needs nothing else to read it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::hall::Hall;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// Goes into idempotency keys and customer ids, so that two runs against one server never meet.
    pub run: String,
    pub seed: u64,
    pub hall: Hall,
    pub shows: Vec<ShowOnSale>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowOnSale {
    pub show_id: Uuid,
    pub venue_id: Uuid,
    pub hold_seconds: u32,
    pub max_per_customer: Option<u32>,
}

impl Setup {
    pub fn key(&self, number: u64) -> String {
        format!("{}-{number}", self.run)
    }

    pub fn customer(&self, buyer: u64) -> String {
        format!("{}-buyer-{buyer}", self.run)
    }
}
