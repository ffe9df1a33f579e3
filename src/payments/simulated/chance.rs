//! Chance from a seed. What is drawn depends on who asks for what the how-manieth time, and on nothing else: however the
//! calls of a run interleave, each has the fate that the seed gave it.

#[derive(Clone, Copy, Debug)]
pub struct Chance {
    seed: u64,
}

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Any number below the bound, which must not be 0.
    pub fn below(&self, bound: u64, purpose: &str, name: &str, attempt: u32) -> u64 {
        let bytes = purpose.bytes().chain([0]).chain(name.bytes());
        let state = bytes.fold(mix(self.seed), |state, byte| mix(state ^ u64::from(byte)));
        mix(state ^ u64::from(attempt)) % bound
    }

    pub fn happens(&self, percent: u8, purpose: &str, name: &str, attempt: u32) -> bool {
        percent > 0 && self.below(100, purpose, name, attempt) < u64::from(percent)
    }
}

/// One step of SplitMix64.
fn mix(state: u64) -> u64 {
    let mut mixed = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer_and_another_seed_another() {
        let draws = |seed| -> Vec<u64> {
            (0..50).map(|attempt| Chance::new(seed).below(1_000, "fault", "checkout/authorise", attempt)).collect()
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
    }

    #[test]
    fn a_share_is_about_its_percentage() {
        let chance = Chance::new(3);
        let count = (0..10_000).filter(|name| chance.happens(10, "decline", &name.to_string(), 0)).count();
        assert!((900..1_100).contains(&count), "{count} of 10,000");
        assert!((0..1_000).all(|attempt| chance.happens(100, "decline", "a", attempt)));
        assert!((0..1_000).all(|attempt| !chance.happens(0, "decline", "a", attempt)));
    }
}
