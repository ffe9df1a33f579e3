//! The same key leads to the same checkout, another key to another, and nobody is charged who did not ask: every checkout of
//! the journal was begun by one request.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::api::{CallKind, CheckoutAnswer};
use crate::audit::case::Case;
use crate::audit::commands::{Command, Outcome};
use crate::audit::verdict::Verdict;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("the same key led to the same checkout, and none was begun unasked", "checkouts");
    let mut asked = Asked::default();
    for command in case.commands.iter().filter(|command| command.kind == CallKind::Checkout) {
        if let Err(what) = asked.add(command) {
            verdict.broken(what, command.lines());
        }
    }
    let mut requests: HashMap<&str, Uuid> = HashMap::new();
    for (id, checkout) in case.checkouts() {
        verdict.looked();
        if let Some(other) = requests.insert(&checkout.command, id) {
            verdict.broken(format!("one request has begun the checkouts {other} and {id}"), checkout.lines());
        }
        if !asked.explains(id, checkout.holds[0]) {
            verdict.broken(format!("nobody asked for the checkout {id}"), checkout.lines());
        }
    }
    verdict
}

#[derive(Default)]
struct Asked {
    begun: HashSet<Uuid>,
    /// By hold: requests that were never answered. Each may have begun one.
    unanswered: HashMap<Uuid, u32>,
}

impl Asked {
    fn add(&mut self, command: &Command) -> Result<(), String> {
        if matches!(command.outcome, Outcome::Unknown) {
            *self.unanswered.entry(command.attempts[0].subject).or_default() += 1;
        }
        let answered = command.attempts.iter().filter(|call| (200..300).contains(&call.status));
        let ids: HashSet<Uuid> = answered
            .filter_map(|call| serde_json::from_slice(&call.answer).ok())
            .map(|answer: CheckoutAnswer| answer.checkout_id)
            .collect();
        if ids.len() > 1 {
            return Err(format!("one key led to {} checkouts", ids.len()));
        }
        match ids.into_iter().find(|id| !self.begun.insert(*id)) {
            Some(id) => Err(format!("two keys led to the checkout {id}")),
            None => Ok(()),
        }
    }

    fn explains(&mut self, checkout_id: Uuid, hold_id: Uuid) -> bool {
        if self.begun.contains(&checkout_id) {
            return true;
        }
        match self.unanswered.get_mut(&hold_id) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            Some(_) | None => false,
        }
    }
}
