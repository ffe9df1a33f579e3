//! `POST /v1/venues`: a pretix seating plan becomes a venue, or an answer that names what is wrong with it.

use actix_web::web::block;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::super::wire::Place;
use crate::actors::{ImportVenue, VenueReceipt};
use crate::domain::plan::{self, GeneralAdmission, ImportOptions, PlanDefinition, PlanError, SeatIndex, SeatingPlan};
use crate::domain::{Organiser, VenueId};
use crate::http::access::owner;
use crate::http::answer;
use crate::http::fresh_ids::fresh;
use crate::http::problem::{PlanFault, Problem, Reply, kinds};
use crate::http::request::{Count, Incoming, Label, Line, Object, OrganiserName};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VenueBody<'a> {
    name: Line<200>,
    /// Read by the import itself, which forgives what a strict reader would not.
    #[serde(borrow)]
    #[schema(value_type = Object)]
    plan: &'a RawValue,
    #[serde(default)]
    #[schema(value_type = Vec<AreaBody>)]
    general_admission: Vec<Object<AreaBody>>,
    #[serde(default)]
    accessible: Vec<Label>,
    /// Whose venue it is, where the key is not an organiser's own.
    #[serde(default)]
    organiser: Option<OrganiserName>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AreaBody {
    area: Label,
    category: Label,
    capacity: Count,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Imported<'a> {
    venue_id: VenueId,
    name: &'a str,
    seats: u32,
    categories: Vec<ImportedCategory<'a>>,
    general_admission: Vec<ImportedArea<'a>>,
    version: u64,
    position: Place,
}

#[derive(Debug, Serialize, ToSchema)]
struct ImportedCategory<'a> {
    name: &'a str,
    seats: u32,
}

#[derive(Debug, Serialize, ToSchema)]
struct ImportedArea<'a> {
    area: &'a str,
    category: &'a str,
    capacity: u32,
}

pub async fn import(incoming: Incoming) -> Reply {
    let parts = &incoming.state().parts;
    incoming.check_is_json()?;
    let (id, fingerprint) = incoming.identity()?;
    let body = incoming.body.clone();
    // Large plans take a while: the threads that serve sell tickets meanwhile.
    let read = block(move || read(&body)).await;
    let Read { name, plan, organiser } =
        read.map_err(|_| Problem::new(kinds::INTERNAL_ERROR, "the import was cut short"))??;
    let at = parts.directory.now();
    let organiser = owner(&incoming.caller, organiser)?;
    let import = ImportVenue { id, fingerprint, at, name, plan, organiser };
    let receipt = parts.venues.import(VenueId(fresh(at)), import).await?;
    answer::created_at(format!("/v1/venues/{}", receipt.venue.id), &imported(&receipt))
}

struct Read {
    name: String,
    plan: PlanDefinition,
    organiser: Option<Organiser>,
}

fn read(body: &[u8]) -> Result<Read, Problem> {
    let Object(body) = crate::http::request::read::<Object<VenueBody<'_>>>(body)?;
    let area = |Object(AreaBody { area, category, capacity })| GeneralAdmission {
        area: area.0,
        category: category.0,
        capacity: capacity.0,
    };
    let options = ImportOptions {
        general_admission: body.general_admission.into_iter().map(area).collect(),
        accessible: body.accessible.into_iter().map(|Label(label)| label).collect(),
    };
    let plan = plan::import(body.plan.get(), options).map_err(invalid_plan)?;
    let organiser = body.organiser.map(|OrganiserName(organiser)| organiser);
    Ok(Read { name: body.name.0, plan, organiser })
}

fn invalid_plan(error: PlanError) -> Problem {
    let mut problem = Problem::new(kinds::INVALID_PLAN, error.to_string()).about("plan");
    problem.more.errors_total = Some(error.count);
    problem.more.errors = error.offenders.into_iter().map(PlanFault::from).collect();
    problem
}

fn imported(receipt: &VenueReceipt) -> Imported<'_> {
    let plan: &SeatingPlan = &receipt.venue.plan;
    let mut seats = vec![0_u32; plan.categories().len()];
    for seat in 0..plan.seat_count() {
        seats[plan.category_of(SeatIndex(seat)).index()] += 1;
    }
    let categories = plan.categories().iter().zip(seats);
    let areas = plan.areas().iter().map(|area| ImportedArea {
        area: &area.name,
        category: &plan.categories()[area.category.index()].name,
        capacity: area.capacity,
    });
    Imported {
        venue_id: receipt.venue.id,
        name: &receipt.venue.name,
        seats: plan.seat_count(),
        categories: categories.map(|(category, seats)| ImportedCategory { name: &category.name, seats }).collect(),
        general_admission: areas.collect(),
        version: receipt.version,
        position: Place(receipt.position),
    }
}
