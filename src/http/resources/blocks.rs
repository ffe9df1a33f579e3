//! Blocks: seats that are not for sale, for a reason.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::wire::Place;
use crate::actors::Receipt;
use crate::domain::{Action, ShowEvent, ShowId};
use crate::http::answer;
use crate::http::openapi::Operation;
use crate::http::problem::Reply;
use crate::http::problem::kinds;
use crate::http::request::{Incoming, Line, Names, ids};
use actix_web::http::Method;

/// One call can block a whole tier, and its event still fits into a record with ease.
type Tier = Names<10_000>;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BlockBody {
    seats: Tier,
    reason: Line<500>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnblockBody {
    seats: Tier,
}

#[derive(Debug, Serialize, ToSchema)]
struct BlocksChanged<'a> {
    show_id: ShowId,
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unblocked: Option<Vec<&'a str>>,
    version: u64,
    position: Place,
}

pub async fn block(incoming: Incoming) -> Reply {
    let BlockBody { seats, reason } = incoming.json()?;
    change(&incoming, Action::BlockSeats { seats: seats.into_vec(), reason: reason.0 }).await
}

pub async fn unblock(incoming: Incoming) -> Reply {
    let UnblockBody { seats } = incoming.json()?;
    change(&incoming, Action::UnblockSeats { seats: seats.into_vec() }).await
}

async fn change(incoming: &Incoming, action: Action) -> Reply {
    let (directory, show) = (&incoming.state().parts.directory, ids::show(&incoming.request)?);
    let receipt = directory.send(show, incoming.command(directory.now(), action)?).await?;
    answer::ok(&changed(show, &receipt))
}

fn changed(show_id: ShowId, receipt: &Receipt) -> BlocksChanged<'_> {
    let (version, position) = (receipt.version(), Place(receipt.position()));
    let mut changed = BlocksChanged { show_id, blocked: None, unblocked: None, version, position };
    let labels = |seats: &[_]| seats.iter().map(|seat| receipt.plan().label(*seat)).collect();
    for event in receipt.events() {
        if let ShowEvent::SeatsBlocked { seats, .. } = event {
            changed.blocked = Some(labels(seats));
        } else if let ShowEvent::SeatsUnblocked { seats } = event {
            changed.unblocked = Some(labels(seats));
        }
    }
    changed
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<BlocksChanged>(Method::POST, PATH, "Take seats off sale", 200)
            .takes::<BlockBody>()
            .refuses(&[kinds::UNKNOWN_SEATS, kinds::NAMED_TWICE, kinds::NOTHING_ASKED_FOR, kinds::SEATS_UNAVAILABLE]),
        Operation::new::<BlocksChanged>(Method::DELETE, PATH, "Put blocked seats on sale again", 200)
            .takes::<UnblockBody>()
            .refuses(&[kinds::UNKNOWN_SEATS, kinds::NAMED_TWICE, kinds::NOTHING_ASKED_FOR, kinds::NOT_BLOCKED]),
    ]
}

const PATH: &str = "/v1/shows/{show_id}/blocks";
