//! For operators: how actors and projections are, and faults on purpose where the configuration allows them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actors::{ActorReport, CrashMode, ProjectionReport};
use crate::domain::ShowId;
use crate::http::answer;
use crate::http::openapi::Operation;
use crate::http::problem::{Problem, Reply, kinds};
use crate::http::request::{Incoming, Reading, ids};
use crate::http::state::{Chaos, DiskMode};
use crate::journal::Incarnation;
use actix_web::http::Method;

#[derive(Serialize, ToSchema)]
struct Actors {
    #[schema(value_type = Vec<Object>)]
    actors: Vec<ActorReport>,
}

#[derive(Serialize, ToSchema)]
struct Projections {
    #[schema(value_type = Vec<Object>)]
    projections: Vec<ProjectionReport>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CrashBody {
    mode: CrashMode,
}

#[derive(Serialize, ToSchema)]
struct Crashed {
    show_id: ShowId,
    /// The one that was told to die.
    #[schema(value_type = u64)]
    incarnation: Incarnation,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ShowReleased)]
struct Released {
    show_id: ShowId,
    status: &'static str,
}

#[derive(Serialize, ToSchema)]
struct Disk {
    mode: DiskMode,
}

pub async fn actors(reading: Reading) -> Reply {
    reading.no_query()?;
    answer::ok(&Actors { actors: reading.state().parts.directory.actors() })
}

pub async fn projections(reading: Reading) -> Reply {
    reading.no_query()?;
    let parts = &reading.state().parts;
    answer::ok(&Projections { projections: parts.views.reports(parts.directory.now()) })
}

pub async fn crash(incoming: Incoming) -> Reply {
    chaos(&incoming)?;
    let show_id = ids::show(&incoming.request)?;
    let CrashBody { mode } = incoming.json()?;
    let incarnation = incoming.state().parts.directory.crash(show_id, mode).await?;
    answer::ok(&Crashed { show_id, incarnation })
}

pub async fn release(incoming: Incoming) -> Reply {
    let show_id = ids::show(&incoming.request)?;
    incoming.no_body()?;
    incoming.state().parts.directory.release(show_id)?;
    answer::ok(&Released { show_id, status: "released" })
}

pub async fn disk(incoming: Incoming) -> Reply {
    let chaos = chaos(&incoming)?;
    let mode: DiskMode = incoming.json()?;
    (chaos.disk)(mode);
    tracing::warn!(?mode, "the journal's disk was told to behave differently");
    answer::ok(&Disk { mode })
}

pub(super) fn chaos(incoming: &Incoming) -> Result<&Chaos, Problem> {
    let disabled = || Problem::new(kinds::CHAOS_DISABLED, "this server was started without `chaos.enabled`");
    incoming.state().parts.chaos.as_ref().ok_or_else(disabled)
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<Actors>(Method::GET, "/v1/ops/actors", "How the actors of shows are", 200),
        Operation::new::<Projections>(Method::GET, "/v1/ops/projections", "How the views are", 200),
        Operation::new::<Crashed>(Method::POST, "/v1/ops/shows/{show_id}/crash", "Crash a show's actor", 200)
            .takes::<CrashBody>()
            .refuses(&[kinds::CHAOS_DISABLED, kinds::OUTCOME_UNKNOWN, kinds::SHOW_QUARANTINED]),
        Operation::new::<Released>(
            Method::POST,
            "/v1/ops/shows/{show_id}/release",
            "Let a quarantined show live, and try quarantined commands again",
            200,
        ),
        Operation::new::<Disk>(Method::POST, "/v1/ops/disk", "Make the journal's disk misbehave", 200)
            .takes::<DiskMode>()
            .refuses(&[kinds::CHAOS_DISABLED]),
    ]
}
