//! New ids: UUIDv7, stamped with the directory's clock and otherwise random. This is where randomness enters.

use uuid::{NoContext, Uuid};

use crate::domain::Timestamp;

pub fn fresh(now: Timestamp) -> Uuid {
    let micros = u64::try_from(now.as_micros()).unwrap_or(0);
    let nanos = u32::try_from(micros % 1_000_000 * 1_000).expect("less than a second");
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, micros / 1_000_000, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_carry_the_clock_and_sort_by_it() {
        let early = fresh(Timestamp::from_micros(1_767_225_600_000_000));
        let late = fresh(Timestamp::from_micros(1_767_225_600_001_000));
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
        assert_ne!(fresh(Timestamp::EPOCH), fresh(Timestamp::EPOCH));
    }
}
