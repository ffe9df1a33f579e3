//! What a checkout asks of its show: ordinary commands through the directory, under ids derived from the checkout.

use super::{Inner, Step};
use crate::actors::{Receipt, SendError};
use crate::domain::checkout::{Checkout, Input, NoSeats};
use crate::domain::command::{HoldEqual, HoldSeats};
use crate::domain::event::SeatsHeld;
use crate::domain::plan::SeatingPlan;
use crate::domain::{Action, BookingId, Command, CommandId, Fingerprint, HoldId, Refusal, ShowEvent, Timestamp};

/// The same command is always the same request, so its id says it all.
const FINGERPRINT: Fingerprint = Fingerprint(0);

impl Inner {
    /// The show remembers a command for a day only: before "no" is believed, the booking is looked for.
    pub(super) async fn confirm(
        &self,
        checkout: &Checkout,
        command: CommandId,
        hold_id: HoldId,
        booking_id: BookingId,
        now: Timestamp,
    ) -> Step {
        let payment_reference = format!("checkout:{}", checkout.id());
        let action = Action::ConfirmHold { hold_id, booking_id, payment_reference };
        let refusal = match self.ask(checkout, command, action, now).await {
            Ok(Ok(_)) => return Step::Came(Input::Confirmed { booking_id }),
            Ok(Err(refusal)) => refusal,
            Err(step) => return step,
        };
        let show_id = checkout.begun().show_id;
        match self.directory.look(show_id, hold_id, booking_id).await {
            Ok(sight) if sight.is_booked => Step::Came(Input::Confirmed { booking_id }),
            Ok(_) if matches!(refusal, Refusal::HoldNotFound(_)) => self
                .how_it_ended(show_id, hold_id)
                .await
                .map_or_else(Step::Failed, |why| Step::Came(Input::ConfirmRefused(why))),
            Ok(_) => Step::Came(Input::ConfirmRefused(NoSeats::from(&refusal))),
            Err(error) => failed(&error),
        }
    }

    pub(super) async fn extend(
        &self,
        checkout: &Checkout,
        command: CommandId,
        hold_id: HoldId,
        now: Timestamp,
    ) -> Step {
        let action = Action::ExtendHold { hold_id, extend_seconds: self.options.extend_seconds };
        let receipt = match self.ask(checkout, command, action, now).await {
            Ok(Ok(receipt)) => receipt,
            // Its buyer has extended it to its cap already.
            Ok(Err(Refusal::ExtensionTooLong { until, .. })) if until > checkout.expires_at() => {
                return Step::Came(Input::HoldExtended { expires_at: until });
            }
            Ok(Err(refusal)) => return Step::Came(Input::ExtensionRefused(NoSeats::from(&refusal))),
            Err(step) => return step,
        };
        let expires_at = receipt.the(|event| match event {
            ShowEvent::HoldExtended { expires_at, .. } => Some(*expires_at),
            _ => None,
        });
        Step::Came(Input::HoldExtended { expires_at })
    }

    /// A hold of this id that lives already is this retake, done before.
    pub(super) async fn retake(
        &self,
        checkout: &Checkout,
        command: CommandId,
        hold_id: HoldId,
        equal_seats: bool,
        now: Timestamp,
    ) -> Step {
        let begun = checkout.begun();
        let sight = match self.directory.look(begun.show_id, hold_id, checkout.id().booking()).await {
            Ok(sight) => sight,
            Err(error) => return failed(&error),
        };
        if let Ok(hold) = sight.hold {
            return Step::Came(Input::Retaken { seats: hold.seats.to_vec() });
        }
        let asked = if equal_seats { as_good(checkout, hold_id) } else { same(checkout, &sight.plan, hold_id) };
        match self.ask(checkout, command, asked, now).await {
            Ok(Ok(receipt)) => Step::Came(Input::Retaken { seats: held(&receipt).seats.clone() }),
            Ok(Err(_)) => Step::Came(Input::RetakeRefused),
            Err(step) => step,
        }
    }

    /// Refused where all its tickets are cancelled already: then it is undone too.
    pub(super) async fn undo(
        &self,
        checkout: &Checkout,
        command: CommandId,
        booking_id: BookingId,
        now: Timestamp,
    ) -> Step {
        let action = Action::CancelTickets { booking_id, tickets: None };
        match self.ask(checkout, command, action, now).await {
            Ok(Ok(_) | Err(_)) => Step::Came(Input::BookingUndone),
            Err(step) => step,
        }
    }

    /// What the show says, or how the step has failed. Whoever has paid comes in by the door of those who finish.
    async fn ask(
        &self,
        checkout: &Checkout,
        id: CommandId,
        action: Action,
        at: Timestamp,
    ) -> Result<Result<Receipt, Refusal>, Step> {
        let command = Command { id, fingerprint: FINGERPRINT, at, action };
        match self.directory.send_to_finish(checkout.begun().show_id, command).await {
            Ok(receipt) => Ok(Ok(receipt)),
            Err(SendError::Refused(refusal)) => Ok(Err(refusal)),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// Whatever passes by itself is tried again; what does not is an operator's.
fn failed(error: &SendError) -> Step {
    match error {
        SendError::Overloaded
        | SendError::JournalUnavailable(_)
        | SendError::StoreUnavailable(_)
        | SendError::ShowQuarantined => Step::Failed(error.to_string()),
        SendError::OutcomeUnknown => Step::Unknown(error.to_string()),
        SendError::Refused(_) | SendError::ShowNotFound | SendError::VenueNotFound | SendError::CommandQuarantined => {
            Step::Hopeless(error.to_string())
        }
    }
}

fn same(checkout: &Checkout, plan: &SeatingPlan, hold_id: HoldId) -> Action {
    let begun = checkout.begun();
    let areas = begun.general_admission.iter();
    Action::HoldSeats(HoldSeats {
        hold_id,
        customer_id: begun.customer_id.clone(),
        seats: begun.seats.iter().map(|seat| plan.label(*seat).to_owned()).collect(),
        best_available: None,
        general_admission: areas.map(|(area, quantity)| (plan.areas()[area.index()].name.clone(), *quantity)).collect(),
    })
}

fn as_good(checkout: &Checkout, hold_id: HoldId) -> Action {
    let begun = checkout.begun();
    Action::HoldEqual(HoldEqual {
        hold_id,
        customer_id: begun.customer_id.clone(),
        seats: begun.seats.clone(),
        general_admission: begun.general_admission.clone(),
    })
}

fn held(receipt: &Receipt) -> &SeatsHeld {
    receipt.the(|event| match event {
        ShowEvent::SeatsHeld(held) => Some(held),
        _ => None,
    })
}
