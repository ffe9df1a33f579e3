//! The box office: a real show in the hall of the stories, with the memory of commands that its actor has.

use std::collections::HashMap;

use crate::domain::command::{Action, Command, CommandId, Fingerprint, HoldEqual, HoldSeats};
use crate::domain::event::{SeatsHeld, ShowEvent};
use crate::domain::ids::HoldId;
use crate::domain::plan::SeatIndex;
use crate::domain::refusal::Refusal;
use crate::domain::show::Show;
use crate::domain::show::tests::hall::hall;
use crate::domain::show::tests::script::{scheduled, second};
use crate::domain::time::Timestamp;

type Outcome = Result<Vec<ShowEvent>, Refusal>;

pub struct Office {
    pub show: Show,
    pub log: Vec<ShowEvent>,
    answers: HashMap<CommandId, Outcome>,
}

impl Office {
    pub fn open() -> Self {
        let mut show = Show::new(hall());
        let log = vec![scheduled(), ShowEvent::SalesOpened];
        log.iter().for_each(|event| show.apply(event));
        Self { show, log, answers: HashMap::new() }
    }

    /// Accepted ones are remembered, refused ones are decided anew, as after a restart.
    pub fn send(&mut self, id: CommandId, action: Action, now: Timestamp) -> Outcome {
        if let Some(answer) = self.answers.get(&id) {
            return answer.clone();
        }
        let execution = self.show.execute(&Command { id, fingerprint: Fingerprint(0), at: now, action }, now);
        self.log.extend(execution.lapsed);
        if let Ok(events) = &execution.outcome {
            self.log.extend(events.iter().cloned());
            self.answers.insert(id, execution.outcome.clone());
        }
        execution.outcome
    }

    pub fn hold(&mut self, id: CommandId, hold_id: HoldId, seats: &[SeatIndex], now: Timestamp) -> Option<SeatsHeld> {
        let seats = seats.iter().map(|seat| hall().label(*seat).to_owned()).collect();
        let asked = HoldSeats { hold_id, customer_id: None, seats, best_available: None, general_admission: vec![] };
        self.held(id, Action::HoldSeats(asked), now)
    }

    pub fn hold_equal(
        &mut self,
        id: CommandId,
        hold_id: HoldId,
        seats: &[SeatIndex],
        now: Timestamp,
    ) -> Option<SeatsHeld> {
        let seats = seats.to_vec();
        let asked = HoldEqual { hold_id, customer_id: None, seats, general_admission: vec![] };
        self.held(id, Action::HoldEqual(asked), now)
    }

    fn held(&mut self, id: CommandId, action: Action, now: Timestamp) -> Option<SeatsHeld> {
        let events = self.send(id, action, now).ok()?;
        events.into_iter().find_map(|event| if let ShowEvent::SeatsHeld(held) = event { Some(held) } else { None })
    }
}

pub fn start() -> Timestamp {
    second(0)
}
