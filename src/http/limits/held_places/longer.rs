//! A hold that is being asked for longer. Several may ask at once, and a later end never gives way to an earlier one.

use super::HeldPlaces;
use crate::domain::{HoldId, Timestamp};

/// Counted as had until the answer says what was. Dropped without an answer it stays counted: a caller who does not wait
/// may have it all the same.
#[must_use = "the answer has to be told"]
pub struct Longer<'h> {
    places: &'h HeldPlaces,
    hold_id: HoldId,
    /// Until when it was counted before, and until when it is since; `None`: it is not counted.
    ends: Option<(Timestamp, Timestamp)>,
}

impl HeldPlaces {
    /// It is being asked for so much longer.
    pub fn longer(&self, hold_id: HoldId, extend_seconds: u32) -> Longer<'_> {
        let mut ends = None;
        self.change(hold_id, |held| {
            let before = held.ends_at;
            held.ends_at = before.plus_seconds(extend_seconds.min(super::EXTENSION_SECONDS_MAX));
            ends = Some((before, held.ends_at));
        });
        Longer { places: self, hold_id, ends }
    }
}

impl Longer<'_> {
    /// It was had: the hold lasts until then.
    pub fn had(self, lasts_until: Timestamp) {
        let Some((_, asked)) = self.ends else { return };
        self.places.change(self.hold_id, |held| {
            held.lasts_until = held.lasts_until.max(lasts_until);
            let is_last_to_ask = held.ends_at == asked;
            held.ends_at = if is_last_to_ask { held.lasts_until } else { held.ends_at.max(held.lasts_until) };
        });
    }

    /// It was not. Where others have asked since, what they were told stands.
    pub fn not_had(self) {
        let Some((before, asked)) = self.ends else { return };
        self.places.change(self.hold_id, |held| {
            if held.ends_at == asked {
                held.ends_at = before.max(held.lasts_until);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, hold, take};
    use super::*;

    /// Until when a place is counted that is held until NOW + 600, after this has happened to it.
    fn counted_until(happens: impl FnOnce(&HeldPlaces)) -> u32 {
        let places = HeldPlaces::new(0, 1);
        take(&places, 1, 1, NOW).expect("room");
        happens(&places);
        let is_counted = |seconds: &u32| take(&places, 2, 1, NOW.plus_seconds(*seconds)).is_err();
        (0..10_000).step_by(100).skip(1).find(|seconds| !is_counted(seconds)).expect("no longer than that")
    }

    #[test]
    fn of_two_who_extend_at_once_the_later_end_stands() {
        let at = |seconds| NOW.plus_seconds(seconds);
        // A new one, and an older one that is repeated: it says nothing, in whatever order they ask and are answered.
        assert_eq!(
            counted_until(|places| {
                let (new, old) = (places.longer(hold(1), 900), places.longer(hold(1), 300));
                new.had(at(1_500));
                old.not_had();
            }),
            1_500
        );
        assert_eq!(
            counted_until(|places| {
                let (old, new) = (places.longer(hold(1), 300), places.longer(hold(1), 900));
                new.had(at(1_500));
                old.not_had();
            }),
            1_500
        );
        // Two new ones, decided in one order or the other.
        for (first, second) in [(1_500, 2_400), (2_400, 1_500)] {
            assert_eq!(
                counted_until(|places| {
                    let (one, other) = (places.longer(hold(1), 900), places.longer(hold(1), 900));
                    one.had(at(first));
                    other.had(at(second));
                }),
                2_400
            );
        }
        // One whose caller went away may have been had, whatever the next one hears.
        assert_eq!(
            counted_until(|places| {
                drop(places.longer(hold(1), 900));
                places.longer(hold(1), 300).not_had();
            }),
            1_500
        );
    }
}
