//! How large a plan is to be drawn, and from where: what its file says, or else the box around all seats and a margin.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::plan::{SeatIndex, SeatingPlan};

/// Around the outermost seats, in units of the plan.
const MARGIN: f64 = 20.0;

/// In units of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Frame {
    /// The top left corner of what `size` measures.
    pub origin: Corner,
    pub size: Extent,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Corner {
    pub x: f64,
    pub y: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Extent {
    pub width: f64,
    pub height: f64,
}

impl Frame {
    pub fn of(plan: &SeatingPlan) -> Self {
        if let Some(size) = plan.size() {
            return Self { origin: Corner { x: 0.0, y: 0.0 }, size: Extent { width: size.width, height: size.height } };
        }
        let positions = (0..plan.seat_count()).map(|seat| plan.position(SeatIndex(seat)));
        let low = positions.clone().reduce(|low, at| (low.0.min(at.0), low.1.min(at.1))).unwrap_or_default();
        let high = positions.reduce(|high, at| (high.0.max(at.0), high.1.max(at.1))).unwrap_or_default();
        Self {
            origin: Corner { x: low.0 - MARGIN, y: low.1 - MARGIN },
            size: Extent { width: high.0 - low.0 + 2.0 * MARGIN, height: high.1 - low.1 + 2.0 * MARGIN },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::{ImportOptions, import, theatre};

    #[test]
    fn a_plan_that_says_how_large_it_is_begins_at_nothing() {
        let (file, options) = theatre();
        let plan = SeatingPlan::new(import(file, options).expect("the theatre is sound"));
        let Frame { origin, size } = Frame::of(&plan);
        assert_eq!((origin.x, origin.y, size.width), (0.0, 0.0, 1_200.0));
    }

    #[test]
    fn a_plan_without_a_size_is_framed_by_its_seats() {
        let plan = r#"{"categories":[{"name":"S"}],"zones":[{"rows":[{"seats":[
            {"seat_guid":"a","position":{"x":-90,"y":55},"category":"S"},
            {"seat_guid":"b","position":{"x":110,"y":55},"category":"S"}]}]}]}"#;
        let plan = SeatingPlan::new(import(plan, ImportOptions::default()).expect("a sound plan"));
        let (origin, size) = (Corner { x: -110.0, y: 35.0 }, Extent { width: 240.0, height: 40.0 });
        assert_eq!(Frame::of(&plan), Frame { origin, size });
    }
}
