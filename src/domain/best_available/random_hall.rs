//! Small random halls for tests, with what is true of them known by construction rather than worked out.
//!
//! Rows are straight, slanted or bent, listed in any order, cut by aisles, mixed in category; seats are accessible or
//! sold at random. Nothing is drawn so oddly that people would disagree who sits beside whom.
use crate::domain::plan::{Category, CategoryIndex, PlanDefinition, Row, Seat, Zone};

/// Xorshift: the same hall for the same seed.
pub(in crate::domain) struct Random(u64);

impl Random {
    pub fn of_seed(seed: u64) -> Random {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..8 {
            random.below(2);
        }
        random
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % bound
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at as u64 + 1) as usize);
        }
    }
}

/// A hall and its blocks: labels of the seats that are adjacent, in physical order.
pub(in crate::domain) struct Hall {
    pub definition: PlanDefinition,
    pub blocks: Vec<Vec<String>>,
}

pub(in crate::domain) fn random_hall(random: &mut Random, seats_max: u64) -> Hall {
    let mut blocks = Vec::new();
    let categories = (0..1 + random.below(3)).map(|at| Category { name: format!("Class {at}"), color: None }).collect();
    let mut hall =
        PlanDefinition { name: "Random".into(), size: None, categories, zones: Vec::new(), areas: Vec::new() };
    let mut seats = 0;
    for zone_at in 0..1 + random.below(3) {
        let mut zone = Zone {
            name: format!("Zone {zone_at}"),
            zone_id: None,
            x: 0.0,
            y: 0.0,
            rows: Vec::new(),
            shapes: Vec::new(),
        };
        let origin = (random.below(400) as f64, random.below(200) as f64);
        let shape = match random.below(4) {
            0 => Shape { slant: 0.0, bend: 0.0, stagger: 0.0 },
            1 => Shape { slant: -0.5, bend: -0.3, stagger: 5.0 },
            _ => Shape { slant: random.below(4) as f64 * 0.3, bend: random.below(3) as f64 * 0.04, stagger: 5.0 },
        };
        for row_at in 0..1 + random.below(seats_max.div_ceil(30)) {
            let long = (3 + random.below(12)).min(seats_max.saturating_sub(seats));
            if long < 3 {
                break;
            }
            seats += long;
            let start = (origin.0 + random.below(3) as f64 * shape.stagger, origin.1 + row_at as f64 * 12.0);
            zone.rows.push(random_row(
                random,
                (zone_at, row_at),
                start,
                shape,
                long,
                hall.categories.len(),
                &mut blocks,
            ));
        }
        hall.zones.push(zone);
    }
    Hall { definition: hall, blocks }
}

#[derive(Clone, Copy)]
struct Shape {
    slant: f64,
    /// How far the row turns from one seat to the next; much of it makes a horseshoe.
    bend: f64,
    /// How far rows are shifted against each other.
    stagger: f64,
}

fn random_row(
    random: &mut Random,
    (zone, row): (u64, u64),
    start: (f64, f64),
    shape: Shape,
    long: u64,
    categories: usize,
    blocks: &mut Vec<Vec<String>>,
) -> Row {
    let (mut x, mut y) = start;
    let mut direction = shape.slant;
    let mut seats = Vec::new();
    let mut category = random.below(categories as u64);
    let mut gaps = 0;
    blocks.push(Vec::new());
    // Numbers run from a random seat on, so that labels do not follow the geometry.
    let first_number = random.below(30);
    for at in 0..long {
        let label = format!("{zone}-{row}-{}", first_number + at);
        blocks.last_mut().expect("one was pushed").push(label.clone());
        if random.chance(10) {
            category = random.below(categories as u64);
        }
        let round = |units: f64| (units * 1_000.0).round() / 1_000.0;
        seats.push(Seat {
            label,
            number: (first_number + at).to_string(),
            category: CategoryIndex(category as u16),
            x: round(x),
            y: round(y),
            radius: None,
            accessible: random.chance(15),
        });
        // Fewer aisles than half the gaps, or the aisle would be the usual spacing.
        let aisle = at + 1 < long && random.chance(15) && 2 * (gaps + 1) < long - 1;
        let step = if aisle { 10.0 * (2 + random.below(3)) as f64 } else { 10.0 };
        if aisle {
            gaps += 1;
            blocks.push(Vec::new());
        }
        x += step * direction.cos();
        y += step * direction.sin();
        direction -= shape.bend;
    }
    match random.below(3) {
        0 => seats.reverse(),
        1 => random.shuffle(&mut seats),
        _ => {}
    }
    Row { number: row.to_string(), label: None, seats }
}
