//! Refusals given lately: the same key gets the same "no" while this incarnation lives. In memory only, and bounded in
//! count and in bytes: an on-sale's million refusals never reach the disk, and long ones do not fill the memory.

use std::collections::VecDeque;

use ahash::AHashMap;

use crate::domain::{CommandId, Fingerprint, Refusal};

const REFUSALS_MAX: usize = 10_000;
const BYTES_MAX: usize = 4 << 20;

#[derive(Default)]
pub struct Refusals {
    by_id: AHashMap<CommandId, (Fingerprint, Refusal)>,
    in_order: VecDeque<CommandId>,
    bytes: usize,
}

impl Refusals {
    pub fn find(&self, id: CommandId) -> Option<&(Fingerprint, Refusal)> {
        self.by_id.get(&id)
    }

    pub fn remember(&mut self, id: CommandId, fingerprint: Fingerprint, refusal: &Refusal) {
        self.bytes += refusal.bytes();
        if let Some((_, before)) = self.by_id.insert(id, (fingerprint, refusal.clone())) {
            self.bytes -= before.bytes();
        } else {
            self.in_order.push_back(id);
        }
        while self.in_order.len() > REFUSALS_MAX || self.bytes > BYTES_MAX {
            let Some(oldest) = self.in_order.pop_front() else { return };
            if let Some((_, refusal)) = self.by_id.remove(&oldest) {
                self.bytes -= refusal.bytes();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINGERPRINT: Fingerprint = Fingerprint(1);

    #[test]
    fn the_last_ones_are_remembered_and_no_more() {
        let mut refusals = Refusals::default();
        for id in 0..2 * REFUSALS_MAX as u128 {
            refusals.remember(CommandId(id), FINGERPRINT, &Refusal::NothingAskedFor);
        }
        assert!(refusals.find(CommandId(REFUSALS_MAX as u128 - 1)).is_none());
        assert!(refusals.find(CommandId(REFUSALS_MAX as u128)).is_some());
        assert_eq!(refusals.by_id.len(), REFUSALS_MAX);
    }

    #[test]
    fn long_ones_are_fewer() {
        let mut refusals = Refusals::default();
        let long = Refusal::UnknownCategories(vec!["\u{1F3AD}".repeat(200); 100]);
        for id in 0..1_000 {
            refusals.remember(CommandId(id), FINGERPRINT, &long);
        }
        assert!(refusals.find(CommandId(999)).is_some());
        assert!(refusals.bytes <= BYTES_MAX && refusals.by_id.len() < 60, "{} of them", refusals.by_id.len());
        let huge = Refusal::UnknownSeats(vec!["s".repeat(BYTES_MAX)]);
        refusals.remember(CommandId(1_000), FINGERPRINT, &huge);
        assert_eq!((refusals.bytes, refusals.by_id.len()), (0, 0));
    }
}
