//! Whoever had paid when their hold had expired is given the same places again, or, where the organiser allows it, as good
//! ones: as many, of the same categories, in the same order, and for the same customer. No buyer asked for these holds, so no
//! answer says what they should be.

use crate::audit::case::Case;
use crate::audit::ledger::Hold;
use crate::audit::verdict::Verdict;
use crate::hall::Hall;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("what a checkout took again is what its buyer had", "holds taken again");
    let hall = &case.evidence.setup.hall;
    for (show, ledger) in case.shows.iter().enumerate() {
        let show_id = case.evidence.setup.shows[show].show_id;
        for (id, checkout) in case.checkouts().filter(|(_, checkout)| checkout.show_id == show_id) {
            let Some(first) = ledger.holds.get(&checkout.holds[0]) else { continue };
            // A retake that was refused is no hold.
            let again = checkout.holds[1..].iter().filter_map(|hold_id| Some((hold_id, ledger.holds.get(hold_id)?)));
            for (hold_id, hold) in again {
                verdict.looked();
                if let Err(what) = judge(hall, first, hold, checkout.as_good.contains(hold_id)) {
                    let versions = [first.held_at, hold.held_at];
                    let history = [checkout.lines(), case.commit_lines(show, &versions)].concat();
                    verdict.broken(format!("the checkout {id} took the hold {hold_id} {what}"), history);
                }
            }
        }
    }
    verdict
}

/// `as_good`: other places will do.
fn judge(hall: &Hall, first: &Hold, again: &Hold, as_good: bool) -> Result<(), String> {
    let (had, has) = (&first.customer_id, &again.customer_id);
    if had != has {
        return Err(format!("for {has:?}, and its buyer is {had:?}"));
    }
    let same = first.seats == again.seats && first.areas == again.areas;
    if !as_good && !same {
        return Err("of other places than its buyer had".to_owned());
    }
    if categories(hall, first) != categories(hall, again) {
        return Err("of places that are not as good as those that its buyer had".to_owned());
    }
    Ok(())
}

/// Of its seats, and of its areas with how many stand there.
fn categories(hall: &Hall, hold: &Hold) -> (Vec<usize>, Vec<(usize, u32)>) {
    let seats = hold.seats.iter().map(|&seat| hall.seats[seat as usize].category);
    let areas = hold.areas.iter().map(|&(area, places)| (hall.areas[area as usize].category, places));
    (seats.collect(), areas.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::ledger::Changes;
    use crate::hall;

    /// Stalls are 0 to 319, the circle is after them, and the pit is an area.
    fn hold(customer: &str, seats: &[u32], standing: u32) -> Hold {
        Hold {
            customer_id: Some(customer.to_owned()),
            seats: seats.to_vec(),
            areas: if standing == 0 { vec![] } else { vec![(0, standing)] },
            held_at: 1,
            expires_at: Changes::new(0),
            ending: None,
        }
    }

    #[test]
    fn the_same_places_are_always_right_and_others_only_where_they_are_as_good() {
        let hall = hall::read(&hall::theatre()).expect("a hall");
        let first = hold("Ann", &[0, 400], 2);
        for (again, same, as_good) in [
            (hold("Ann", &[0, 400], 2), true, true),
            (hold("Ann", &[7, 401], 2), false, true),
            (hold("Ann", &[400, 0], 2), false, false),
            (hold("Ann", &[0, 1], 2), false, false),
            (hold("Ann", &[0], 2), false, false),
            (hold("Ann", &[0, 400], 1), false, false),
            (hold("Bob", &[0, 400], 2), false, false),
        ] {
            assert_eq!(judge(&hall, &first, &again, false).is_ok(), same, "the same: {again:?}");
            assert_eq!(judge(&hall, &first, &again, true).is_ok(), as_good, "as good: {again:?}");
        }
    }
}
