//! What a show has sold, in all and by category.

use serde::Serialize;
use utoipa::ToSchema;

use super::shows::{not_found, not_listed_yet, summary};
use super::venues::plan_of;
use super::wire::Place;
use crate::actors::ViewName;
use crate::domain::ShowId;
use crate::domain::money::Money;
use crate::http::answer;
use crate::http::openapi::Operation;
use crate::http::problem::{Reply, view_failed};
use crate::http::request::{Reading, ids};
use crate::projections::sales::CategorySales;
use actix_web::http::Method;

#[derive(Serialize, ToSchema)]
struct Sales<'a> {
    show_id: ShowId,
    currency: &'a str,
    bookings: u64,
    #[serde(flatten)]
    all: CategorySales,
    categories: Vec<SoldCategory<'a>>,
    version: u64,
    position: Place,
}

#[derive(Serialize, ToSchema)]
struct SoldCategory<'a> {
    category: &'a str,
    price: Option<Money>,
    #[serde(flatten)]
    sales: CategorySales,
}

pub async fn get(reading: Reading) -> Reply {
    reading.no_query()?;
    let show_id = ids::show(&reading.request)?;
    reading.reached(ViewName::Sales).await?;
    let parts = &reading.state().parts;
    let found = match parts.views.sales(show_id).map_err(view_failed)? {
        None if reading.knows(ViewName::Sales, show_id).await => parts.views.sales(show_id).map_err(view_failed)?,
        found => found,
    };
    let Some((position, sales)) = found else { return Err(not_found(show_id)) };
    let Some((_, summary)) = summary(&reading, show_id).await? else { return Err(not_listed_yet()) };
    let plan = plan_of(&parts.venues, summary.terms.venue_id).await?;
    let classes = plan.categories().iter().zip(&sales.prices).zip(&sales.categories);
    answer::ok(&Sales {
        show_id,
        currency: &summary.terms.currency,
        bookings: sales.bookings,
        all: sales.categories.iter().fold(CategorySales::default(), sum),
        categories: classes
            .map(|((category, price), sales)| SoldCategory { category: &category.name, price: *price, sales: *sales })
            .collect(),
        version: sales.version,
        position: Place(position),
    })
}

fn sum(all: CategorySales, one: &CategorySales) -> CategorySales {
    let add = |a: Money, b: Money| a.checked_add(b).expect("prices are capped so that a show's sales fit");
    CategorySales {
        tickets_sold: all.tickets_sold + one.tickets_sold,
        tickets_cancelled: all.tickets_cancelled + one.tickets_cancelled,
        amount_sold: add(all.amount_sold, one.amount_sold),
        amount_cancelled: add(all.amount_cancelled, one.amount_cancelled),
    }
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![Operation::new::<Sales<'_>>(Method::GET, "/v1/shows/{show_id}/sales", "What a show has sold", 200)]
}
