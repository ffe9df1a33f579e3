//! A show as the list names it, and in full.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::wire::{Instant, Place, StartsAt};
use crate::domain::money::Money;
use crate::domain::plan::SeatingPlan;
use crate::domain::refusal::SalesStatus;
use crate::domain::{Organiser, ShowId, VenueId};
use crate::projections::show_list::{Counts, ShowSummary};

#[derive(Serialize, ToSchema)]
pub struct ListedShow<'a> {
    show_id: ShowId,
    venue_id: VenueId,
    /// Whose show it is; `null`: the house's.
    #[schema(value_type = Option<String>)]
    organiser: Option<&'a Organiser>,
    title: &'a str,
    status: SalesStatus,
    starts_at: StartsAt<'a>,
    time_zone: &'a str,
    currency: &'a str,
    on_sale_at: Option<Instant>,
    off_sale_at: Option<Instant>,
    #[serde(flatten)]
    places: Places,
    version: u64,
}

#[derive(Serialize, ToSchema)]
pub struct Show<'a> {
    #[serde(flatten)]
    listed: ListedShow<'a>,
    hold_seconds: u32,
    max_per_customer: Option<u32>,
    categories: Vec<ShowCategory<'a>>,
    position: Place,
}

/// A category and how it sells; without a price it is not for sale.
#[derive(Serialize, ToSchema)]
struct ShowCategory<'a> {
    category: &'a str,
    price: Option<Money>,
    #[serde(flatten)]
    places: Places,
}

/// Seats and standing places together.
#[derive(Serialize, ToSchema)]
struct Places {
    capacity: u32,
    free: u32,
    held: u32,
    sold: u32,
    blocked: u32,
}

impl<'a> ListedShow<'a> {
    pub fn of(show_id: ShowId, summary: &'a ShowSummary) -> Self {
        let terms = &summary.terms;
        Self {
            show_id,
            venue_id: terms.venue_id,
            organiser: summary.organiser.as_ref(),
            title: &terms.title,
            status: summary.status,
            starts_at: StartsAt(terms),
            time_zone: &terms.time_zone,
            currency: &terms.currency,
            on_sale_at: terms.on_sale_at.map(Instant),
            off_sale_at: terms.off_sale_at.map(Instant),
            places: Places::of(summary.counts()),
            version: summary.version,
        }
    }
}

impl<'a> Show<'a> {
    pub fn of(show_id: ShowId, summary: &'a ShowSummary, plan: &'a SeatingPlan, position: Place) -> Self {
        let names = plan.categories().iter().map(|category| category.name.as_str());
        let classes = names.zip(&summary.terms.prices).zip(&summary.categories);
        let class = |((category, price), counts): ((&'a str, &Option<Money>), &Counts)| ShowCategory {
            category,
            price: *price,
            places: Places::of(*counts),
        };
        Self {
            listed: ListedShow::of(show_id, summary),
            hold_seconds: summary.terms.hold_seconds,
            max_per_customer: summary.terms.max_per_customer,
            categories: classes.map(class).collect(),
            position,
        }
    }
}

impl Places {
    fn of(counts: Counts) -> Self {
        let Counts { capacity, held, sold, blocked } = counts;
        Self { capacity, free: counts.free(), held, sold, blocked }
    }
}
