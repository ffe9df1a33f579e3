//! The hall as people stand in it: rows split at their aisles and branches into *blocks*, maximal runs of adjacent seats.
//!
//! Every seat has a *place*, its number in physical order through all blocks, and a *bit*. Each block begins a 64-bit
//! word of its own, so that the free seats of a block are a few whole words and a run of set bits is a run of adjacent
//! free seats. Which seats are free is not known here.
//!
//! Nothing of this is stored: it is worked out whenever a plan is read from the log. Events and snapshots name seats by
//! their index in the definition and say themselves whether they are adjacent, so what has been decided stays as it was,
//! whatever is found out about neighbours later; only what is picked next follows it.
use super::aisles::usual_spacing;
use super::definition::{Row, Zone};
use super::measure::Point;
use super::row_order::runs;
use super::surroundings::Surroundings;
use super::{CategoryIndex, RowIndex, SeatIndex, ZoneIndex};

/// A maximal run of adjacent seats in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub row: RowIndex,
    pub zone: ZoneIndex,
    pub first_place: u32,
    pub seats: u32,
    pub first_word: u32,
    /// The category of all its seats, or `None` where they differ.
    pub category: Option<CategoryIndex>,
    /// Whether any of its seats is accessible.
    pub has_accessible: bool,
}

impl Block {
    /// Places of its seats.
    pub fn places(&self) -> std::ops::Range<usize> {
        self.first_place as usize..(self.first_place + self.seats) as usize
    }

    /// Words that hold its bits.
    pub fn words(&self) -> std::ops::Range<usize> {
        self.first_word as usize..(self.first_word + self.seats.div_ceil(64)) as usize
    }
}

/// Blocks, places and bits of a plan.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub blocks: Vec<Block>,
    /// By place.
    pub seats: Vec<SeatIndex>,
    /// By seat.
    pub bits: Vec<u32>,
    /// One bit per seat; the rest of each block's last word is zero.
    pub all: Vec<u64>,
    /// The bits of the accessible seats.
    pub accessible: Vec<u64>,
}

impl Layout {
    pub fn of(zones: &[Zone], points: &[Point]) -> Layout {
        let mut layout = Layout { bits: vec![0; points.len()], ..Layout::default() };
        let mut first_seat = 0;
        let mut row_index = 0;
        for (zone_at, zone) in zones.iter().enumerate() {
            let zone_index = ZoneIndex(u16::try_from(zone_at).expect("a checked plan has at most 10,000 zones"));
            let rows = placed_rows(zone, points, &mut first_seat);
            let borrowed = spacing_of_zone(&rows);
            for row in rows {
                layout.add_row(RowIndex(row_index), zone_index, &row, borrowed);
                row_index += 1;
            }
        }
        layout
    }

    fn add_row(&mut self, index: RowIndex, zone: ZoneIndex, row: &PlacedRow, borrowed: Option<u64>) {
        let seat = |at: usize| SeatIndex(u32::try_from(row.first_seat + at).expect("a plan has at most 200,000 seats"));
        for run in runs(&row.row.seats, row.points, &row.around, row.usual(borrowed)) {
            let seats: Vec<SeatIndex> = run.into_iter().map(seat).collect();
            self.add_block(index, zone, row.row, &seats, row.first_seat);
        }
    }

    fn add_block(&mut self, row_index: RowIndex, zone: ZoneIndex, row: &Row, seats: &[SeatIndex], first: usize) {
        let small = |number: usize| u32::try_from(number).expect("200,000 seats in words of 64 bits fit into 32 bits");
        let in_row = |seat: SeatIndex| &row.seats[seat.index() - first];
        let category = in_row(seats[0]).category;
        let block = Block {
            row: row_index,
            zone,
            first_place: small(self.seats.len()),
            seats: small(seats.len()),
            first_word: small(self.all.len()),
            category: seats.iter().all(|seat| in_row(*seat).category == category).then_some(category),
            has_accessible: seats.iter().any(|seat| in_row(*seat).accessible),
        };
        self.all.resize(block.words().end, 0);
        self.accessible.resize(block.words().end, 0);
        for (offset, seat) in seats.iter().enumerate() {
            let bit = block.words().start * 64 + offset;
            self.bits[seat.index()] = small(bit);
            self.all[bit / 64] |= 1 << (bit % 64);
            self.accessible[bit / 64] |= u64::from(in_row(*seat).accessible) << (bit % 64);
        }
        self.seats.extend_from_slice(seats);
        self.blocks.push(block);
    }
}

struct PlacedRow<'p> {
    row: &'p Row,
    first_seat: usize,
    points: &'p [Point],
    around: Surroundings<'p>,
    /// By seat: steps to the nearest other.
    gaps: Vec<u64>,
}

impl PlacedRow<'_> {
    /// Two seats have no opinion, unless they are closer than the others of their zone.
    fn usual(&self, borrowed: Option<u64>) -> u64 {
        let own = usual_spacing(self.gaps.clone()).unwrap_or(0);
        if self.points.len() == 2 { borrowed.map_or(own, |borrowed| borrowed.min(own)) } else { own }
    }
}

fn placed_rows<'p>(zone: &'p Zone, points: &'p [Point], first_seat: &mut usize) -> Vec<PlacedRow<'p>> {
    let mut rows = Vec::with_capacity(zone.rows.len());
    for row in &zone.rows {
        let first = *first_seat;
        *first_seat += row.seats.len();
        let points = &points[first..*first_seat];
        let around = Surroundings::of(points);
        let gaps = (0..points.len()).filter_map(|seat| around.gap(seat)).collect();
        rows.push(PlacedRow { row, first_seat: first, points, around, gaps });
    }
    rows
}

/// The usual spacing of the rows that have one; where all rows are pairs, of the pairs.
fn spacing_of_zone(rows: &[PlacedRow]) -> Option<u64> {
    let of_rows = |least: usize| {
        let long_enough = rows.iter().filter(|row| row.points.len() >= least);
        usual_spacing(long_enough.flat_map(|row| row.gaps.iter().copied()).collect())
    };
    of_rows(3).or_else(|| of_rows(2))
}
