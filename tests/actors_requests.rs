//! What callers ask for, and the venue they ask it of.

use understudy::domain::command::HoldSeats;
use understudy::domain::plan::{GeneralAdmission, ImportOptions, PlanDefinition, import};
use understudy::domain::{Action, BookingId, HoldId};
use uuid::Uuid;

pub const SEATS: usize = 100;
pub const PIT: u32 = 50;

/// Ten rows of ten seats, and a pit.
pub fn plan() -> PlanDefinition {
    let seat = |row: usize, seat: usize| {
        let label = label(row * 10 + seat);
        format!(
            r#"{{"seat_guid":"{label}","seat_number":"{seat}","position":{{"x":{seat},"y":0}},"category":"Stalls"}}"#
        )
    };
    let row = |row: usize| {
        let seats: Vec<_> = (0..10).map(|number| seat(row, number)).collect();
        format!(r#"{{"row_number":"{row}","position":{{"x":0,"y":{row}}},"seats":[{}]}}"#, seats.join(","))
    };
    let rows: Vec<_> = (0..SEATS / 10).map(row).collect();
    let file = format!(
        r##"{{"name":"Globe","categories":[{{"name":"Stalls","color":"#fff"}},{{"name":"Pit","color":"#000"}}],
        "zones":[{{"name":"House","position":{{"x":0,"y":0}},"rows":[{}],"areas":[]}}]}}"##,
        rows.join(",")
    );
    let pit = GeneralAdmission { area: "Pit".into(), category: "Pit".into(), capacity: PIT };
    import(&file, ImportOptions { general_admission: vec![pit], accessible: Vec::new() }).expect("a sound plan")
}

/// The label of a seat, by its number: its index in the plan.
pub fn label(seat: usize) -> String {
    format!("{}-{}", seat / 10, seat % 10)
}

pub fn new_hold() -> HoldId {
    HoldId(Uuid::now_v7())
}

pub fn hold(hold_id: HoldId, seats: &[usize]) -> Action {
    let seats = seats.iter().map(|&seat| label(seat)).collect();
    Action::HoldSeats(HoldSeats { hold_id, customer_id: None, seats, best_available: None, general_admission: vec![] })
}

/// Places in the pit.
pub fn stand(hold_id: HoldId, quantity: u32) -> Action {
    let general_admission = vec![("Pit".into(), quantity)];
    Action::HoldSeats(HoldSeats { hold_id, customer_id: None, seats: vec![], best_available: None, general_admission })
}

pub fn confirm(hold_id: HoldId) -> Action {
    Action::ConfirmHold { hold_id, booking_id: BookingId(Uuid::now_v7()), payment_reference: "paid".into() }
}

pub fn give_back(hold_id: HoldId) -> Action {
    Action::ReleaseHold { hold_id }
}
