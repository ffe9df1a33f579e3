//! Opening, pausing and cancelling a show.

use serde::Serialize;
use utoipa::ToSchema;

use super::wire::Place;
use crate::actors::Receipt;
use crate::domain::refusal::SalesStatus;
use crate::domain::{Action, ShowEvent, ShowId};
use crate::http::answer;
use crate::http::openapi::Operation;
use crate::http::problem::Reply;
use crate::http::problem::kinds;
use crate::http::request::{Incoming, ids};
use actix_web::http::Method;

pub async fn open(incoming: Incoming) -> Reply {
    change(&incoming, Action::OpenSales).await
}

pub async fn pause(incoming: Incoming) -> Reply {
    change(&incoming, Action::PauseSales).await
}

pub async fn cancel(incoming: Incoming) -> Reply {
    let cancelled = change(&incoming, Action::CancelShow).await?;
    incoming.state().held_places.show_cancelled(ids::show(&incoming.request)?);
    Ok(cancelled)
}

async fn change(incoming: &Incoming, action: Action) -> Reply {
    let (directory, show) = (&incoming.state().parts.directory, ids::show(&incoming.request)?);
    incoming.no_body()?;
    let receipt = directory.send(show, incoming.command(directory.now(), action)?).await?;
    answer::ok(&ShowChanged::of(show, &receipt))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ShowChanged {
    show_id: ShowId,
    status: SalesStatus,
    version: u64,
    position: Place,
}

impl ShowChanged {
    pub fn of(show_id: ShowId, receipt: &Receipt) -> Self {
        // A show whose sale should have begun by now is scheduled and opened by one command: the last one counts.
        let status = receipt.events().filter_map(status_after).last().unwrap_or(SalesStatus::Scheduled);
        Self { show_id, status, version: receipt.version(), position: Place(receipt.position()) }
    }
}

fn status_after(event: &ShowEvent) -> Option<SalesStatus> {
    match event {
        ShowEvent::ShowScheduled(_) => Some(SalesStatus::Scheduled),
        ShowEvent::SalesOpened => Some(SalesStatus::OnSale),
        ShowEvent::SalesPaused => Some(SalesStatus::Paused),
        ShowEvent::SalesClosed => Some(SalesStatus::Closed),
        ShowEvent::ShowCancelled => Some(SalesStatus::Cancelled),
        ShowEvent::ShowOwned { .. }
        | ShowEvent::SeatsBlocked { .. }
        | ShowEvent::SeatsUnblocked { .. }
        | ShowEvent::SeatsHeld(_)
        | ShowEvent::HoldExtended { .. }
        | ShowEvent::HoldReleased(_)
        | ShowEvent::HoldExpired(_)
        | ShowEvent::BookingConfirmed(_)
        | ShowEvent::TicketsCancelled(_) => None,
    }
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        change_to("/v1/shows/{show_id}/open", "Open the sale, or go on with it"),
        change_to("/v1/shows/{show_id}/pause", "Pause the sale; who holds seats can finish"),
        change_to("/v1/shows/{show_id}/cancel", "Cancel the show: holds end, bookings stay to be refunded"),
    ]
}

fn change_to(path: &'static str, summary: &'static str) -> Operation {
    Operation::new::<ShowChanged>(Method::POST, path, summary, 200).refuses(&[kinds::SHOW_STATUS_CONFLICT])
}
