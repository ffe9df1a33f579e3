//! Measures best available on a plan of the size of a race track: how many decisions a second, and the worst single one,
//! in a hall that sells out and in halls sold in ways that make it hard.
//!
//! Run with `cargo bench --bench best_available`. It measures the index alone: no actor, no log, no HTTP.
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use understudy::domain::best_available::{FreeSeats, Wish};
use understudy::domain::plan::{CategoryIndex, ImportOptions, SeatIndex, SeatingPlan, ZoneIndex, import};

fn main() {
    let path = std::env::var("UNDERSTUDY_RACE_TRACK")
        .unwrap_or_else(|_| format!("{}/../shared/data/race-track.json", env!("CARGO_MANIFEST_DIR")));
    let Ok(file) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {path} is absent; name a plan with UNDERSTUDY_RACE_TRACK");
        return;
    };
    let started = Instant::now();
    let definition = import(&file, ImportOptions::default()).expect("the race track is a sound plan");
    println!("import of {} KB: {:?}", file.len() / 1_000, started.elapsed());
    let started = Instant::now();
    let plan = Arc::new(SeatingPlan::new(definition));
    println!("plan of {} seats: {:?}, {} KB", plan.seat_count(), started.elapsed(), plan.bytes() / 1_000);
    let started = Instant::now();
    let free = FreeSeats::all_free(Arc::clone(&plan));
    println!("index of an awake show: {:?}, {} bytes", started.elapsed(), free.bytes());
    taking_and_releasing(&free);

    println!("\n{:<34} {:>10} {:>12} {:>12} {:>12}", "pattern", "decisions", "per second", "mean", "worst");
    until_sold_out(&free, "4 at a time until sold out", |_| wish(4));
    until_sold_out(&free, "1 to 10 until sold out", |turn| wish(1 + turn % 10));
    until_sold_out(&free, "50 at a time until sold out", |_| wish(50));
    until_sold_out(&free, "4 of one category until sold out", |_| Wish {
        categories: Some(vec![CategoryIndex(1)]),
        ..wish(4)
    });
    until_sold_out(&free, "4 in one zone until sold out", |_| Wish { zones: Some(vec![ZoneIndex(2)]), ..wish(4) });
    cancellations(&free);
    for (name, taken_percent) in [
        ("3 % sold singly", 3),
        ("30 % sold singly", 30),
        ("60 % sold singly", 60),
        ("90 % sold singly", 90),
        ("98 % sold singly", 98),
    ] {
        let mut random = Random(taken_percent);
        let sold = with_taken(&free, |_| random.below(100) < taken_percent);
        every_quantity(&sold, name);
    }
    until_sold_out(&wide_floor(), "2 at a time, 200,000 seats", |_| wish(2));
    let mut place = 0;
    let checkerboard = with_taken(&free, |_| {
        place += 1;
        place % 2 == 0
    });
    every_quantity(&checkerboard, "every other seat sold");
    let mut place = 0;
    let pairs = with_taken(&free, |_| {
        place += 1;
        place % 3 == 0
    });
    every_quantity(&pairs, "every third seat sold");
}

/// 2,000 rows of 100 seats: where walking over what is sold would show.
fn wide_floor() -> FreeSeats {
    let seat = |row: u32, number: u32| {
        let position = format!("{{\"x\":{number},\"y\":0}}");
        format!(
            "{{\"seat_guid\":\"{row}-{number}\",\"seat_number\":\"{number}\",\"position\":{position},\"category\":\"Floor\"}}"
        )
    };
    let row = |row: u32| {
        let seats: Vec<String> = (1..=100).map(|number| seat(row, number)).collect();
        let position = format!("{{\"x\":0,\"y\":{}}}", f64::from(row) * 1.2);
        format!("{{\"row_number\":\"{row}\",\"position\":{position},\"seats\":[{}]}}", seats.join(","))
    };
    let rows: Vec<String> = (0..2_000).map(row).collect();
    let zone = format!("{{\"name\":\"Floor\",\"position\":{{\"x\":0,\"y\":0}},\"rows\":[{}]}}", rows.join(","));
    let category = "{\"name\":\"Floor\",\"color\":\"#888888\"}";
    let file = format!("{{\"name\":\"Wide floor\",\"categories\":[{category}],\"zones\":[{zone}]}}");
    let definition = import(&file, ImportOptions::default()).expect("a sound plan");
    FreeSeats::all_free(Arc::new(SeatingPlan::new(definition)))
}

fn wish(quantity: u64) -> Wish {
    Wish { quantity: u16::try_from(quantity).expect("small"), ..Wish::default() }
}

/// `free` without the seats that `is_taken` names, asked in physical order.
fn with_taken(free: &FreeSeats, mut is_taken: impl FnMut(SeatIndex) -> bool) -> FreeSeats {
    let mut sold = free.clone();
    for block in free.plan().blocks() {
        for seat in free.plan().seats_in(block) {
            if is_taken(*seat) {
                sold.take(*seat);
            }
        }
    }
    sold
}

fn until_sold_out(free: &FreeSeats, name: &str, wish: impl Fn(u64) -> Wish) {
    let mut times = Times::default();
    let mut sold = free.clone();
    let mut turn = 0;
    let mut refused = 0;
    // Ten quantities may take turns; the hall is sold out when none of them is to be had.
    while refused < 10 {
        let wish = wish(turn);
        turn += 1;
        match times.decide(&sold, &wish) {
            Some(pick) => {
                refused = 0;
                pick.into_iter().for_each(|seat| sold.take(seat));
            }
            None => refused += 1,
        }
    }
    times.print(name);
}

/// Sold in fours with every third booking cancelled later, in part.
fn cancellations(free: &FreeSeats) {
    let mut times = Times::default();
    let mut sold = free.clone();
    let mut random = Random(7);
    let mut bookings: Vec<SeatIndex> = Vec::new();
    for _ in 0..6_000 {
        if let Some(seats) = times.decide(&sold, &wish(1 + random.below(6))) {
            for seat in seats {
                sold.take(seat);
                bookings.push(seat);
            }
        }
        for _ in 0..random.below(3) {
            let seat = bookings.swap_remove(random.below(bookings.len() as u64) as usize);
            sold.release(seat);
        }
    }
    times.print("1 to 6, with cancellations");
}

fn every_quantity(sold: &FreeSeats, name: &str) {
    for quantity in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 50] {
        let mut times = Times::default();
        for _ in 0..5 {
            times.decide(sold, &wish(quantity));
        }
        times.print(&format!("{name}, {quantity}"));
    }
}

fn taking_and_releasing(free: &FreeSeats) {
    let mut sold = free.clone();
    let mut random = Random(3);
    let mut seats: Vec<SeatIndex> = (0..free.free_count()).map(SeatIndex).collect();
    for at in (1..seats.len()).rev() {
        seats.swap(at, random.below(at as u64 + 1) as usize);
    }
    let labels: Vec<&str> = seats.iter().map(|seat| free.plan().label(*seat)).collect();
    let rounds = 50;
    let started = Instant::now();
    for _ in 0..rounds {
        seats.iter().for_each(|seat| sold.take(*seat));
        seats.iter().for_each(|seat| sold.release(*seat));
    }
    let each = started.elapsed().as_secs_f64() * 1e9 / f64::from(rounds * 2) / seats.len() as f64;
    let started = Instant::now();
    for _ in 0..rounds {
        labels.iter().for_each(|label| {
            black_box(free.plan().seat_index(label));
        });
    }
    let found = started.elapsed().as_secs_f64() * 1e9 / f64::from(rounds) / seats.len() as f64;
    println!("take or release of a random seat: {each:.1} ns; seat by label: {found:.1} ns");
}

/// Each decision counts with the fastest of three runs: other programs on the machine are not to be measured.
#[derive(Default)]
struct Times {
    decisions: u32,
    total: Duration,
    worst: Duration,
}

impl Times {
    fn decide(&mut self, free: &FreeSeats, wish: &Wish) -> Option<Vec<SeatIndex>> {
        let mut fastest = Duration::MAX;
        let mut pick = None;
        for _ in 0..3 {
            let started = Instant::now();
            pick = black_box(free.best_available(black_box(wish)));
            fastest = fastest.min(started.elapsed());
        }
        self.decisions += 1;
        self.total += fastest;
        self.worst = self.worst.max(fastest);
        pick.map(|pick| pick.seats)
    }

    fn print(&self, name: &str) {
        let mean = self.total / self.decisions;
        let per_second = f64::from(self.decisions) / self.total.as_secs_f64();
        let (mean, worst) = (format!("{mean:.1?}"), format!("{:.1?}", self.worst));
        println!("{name:<34} {:>10} {per_second:>12.0} {mean:>12} {worst:>12}", self.decisions);
    }
}

/// Xorshift: the same halls in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
