//! Checkouts as operators see them: how many are open, which of them do not get any further, and how far the refunds of
//! cancelled shows have come.

use std::collections::BTreeMap;

use actix_web::http::Method;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ops::chaos;
use crate::actors::{CheckoutCrashMode, CheckoutReport, CheckoutsReport, Standing, SweepReport};
use crate::domain::CheckoutId;
use crate::http::answer;
use crate::http::openapi::Operation;
use crate::http::problem::{Reply, kinds};
use crate::http::request::{Incoming, Reading, ids};

#[derive(Serialize, ToSchema)]
struct Checkouts {
    /// How many are open, by status.
    #[schema(value_type = Object)]
    open: BTreeMap<&'static str, u64>,
    needs_operator_count: u64,
    /// The first of those that wait for an operator, or whose last step has failed.
    #[schema(value_type = Vec<Object>)]
    in_trouble: Vec<CheckoutReport>,
    /// Cancelled shows: how many checkouts that concerned, and how many of them are open.
    #[schema(value_type = Vec<Object>)]
    sweeps: Vec<SweepReport>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CheckoutRetried)]
struct Retried {
    checkout_id: CheckoutId,
    status: &'static str,
    needs_operator: bool,
    /// Why the next step has failed again.
    trouble: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckoutCrashBody)]
struct CrashBody {
    mode: CheckoutCrashMode,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CheckoutsCrashed)]
struct Crashed {
    mode: CheckoutCrashMode,
    /// Of the runner: the one that was told to die, or to have a drive die.
    life: u64,
}

pub async fn list(reading: Reading) -> Reply {
    reading.no_query()?;
    let report = reading.state().parts.checkouts.whole_report().await?;
    let CheckoutsReport { open, needs_operator_count, in_trouble, sweeps, .. } = report;
    answer::ok(&Checkouts { open, needs_operator_count, in_trouble, sweeps })
}

pub async fn retry(incoming: Incoming) -> Reply {
    let checkout_id = ids::checkout(&incoming.request)?;
    incoming.no_body()?;
    let standing = incoming.state().parts.checkouts.retry(checkout_id).await?;
    let Standing { checkout, needs_operator, trouble, .. } = standing;
    answer::ok(&Retried { checkout_id, status: checkout.stage().name(), needs_operator, trouble })
}

pub async fn crash(incoming: Incoming) -> Reply {
    chaos(&incoming)?;
    let CrashBody { mode } = incoming.json()?;
    let life = incoming.state().parts.checkouts.crash(mode);
    answer::ok(&Crashed { mode, life })
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<Checkouts>(Method::GET, "/v1/ops/checkouts", "How checkouts are", 200)
            .refuses(&[kinds::CHECKOUTS_NOT_READY]),
        Operation::new::<Retried>(
            Method::POST,
            "/v1/ops/checkouts/{checkout_id}/retry",
            "Try a checkout again that waits for an operator, or for the time to ask for a refund again",
            200,
        )
        .refuses(&[
            kinds::CHECKOUT_NOT_FOUND,
            kinds::NOTHING_TO_RETRY,
            kinds::CHECKOUTS_NOT_READY,
            kinds::STORE_UNAVAILABLE,
        ]),
        Operation::new::<Crashed>(
            Method::POST,
            "/v1/ops/checkouts/crash",
            "Crash the runner of checkouts, or one that is just driven",
            200,
        )
        .takes::<CrashBody>()
        .refuses(&[kinds::CHAOS_DISABLED]),
    ]
}
