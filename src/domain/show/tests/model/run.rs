//! One random run, with a fault planted or without.

use ahash::AHashMap;

use super::comparison::compare;
use super::naive::NaiveShow;
use super::random_commands::RandomCommands;
use crate::domain::command::Action;
use crate::domain::event::{SeatsHeld, ShowEvent};
use crate::domain::ids::HoldId;
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::refusal::Refusal;
use crate::domain::show::tests::hall::hall;
use crate::domain::show::tests::script::{self, command};
use crate::domain::show::tests::story::{replayed, restored};
use crate::domain::show::{Execution, SeatStatus, Show};
use crate::domain::time::Timestamp;

/// What a broken show would do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    None,
    SeatOfAnExpiredHoldStaysTaken,
    HeldSeatIsHeldAgain,
    ExpiryIsNotRecorded,
    HoldEndsTwice,
    ConflictIsNotNamed,
    BestAvailableLeavesASeatBetween,
    SnapshotLosesAHold,
    PlaceIsTakenUnseen,
}

/// What happened how often: so that a run that tests nothing is noticed.
#[derive(Debug, Default)]
pub struct Totals {
    events: AHashMap<std::mem::Discriminant<ShowEvent>, u64>,
    refusals: AHashMap<&'static str, u64>,
    steps: u64,
}

pub fn run(seed: u64, steps: u32, fault: Fault) -> Result<Totals, String> {
    let mut commands = RandomCommands::of_seed(seed);
    let mut naive = NaiveShow::new();
    let mut show = Show::new(hall());
    let (mut log, mut totals, mut now) = (Vec::new(), Totals::default(), Timestamp::EPOCH);
    let mut place = Place { seed, step: 0 };
    for step in 0..steps {
        place.step = step;
        now = commands.time_after(now, &naive);
        let action = if step + 1 == steps { Action::CancelShow } else { commands.action(&naive) };
        let said = |what: String| format!("step {step} at {now}: {what}\nafter {action:?}");
        let mut execution = show.execute(&command(action.clone()), now);
        fault.plant(&action, &log, &mut show, &mut execution);

        let lapsed = naive.lapse(now);
        if execution.lapsed != lapsed {
            return Err(said(format!("lapsed: {:?}, and should be {lapsed:?}", execution.lapsed)));
        }
        let outcome = naive.decide(&action, now, &execution.outcome).map_err(said)?;
        if execution.outcome != outcome {
            return Err(said(format!("{:?}, and should be {outcome:?}", execution.outcome)));
        }
        compare(&show, &naive, now).map_err(said)?;
        totals.count(&execution);
        log.extend(execution.lapsed.into_iter().chain(execution.outcome.unwrap_or_default()));
        if commands.chance.percent(4) {
            show = reborn(&show, &log, commands.chance.percent(50), fault).map_err(said)?;
        }
    }
    every_hold_ended_once(&log)?;
    Ok(totals)
}

/// Says where a run was when the show itself panicked.
struct Place {
    seed: u64,
    step: u32,
}

impl Drop for Place {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("that was seed {}, step {}", self.seed, self.step);
        }
    }
}

/// The show as its next incarnation has it: from its log or from its snapshot, which are equal.
fn reborn(show: &Show, log: &[ShowEvent], from_log: bool, fault: Fault) -> Result<Show, String> {
    let mut from_snapshot = restored(show);
    if fault == Fault::SnapshotLosesAHold {
        let mut held = log.to_vec();
        if let Some(at) = held.iter().rposition(|event| matches!(event, ShowEvent::SeatsHeld(_))) {
            held.truncate(at);
            from_snapshot = replayed(&held);
        }
    }
    if from_snapshot.snapshot() != show.snapshot() {
        return Err("a snapshot that was read back is of another state".into());
    }
    let from_whole_log = replayed(log);
    if from_whole_log.snapshot() != show.snapshot() {
        return Err("a replay of the whole log gives another state".into());
    }
    Ok(if from_log { from_whole_log } else { from_snapshot })
}

/// Cancelling the show, the last command, has ended all holds that were left.
fn every_hold_ended_once(log: &[ShowEvent]) -> Result<(), String> {
    let mut made: Vec<HoldId> = log.iter().filter_map(made).collect();
    let mut ended: Vec<HoldId> = log.iter().filter_map(ended).collect();
    made.sort();
    ended.sort();
    if made == ended { Ok(()) } else { Err(format!("at the end: {made:?} were made and {ended:?} ended")) }
}

fn made(event: &ShowEvent) -> Option<HoldId> {
    if let ShowEvent::SeatsHeld(held) = event { Some(held.hold_id) } else { None }
}

fn ended(event: &ShowEvent) -> Option<HoldId> {
    match event {
        ShowEvent::HoldExpired(ended) | ShowEvent::HoldReleased(ended) => Some(ended.hold_id),
        ShowEvent::BookingConfirmed(confirmed) => Some(confirmed.hold_id),
        ShowEvent::ShowScheduled(_)
        | ShowEvent::ShowOwned { .. }
        | ShowEvent::SalesOpened
        | ShowEvent::SalesPaused
        | ShowEvent::SalesClosed
        | ShowEvent::ShowCancelled
        | ShowEvent::SeatsBlocked { .. }
        | ShowEvent::SeatsUnblocked { .. }
        | ShowEvent::SeatsHeld(_)
        | ShowEvent::HoldExtended { .. }
        | ShowEvent::TicketsCancelled(_) => None,
    }
}

impl Fault {
    /// Makes the show and its answer what they would be if the show had this fault.
    fn plant(self, action: &Action, log: &[ShowEvent], show: &mut Show, execution: &mut Execution) {
        let Execution { lapsed, outcome } = execution;
        match self {
            // The last is planted where a snapshot is read back.
            Self::None | Self::SnapshotLosesAHold => {}
            Self::SeatOfAnExpiredHoldStaysTaken => {
                if let Some(ShowEvent::HoldExpired(ended)) = lapsed.first()
                    && let Some(&seat) = ended.seats.first()
                    && show.seat_status(seat) == SeatStatus::Free
                {
                    show.apply(&ShowEvent::SeatsBlocked { seats: vec![seat], reason: String::new() });
                }
            }
            Self::ExpiryIsNotRecorded => drop(lapsed.pop()),
            Self::HeldSeatIsHeldAgain => {
                if let Err(Refusal::SeatsUnavailable(_)) = outcome {
                    *outcome = Ok(vec![script::held(1, &["A1"])]);
                }
            }
            Self::HoldEndsTwice => {
                if let Ok(events) = outcome
                    && let Some(ShowEvent::HoldReleased(ended)) = events.first().cloned()
                {
                    events.push(ShowEvent::HoldExpired(ended));
                }
            }
            Self::ConflictIsNotNamed => {
                if let Err(Refusal::SeatsUnavailable(conflicts)) = outcome {
                    conflicts.pop();
                }
            }
            Self::BestAvailableLeavesASeatBetween => {
                if let Action::HoldSeats(request) = action
                    && request.best_available.is_some()
                    && request.seats.is_empty()
                    && let Ok(events) = outcome
                    && let [ShowEvent::SeatsHeld(held)] = events.as_mut_slice()
                    && leave_a_seat_between(held, show)
                {
                    // It does as it says: nothing gives it away but where the seats are.
                    *show = replayed(&[log, lapsed, events].concat());
                }
            }
            Self::PlaceIsTakenUnseen => {
                let (held, sold) = show.area_counts(AreaIndex(0));
                if matches!(outcome, Err(Refusal::AreaFull { .. })) && held + sold < 60 {
                    show.apply(&script::held_standing(999_999_999, &[("Pit", 1)]));
                }
            }
        }
    }
}

/// Moves the last of seats side by side to a free one that was wished for as well, and is next to none of the others.
fn leave_a_seat_between(held: &mut SeatsHeld, show: &Show) -> bool {
    let plan = hall();
    let Some((last, others)) = held.seats.split_last_mut() else { return false };
    if others.is_empty() || !held.adjacent {
        return false;
    }
    let kind = |seat: SeatIndex| (plan.zone_of(seat), plan.category_of(seat), plan.is_accessible(seat));
    let is_apart = |seat: SeatIndex| others.iter().all(|other| other.0.abs_diff(seat.0) > 1);
    let mut free = (0..plan.seat_count()).map(SeatIndex).filter(|seat| show.seat_status(*seat) == SeatStatus::Free);
    let Some(apart) = free.find(|seat| kind(*seat) == kind(*last) && is_apart(*seat)) else { return false };
    *last = apart;
    true
}

impl Totals {
    fn count(&mut self, execution: &Execution) {
        self.steps += 1;
        for event in execution.lapsed.iter().chain(execution.outcome.iter().flatten()) {
            *self.events.entry(std::mem::discriminant(event)).or_default() += 1;
        }
        if let Err(refusal) = &execution.outcome {
            *self.refusals.entry(refusal.code()).or_default() += 1;
        }
    }

    pub fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        other.events.iter().for_each(|(event, count)| *self.events.entry(*event).or_default() += count);
        other.refusals.iter().for_each(|(code, count)| *self.refusals.entry(code).or_default() += count);
    }

    /// All thirteen events, and every refusal but that of a reused key, which the show does not know of.
    pub fn cover_everything(&self) -> bool {
        self.events.len() == 14 && self.refusals.len() == 26
    }
}
