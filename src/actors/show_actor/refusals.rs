//! Refusals given lately: the same key gets the same "no" while this incarnation lives. In memory only, and bounded:
//! an on-sale's million refusals never reach the disk.

use std::collections::VecDeque;

use ahash::AHashMap;

use crate::domain::{CommandId, Fingerprint, Refusal};

const REFUSALS_MAX: usize = 10_000;

#[derive(Default)]
pub struct Refusals {
    by_id: AHashMap<CommandId, (Fingerprint, Refusal)>,
    in_order: VecDeque<CommandId>,
}

impl Refusals {
    pub fn find(&self, id: CommandId) -> Option<&(Fingerprint, Refusal)> {
        self.by_id.get(&id)
    }

    pub fn remember(&mut self, id: CommandId, fingerprint: Fingerprint, refusal: &Refusal) {
        if self.in_order.len() == REFUSALS_MAX
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.by_id.remove(&oldest);
        }
        self.by_id.insert(id, (fingerprint, refusal.clone()));
        self.in_order.push_back(id);
    }
}
