//! What "near" means in a plan, worked out once: distances to the front centre, which label wins a tie, and an order
//! of all seats in which neighbours stay together.
//!
//! It ranks seats and blocks of a plan, never picks: which seats are free or wished for is not known here.
use super::SeatIndex;
use super::curve::along_curve;
use super::layout::Layout;
use super::measure::{Point, front_distances};
use super::texts::Labels;

#[derive(Debug)]
pub(super) struct Nearness {
    /// By seat: half steps to the front centre.
    pub front: Vec<u32>,
    /// By place: the sum of `front` over all places before it; one more entry than places.
    pub front_before: Vec<u64>,
    /// By seat: its place among all labels in the order of their bytes.
    pub label_rank: Vec<u32>,
    /// Blocks by the distance of their nearest seat, and that distance.
    pub blocks: Vec<(u32, u32)>,
    /// By word of the plan's bits: where its block is in `blocks`.
    pub rank_of_word: Vec<u32>,
    /// By block: the place in it of its nearest seat, where seats are ever farther away from there on, either way.
    pub valleys: Vec<Option<u32>>,
    /// All seats along a curve that fills the plane.
    pub curve: Vec<SeatIndex>,
}

impl Nearness {
    pub fn of(points: &[Point], layout: &Layout, labels: &Labels) -> Nearness {
        let front = front_distances(points);
        let mut front_before = Vec::with_capacity(points.len() + 1);
        let mut sum = 0;
        front_before.push(sum);
        for seat in &layout.seats {
            sum += u64::from(front[seat.index()]);
            front_before.push(sum);
        }
        let nearest = |places: std::ops::Range<usize>| {
            layout.seats[places].iter().map(|seat| front[seat.index()]).min().expect("no block is empty")
        };
        let mut blocks: Vec<(u32, u32)> =
            layout.blocks.iter().zip(0u32..).map(|(block, at)| (nearest(block.places()), at)).collect();
        blocks.sort_unstable();
        let mut rank_of_word = vec![0; layout.all.len()];
        for ((_, block), rank) in blocks.iter().zip(0u32..) {
            rank_of_word[layout.blocks[*block as usize].words()].fill(rank);
        }
        let valleys = layout.blocks.iter().map(|block| valley(&layout.seats[block.places()], &front)).collect();
        let label_rank = label_ranks(points.len(), labels);
        Nearness { front, front_before, label_rank, blocks, rank_of_word, valleys, curve: along_curve(points) }
    }

    pub fn bytes(&self) -> usize {
        4 * self.front.capacity()
            + 8 * self.front_before.capacity()
            + 4 * self.label_rank.capacity()
            + 8 * self.blocks.capacity()
            + 4 * self.rank_of_word.capacity()
            + 8 * self.valleys.capacity()
            + 4 * self.curve.capacity()
    }
}

fn valley(seats: &[SeatIndex], front: &[u32]) -> Option<u32> {
    let distance = |seat: &SeatIndex| front[seat.index()];
    let nearest = (0..seats.len()).min_by_key(|at| distance(&seats[*at]))?;
    let (before, after) = (&seats[..=nearest], &seats[nearest..]);
    let only_grows = before.is_sorted_by(|a, b| distance(a) >= distance(b)) && after.is_sorted_by_key(distance);
    only_grows.then_some(nearest as u32)
}

fn label_ranks(seats: usize, labels: &Labels) -> Vec<u32> {
    let mut sorted: Vec<usize> = (0..seats).collect();
    sorted.sort_unstable_by_key(|seat| labels.get(*seat));
    let mut ranks = vec![0; seats];
    for (rank, seat) in (0u32..).zip(sorted) {
        ranks[seat] = rank;
    }
    ranks
}
