//! The hall out of a venue's import body: `{name, plan, general_admission?, accessible?}`.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use super::{Area, Hall, Seat};

#[derive(Deserialize)]
struct Import {
    name: String,
    plan: Plan,
    #[serde(default)]
    general_admission: Vec<AreaSpec>,
    #[serde(default)]
    accessible: Vec<String>,
    #[serde(default)]
    seat_label_from: Option<String>,
}

#[derive(Deserialize)]
struct Plan {
    categories: Vec<Category>,
    zones: Vec<Zone>,
}

#[derive(Deserialize)]
struct Category {
    name: String,
}

#[derive(Deserialize)]
struct Zone {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    seats: Vec<PlanSeat>,
}

#[derive(Deserialize)]
struct PlanSeat {
    #[serde(default)]
    seat_guid: String,
    #[serde(default)]
    uuid: String,
    category: String,
}

#[derive(Deserialize)]
struct AreaSpec {
    area: String,
    category: String,
    capacity: u32,
}

/// The hall that the server will make of this import body.
pub fn read(import: &Value) -> Result<Hall> {
    let import = Import::deserialize(import).context("not a venue with a pretix seating plan")?;
    let categories: Vec<String> = import.plan.categories.into_iter().map(|category| category.name).collect();
    let category = |name: &str| {
        categories.iter().position(|known| known == name).with_context(|| format!("no category {name:?} in the plan"))
    };
    let by_uuid = import.seat_label_from.as_deref() == Some("uuid");
    let mut seats = Vec::new();
    for (row, plan_row) in import.plan.zones.into_iter().flat_map(|zone| zone.rows).enumerate() {
        for seat in plan_row.seats {
            let label = if by_uuid { seat.uuid } else { seat.seat_guid };
            let accessible = import.accessible.contains(&label);
            seats.push(Seat { category: category(&seat.category)?, label, accessible, row });
        }
    }
    let mut areas = Vec::new();
    for area in import.general_admission {
        areas.push(Area { category: category(&area.category)?, label: area.area, capacity: area.capacity });
    }
    if seats.is_empty() && areas.is_empty() {
        bail!("the plan has no seats");
    }
    Ok(Hall { name: import.name, categories, seats, areas })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_come_in_the_order_of_the_file() {
        let hall = read(&super::super::theatre()).expect("a hall");
        assert_eq!(hall.seats[0].label, "Stalls-A-1");
        assert!(hall.seats.iter().zip(&hall.seats[1..]).all(|(one, next)| one.row <= next.row));
        assert_eq!(hall.index()[&hall.seats[7].label], 7);
        assert!(hall.seats.iter().any(|seat| seat.accessible));
        assert_eq!(hall.areas[0].capacity, 200);
    }

    #[test]
    fn a_category_that_the_plan_does_not_have_is_named() {
        let mut import = super::super::theatre();
        import["general_admission"][0]["category"] = "Moon".into();
        assert!(read(&import).expect_err("no such category").to_string().contains("Moon"));
    }
}
