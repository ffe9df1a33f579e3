//! The hall as people stand in it: rows split at their aisles into *blocks*, maximal runs of adjacent seats.
//!
//! Every seat has a *place*, its number in physical order through all blocks, and a *bit*. Each block begins a 64-bit
//! word of its own, so that the free seats of a block are a few whole words and a run of set bits is a run of adjacent
//! free seats. Which seats are free is not known here.
use super::aisles::{gaps, is_aisle, usual_spacing};
use super::definition::Zone;
use super::measure::Point;
use super::row_order::in_physical_order;
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
            let rows = ordered_rows(zone, points, &mut first_seat);
            let borrowed = spacing_of_zone(&rows, points);
            for (row, ordered) in zone.rows.iter().zip(rows) {
                layout.add_row(RowIndex(row_index), zone_index, row, &ordered, points, borrowed);
                row_index += 1;
            }
        }
        layout
    }

    fn add_row(
        &mut self,
        index: RowIndex,
        zone: ZoneIndex,
        row: &super::Row,
        ordered: &OrderedRow,
        points: &[Point],
        borrowed: Option<u64>,
    ) {
        let gaps = ordered.gaps(points);
        let usual = if gaps.len() >= 2 { usual_spacing(gaps.clone()) } else { borrowed }.unwrap_or(0);
        let mut start = 0;
        for end in 1..=ordered.seats.len() {
            if end == ordered.seats.len() || is_aisle(gaps[end - 1], usual) {
                self.add_block(index, zone, row, &ordered.seats[start..end], ordered.first_seat);
                start = end;
            }
        }
    }

    fn add_block(&mut self, row_index: RowIndex, zone: ZoneIndex, row: &super::Row, seats: &[SeatIndex], first: usize) {
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

struct OrderedRow {
    first_seat: usize,
    seats: Vec<SeatIndex>,
}

impl OrderedRow {
    fn gaps(&self, points: &[Point]) -> Vec<u64> {
        let along: Vec<Point> = self.seats.iter().map(|seat| points[seat.index()]).collect();
        gaps(&along)
    }
}

fn ordered_rows(zone: &Zone, points: &[Point], first_seat: &mut usize) -> Vec<OrderedRow> {
    let mut rows = Vec::with_capacity(zone.rows.len());
    for row in &zone.rows {
        let first = *first_seat;
        *first_seat += row.seats.len();
        let seat = |at: usize| SeatIndex(u32::try_from(first + at).expect("a plan has at most 200,000 seats"));
        let seats = in_physical_order(&points[first..*first_seat]).into_iter().map(seat).collect();
        rows.push(OrderedRow { first_seat: first, seats });
    }
    rows
}

/// The usual spacing of the rows that have one; where all rows are pairs, of the pairs.
fn spacing_of_zone(rows: &[OrderedRow], points: &[Point]) -> Option<u64> {
    let of_rows = |least: usize| {
        let long_enough = rows.iter().filter(|row| row.seats.len() >= least);
        usual_spacing(long_enough.flat_map(|row| row.gaps(points)).collect())
    };
    of_rows(3).or_else(|| of_rows(2))
}
