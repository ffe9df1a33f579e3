//! A real plan of 8,897 seats. It is not part of the project, so these tests say that they were skipped where it is
//! absent; `UNDERSTUDY_RACE_TRACK` names it.
use super::super::{SeatIndex, SeatingPlan};
use super::imported;

fn race_track() -> Option<SeatingPlan> {
    let path = std::env::var("UNDERSTUDY_RACE_TRACK")
        .unwrap_or_else(|_| format!("{}/../shared/data/race-track.json", env!("CARGO_MANIFEST_DIR")));
    let Ok(file) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {path} is absent");
        return None;
    };
    Some(SeatingPlan::new(imported(&file).expect("the race track is sound")))
}

#[test]
fn every_row_of_the_race_track_is_one_block() {
    let Some(plan) = race_track() else { return };
    assert_eq!((plan.seat_count(), plan.zones().len(), plan.rows().len()), (8_897, 4, 131));
    assert_eq!(plan.blocks().len(), 131);
    for block in plan.blocks() {
        let row = &plan.rows()[block.row.index()];
        assert_eq!(block.seats, row.seats.end - row.seats.start, "row {}", row.number);
        // The file lists every row in order, from one end or the other.
        let seats: Vec<u32> = plan.seats_in(block).iter().map(|seat| seat.0).collect();
        let upwards = seats.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        let downwards = seats.windows(2).all(|pair| pair[0] == pair[1] + 1);
        assert!(upwards || downwards, "row {}", row.number);
    }
}

#[test]
fn every_label_of_the_race_track_finds_its_seat() {
    let Some(plan) = race_track() else { return };
    for seat in (0..plan.seat_count()).map(SeatIndex) {
        assert_eq!(plan.seat_index(plan.label(seat)), Some(seat));
    }
    assert_eq!(plan.seat_index("Goal Stand 4-A-0"), None);
    assert!(plan.bytes() < 2_000_000, "{} bytes", plan.bytes());
}
