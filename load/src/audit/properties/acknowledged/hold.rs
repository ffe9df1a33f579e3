//! A hold that was granted: the customer's, of what was asked for, at the prices of the hall, for as long as was said.

use super::{lasts_until, parse};
use crate::api::{HoldAnswer, HoldBody, Stamp};
use crate::audit::case::Case;
use crate::audit::ledger::{Hold, ShowLedger};
use crate::hall::Hall;
use crate::history::Call;

pub fn judge(case: &Case, ledger: &ShowLedger, call: &Call, stamp: Stamp) -> Result<(), String> {
    let answer: HoldAnswer = parse(&call.answer)?;
    let body: HoldBody = parse(&call.request)?;
    let id = answer.hold_id;
    let hall = &case.evidence.setup.hall;
    let hold = ledger.holds.get(&id).ok_or_else(|| format!("the hold {id} is lost"))?;
    if hold.held_at != stamp.version || !was_told(hall, hold, &answer) {
        return Err(format!("the hold {id} is another in the journal: {hold:?}"));
    }
    if body.customer_id.is_some() && body.customer_id != hold.customer_id {
        let (asked, has) = (&body.customer_id, &hold.customer_id);
        return Err(format!("the hold {id} was asked for by {asked:?}, and is of {has:?} in the journal"));
    }
    if !was_asked_for(hall, hold, &body) {
        return Err(format!("the hold {id} has not the places that were asked for"));
    }
    costs(hall, hold, &answer)?;
    lasts_until(&answer.expires_at, *hold.expires_at.at(stamp.version))
}

fn was_told(hall: &Hall, hold: &Hold, answer: &HoldAnswer) -> bool {
    let seats = hold.seats.iter().map(|&seat| hall.seats[seat as usize].label.as_str());
    let told_areas = answer.general_admission.iter().map(|held| (held.area.as_str(), held.quantity));
    seats.eq(answer.seats.iter().map(|held| held.seat.as_str())) && areas(hall, hold).into_iter().eq(told_areas)
}

/// Seats that were named come first, then the best available ones.
fn was_asked_for(hall: &Hall, hold: &Hold, body: &HoldBody) -> bool {
    let Some((named, best)) = hold.seats.split_at_checked(body.seats.len()) else { return false };
    let are_named = named.iter().map(|&seat| &hall.seats[seat as usize].label).eq(&body.seats);
    let are_best = match &body.best_available {
        None => best.is_empty(),
        Some(wish) => {
            let fits = |seat: &u32| {
                let seat = &hall.seats[*seat as usize];
                let category = &hall.categories[seat.category];
                let is_of_them = wish.categories.as_ref().is_none_or(|names| names.contains(category));
                seat.accessible == wish.accessible && is_of_them
            };
            best.len() == wish.quantity as usize && best.iter().all(fits)
        }
    };
    let mut asked: Vec<_> = body.general_admission.iter().map(|it| (it.area.as_str(), it.quantity)).collect();
    let mut held = areas(hall, hold);
    asked.sort_unstable();
    held.sort_unstable();
    are_named && are_best && asked == held
}

fn costs(hall: &Hall, hold: &Hold, answer: &HoldAnswer) -> Result<(), String> {
    let seats: Vec<u64> = hold.seats.iter().map(|&seat| hall.price(hall.seats[seat as usize].category)).collect();
    let places: Vec<u64> = hold.areas.iter().map(|&(area, _)| hall.price(hall.areas[area as usize].category)).collect();
    let standing = hold.areas.iter().zip(&places).map(|(&(_, quantity), price)| price * u64::from(quantity));
    let total = seats.iter().sum::<u64>() + standing.sum::<u64>();
    let each = answer.seats.iter().map(|held| held.price).eq(seats)
        && answer.general_admission.iter().map(|held| held.price).eq(places);
    if each && answer.total == total {
        return Ok(());
    }
    Err(format!("the hold {} should cost {total}, and each of its places its price", answer.hold_id))
}

fn areas<'a>(hall: &'a Hall, hold: &Hold) -> Vec<(&'a str, u32)> {
    hold.areas.iter().map(|&(area, places)| (hall.areas[area as usize].label.as_str(), places)).collect()
}
