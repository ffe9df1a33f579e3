//! Refusals were true: at some version and moment between request and answer, the rule that was named did refuse.
//!
//! Best-available wishes, areas and limits per customer are judged as if every hold lasted until the journal says that
//! it ended: a refusal because of a hold that was due, but not yet recorded as expired, passes. Seats by name are judged
//! by the clock too.

use uuid::Uuid;

use crate::api::{CallKind, Conflict, HoldBody, Problem};
use crate::audit::case::Case;
use crate::audit::checkouts::Stage;
use crate::audit::commands::{Command, Outcome};
use crate::audit::ledger::{Ending, SeatState, ShowLedger};
use crate::audit::verdict::Verdict;
use crate::audit::window::Window;
use crate::history::Call;

struct Refused<'a> {
    case: &'a Case<'a>,
    ledger: &'a ShowLedger,
    show: usize,
    call: &'a Call,
    started_us: i64,
    window: Window,
}

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("every refusal was true when it was given", "refusals");
    for command in &case.commands {
        let Outcome::Refused { call } = command.outcome else { continue };
        let Some(ledger) = case.ledger(command.show) else { continue };
        verdict.looked();
        let show = command.show as usize;
        let window = case.horizons[show].window(command.started_us(), call.ended_us);
        let refused = Refused { case, ledger, show, call, started_us: command.started_us(), window };
        if let Err(what) = refused.judge(command) {
            let mut history = command.lines();
            history.push(format!("the show was at versions {} to {} meanwhile", window.low, window.high));
            verdict.broken(what, history);
        }
    }
    verdict
}

impl Refused<'_> {
    fn judge(&self, command: &Command) -> Result<(), String> {
        let problem = Problem::parse(&self.call.answer);
        let subject = self.call.subject;
        match problem.code.as_str() {
            "seats_unavailable" => self.seats_unavailable(&problem.conflicts),
            "not_enough_seats" => self.not_enough_seats(),
            "area_full" => self.area_full(),
            "customer_limit" => self.customer_limit(command),
            "hold_expired" => self.hold_ended(subject, Ending::Expired),
            "hold_released" => self.hold_ended(subject, Ending::Released),
            "hold_confirmed" => self.hold_ended(subject, Ending::Confirmed),
            "hold_not_found" => self.is_true(!self.ledger.holds.contains_key(&subject), "the hold is there"),
            "show_not_on_sale" => {
                let paused = self.ledger.on_sale.within(self.window.low, self.window.high).any(|on_sale| !on_sale);
                self.is_true(paused, "the show was on sale all the time")
            }
            "checkout_under_way" => self.under_way(subject),
            "booking_cancelled" | "tickets_cancelled" => self.cancelled(subject),
            // Asked for more than there may ever be: depends on nothing that changes.
            "extension_too_long" if self.call.kind == CallKind::Extend => Ok(()),
            other => Err(format!("nothing in this history explains the refusal {other:?}")),
        }
    }

    fn seats_unavailable(&self, conflicts: &[Conflict]) -> Result<(), String> {
        self.is_true(!conflicts.is_empty(), "no seat is named")?;
        for conflict in conflicts {
            let Some(&seat) = self.case.index.get(&conflict.seat) else {
                return Err(format!("there is no seat {}", conflict.seat));
            };
            let mut states = self.ledger.seats[seat as usize].within(self.window.low, self.window.high);
            if !states.any(|state| self.stands_in_the_way(*state, &conflict.status)) {
                return Err(format!("{} was never {} between request and answer", conflict.seat, conflict.status));
            }
        }
        Ok(())
    }

    fn stands_in_the_way(&self, state: SeatState, status: &str) -> bool {
        match state {
            SeatState::Free => false,
            SeatState::Blocked => status == "blocked",
            SeatState::Sold(_) => status == "sold",
            SeatState::Held(hold_id) => status == "held" && self.lived(hold_id),
        }
    }

    /// Whether the hold's time was not over yet when the request was sent.
    fn lived(&self, hold_id: Uuid) -> bool {
        let hold = &self.ledger.holds[&hold_id];
        hold.expires_at.within(self.window.low, self.window.high).any(|until| *until > self.started_us)
    }

    fn not_enough_seats(&self) -> Result<(), String> {
        let body = self.body()?;
        let wish = body.best_available.ok_or("no best available seats were asked for")?;
        let hall = &self.case.evidence.setup.hall;
        let wanted = |category: usize| {
            wish.categories.as_ref().is_none_or(|names| names.iter().any(|name| *name == hall.categories[category]))
        };
        let free = |version: u64| -> u32 {
            let fits = self
                .ledger
                .free
                .iter()
                .filter(|((category, accessible), _)| wanted(*category) && *accessible == wish.accessible);
            fits.map(|(_, free)| *free.at(version)).sum()
        };
        let enough = |version: u64| free(version) >= wish.quantity;
        let ever_short = (self.window.low..=self.window.high).any(|version| !enough(version));
        self.is_true(ever_short, "there were enough seats all the time")
    }

    fn area_full(&self) -> Result<(), String> {
        let hall = &self.case.evidence.setup.hall;
        let full = self.body()?.general_admission.iter().any(|asked| {
            let of_name = hall.areas.iter().zip(&self.ledger.areas).find(|(area, _)| area.label == asked.area);
            of_name.is_some_and(|(area, states)| {
                let mut states = states.within(self.window.low, self.window.high);
                states.any(|state| state.held + state.sold + asked.quantity > area.capacity)
            })
        });
        self.is_true(full, "the area had room all the time")
    }

    fn customer_limit(&self, command: &Command) -> Result<(), String> {
        let setup = &self.case.evidence.setup;
        let max = setup.shows[self.show].max_per_customer.ok_or("the show has no limit")?;
        let body = self.body()?;
        let standing: u32 = body.general_admission.iter().map(|asked| asked.quantity).sum();
        let asked = body.seats.len() as u32 + body.best_available.map_or(0, |wish| wish.quantity) + standing;
        let has = self
            .ledger
            .customers
            .get(&setup.customer(command.buyer))
            .map_or(0, |tickets| tickets.within(self.window.low, self.window.high).copied().max().unwrap_or(0));
        self.is_true(has + asked > max, "the customer was within the limit all the time")
    }

    fn hold_ended(&self, hold_id: Uuid, ending: Ending) -> Result<(), String> {
        let hold = self.ledger.holds.get(&hold_id).ok_or("there is no such hold at all")?;
        let recorded = hold.ending.is_some_and(|(how, version)| how == ending && version <= self.window.high);
        let due = *hold.expires_at.at(self.window.low) <= self.call.ended_us && hold.ending.is_none();
        let ended = recorded || (ending == Ending::Expired && due);
        self.is_true(ended, &format!("the hold was not {ending:?} by then: {:?}", hold.ending))
    }

    /// Another checkout of the hold had been begun by then, and had not ended when this one was asked for.
    fn under_way(&self, hold_id: Uuid) -> Result<(), String> {
        let mut others = self.case.checkouts_of(hold_id).map(|(_, checkout)| checkout);
        let was_live = others.any(|other| {
            let ended = other.history.iter().find(|mark| matches!(mark.state.stage, Stage::Completed | Stage::Ended));
            let lived = ended.is_none_or(|mark| mark.time_us >= self.started_us);
            other.begun().time_us <= self.call.ended_us && lived
        });
        self.is_true(was_live, "the hold had no other checkout")
    }

    fn cancelled(&self, booking_id: Uuid) -> Result<(), String> {
        let booking = self.ledger.bookings.get(&booking_id).ok_or("there is no such booking at all")?;
        let gone = booking.cancelled.iter().flatten().any(|version| *version <= self.window.high);
        self.is_true(gone, "no ticket was cancelled by then")
    }

    fn body(&self) -> Result<HoldBody, String> {
        serde_json::from_slice(&self.call.request).map_err(|error| format!("the request cannot be read: {error}"))
    }

    fn is_true(&self, holds: bool, otherwise: &str) -> Result<(), String> {
        if holds { Ok(()) } else { Err(format!("{} was refused, but {otherwise}", self.call.kind.name())) }
    }
}
