//! Whether a choice of best available seats can be right. Which of several such choices is the best is compared with an
//! exhaustive search where the choosing lives; here it is enough that it keeps to the wish and to its own word.

use super::decisions::Answer;
use super::naive::NaiveShow;
use crate::domain::best_available::Pick;
use crate::domain::command::BestAvailable;
use crate::domain::event::ShowEvent;
use crate::domain::plan::SeatIndex;
use crate::domain::show::SeatStatus;

/// The pick of the show's own answer, `None` where there are too few seats, or what is wrong with it.
pub fn check_pick(
    show: &NaiveShow,
    wish: &BestAvailable,
    named: &[SeatIndex],
    actual: &Answer,
) -> Result<Option<Pick>, String> {
    let eligible: Vec<SeatIndex> = (0..show.seats.len() as u32)
        .map(SeatIndex)
        .filter(|seat| fits(show, wish, *seat) && !named.contains(seat))
        .collect();
    let quantity = wish.quantity as usize;
    if eligible.len() < quantity {
        return Ok(None);
    }
    let Ok(events) = actual else { return Err(format!("{quantity} of {eligible:?} could be had, but: {actual:?}")) };
    let [ShowEvent::SeatsHeld(held)] = events.as_slice() else { return Err(format!("not a hold: {events:?}")) };
    let pick = Pick { seats: held.seats.get(named.len()..).unwrap_or_default().to_vec(), adjacent: held.adjacent };
    let mut distinct = pick.seats.clone();
    distinct.sort();
    distinct.dedup();
    if distinct.len() != quantity || pick.seats.len() != quantity {
        return Err(format!("{:?} are not {quantity} seats", pick.seats));
    }
    if let Some(seat) = pick.seats.iter().find(|seat| !eligible.contains(seat)) {
        return Err(format!("{seat:?} is not free or not wished for"));
    }
    let together = eligible.iter().any(|first| run_from(show, *first, &eligible) >= quantity);
    if pick.adjacent != together || pick.adjacent != in_one_run(show, &distinct) {
        return Err(format!("{:?}: adjacent {} cannot be right", pick.seats, pick.adjacent));
    }
    Ok(Some(pick))
}

fn fits(show: &NaiveShow, wish: &BestAvailable, seat: SeatIndex) -> bool {
    let facts = &show.seats[seat.index()];
    let among =
        |names: &Option<Vec<String>>, name: &str| names.as_ref().is_none_or(|names| names.iter().any(|n| n == name));
    show.seat_status(seat) == SeatStatus::Free
        && show.is_for_sale(facts.category)
        && among(&wish.categories, facts.category)
        && among(&wish.zones, facts.zone)
        && facts.accessible == wish.accessible
}

fn run_from(show: &NaiveShow, first: SeatIndex, eligible: &[SeatIndex]) -> usize {
    let row = show.seats[first.index()].row;
    let in_row = |seat: &SeatIndex| eligible.contains(seat) && show.seats[seat.index()].row == row;
    (first.0..show.seats.len() as u32).map(SeatIndex).take_while(in_row).count()
}

fn in_one_run(show: &NaiveShow, seats: &[SeatIndex]) -> bool {
    let (first, last) = (&show.seats[seats[0].index()], &show.seats[seats[seats.len() - 1].index()]);
    first.row == last.row && last.number - first.number == seats.len() - 1
}
