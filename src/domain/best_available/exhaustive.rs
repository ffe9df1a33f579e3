//! Best available as the module's first page words it, found by trying everything: slow, simple, and built on nothing
//! that the quick search uses but the labels. Distances, adjacency and ties are worked out again from the definition.
use std::collections::{BTreeMap, BTreeSet};

use super::random_hall::Hall;
use super::{Pick, Wish};
use crate::domain::plan::{PlanDefinition, Seat, SeatingPlan};

/// A seat as the reference sees it.
struct Known<'h> {
    seat: &'h Seat,
    zone: u16,
    x: i64,
    y: i64,
    front: u64,
}

pub(super) struct Reference<'h> {
    hall: &'h Hall,
    seats: BTreeMap<&'h str, Known<'h>>,
}

/// Labels of a group, sorted, and whether it is adjacent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub labels: Vec<String>,
    pub adjacent: bool,
}

impl Answer {
    pub fn of(pick: &Pick, plan: &SeatingPlan) -> Answer {
        let mut labels: Vec<String> = pick.seats.iter().map(|seat| plan.label(*seat).to_owned()).collect();
        labels.sort();
        Answer { labels, adjacent: pick.adjacent }
    }
}

impl<'h> Reference<'h> {
    pub fn of(hall: &'h Hall) -> Reference<'h> {
        let thousandths = |units: f64| (units * 1_000.0).round() as i64;
        let mut seats: BTreeMap<&str, Known<'_>> = BTreeMap::new();
        for (seat, zone) in with_zones(&hall.definition) {
            let (x, y) = (thousandths(seat.x), thousandths(seat.y));
            seats.insert(&seat.label, Known { seat, zone, x, y, front: 0 });
        }
        let left = seats.values().map(|known| known.x).min().unwrap_or(0);
        let right = seats.values().map(|known| known.x).max().unwrap_or(0);
        let top = seats.values().map(|known| known.y).min().unwrap_or(0);
        for known in seats.values_mut() {
            let across = (2 * known.x - left - right).unsigned_abs();
            let along = (2 * (known.y - top)).unsigned_abs();
            known.front = (across * across + along * along).isqrt();
        }
        Reference { hall, seats }
    }

    pub fn best(&self, free: &BTreeSet<&str>, wish: &Wish) -> Option<Answer> {
        let quantity = usize::from(wish.quantity);
        if quantity == 0 {
            return None;
        }
        let windows = || {
            let windows = self.hall.blocks.iter().flat_map(|block| block.windows(quantity).map(move |w| (block, w)));
            windows.filter(|(_, window)| window.iter().all(|label| self.is_eligible(label, free, wish)))
        };
        let kind = windows().filter(|(block, window)| !leaves_lone_seat(block, window, free)).map(|(_, window)| window);
        let best = kind.min_by_key(|window| self.rank(window));
        if let Some(window) =
            best.or_else(|| windows().map(|(_, window)| window).min_by_key(|window| self.rank(window)))
        {
            return Some(Answer { labels: sorted(window), adjacent: true });
        }
        self.nearest_together(free, wish, quantity).map(|labels| Answer { labels, adjacent: false })
    }

    /// The radius (squared) of a group: of the smallest circle around one of its seats that holds all of it.
    pub fn radius(&self, labels: &[&str]) -> i64 {
        let around = |middle: &str| labels.iter().map(|label| self.distance(middle, label)).max();
        labels.iter().filter_map(|middle| around(middle)).min().unwrap_or(0)
    }

    fn nearest_together(&self, free: &BTreeSet<&str>, wish: &Wish, quantity: usize) -> Option<Vec<String>> {
        let eligible: Vec<&str> = free.iter().copied().filter(|label| self.is_eligible(label, free, wish)).collect();
        if eligible.len() < quantity {
            return None;
        }
        let mut best = None;
        for middle in &eligible {
            let mut around = eligible.clone();
            around.sort_by_key(|&label| (self.distance(middle, label), self.seats[label].front, label));
            around.truncate(quantity);
            let radius = self.distance(middle, around[quantity - 1]);
            let rank = (radius, self.seats[*middle].front, *middle);
            if best.as_ref().is_none_or(|(best, _)| rank < *best) {
                best = Some((rank, around));
            }
        }
        best.map(|(_, group)| sorted(&group))
    }

    fn rank(&self, window: &[String]) -> (u64, Vec<String>) {
        (window.iter().map(|label| self.seats[label.as_str()].front).sum(), sorted(window))
    }

    fn distance(&self, from: &str, to: &str) -> i64 {
        let (from, to) = (&self.seats[from], &self.seats[to]);
        (from.x - to.x).pow(2) + (from.y - to.y).pow(2)
    }

    fn is_eligible(&self, label: &str, free: &BTreeSet<&str>, wish: &Wish) -> bool {
        free.contains(label) && self.admits(label, wish)
    }

    /// Whether a wish is for this kind of seat.
    pub fn admits(&self, label: &str, wish: &Wish) -> bool {
        let known = &self.seats[label];
        known.seat.accessible == wish.accessible
            && wish.categories.as_ref().is_none_or(|wished| wished.contains(&known.seat.category))
            && wish.zones.as_ref().is_none_or(|wished| wished.iter().any(|zone| zone.0 == known.zone))
    }
}

fn with_zones(hall: &PlanDefinition) -> impl Iterator<Item = (&Seat, u16)> {
    let zones = hall.zones.iter().zip(0u16..);
    zones.flat_map(|(zone, at)| zone.rows.iter().flat_map(|row| &row.seats).map(move |seat| (seat, at)))
}

/// Read off the definition: a free seat that had a free one beside it before, and has none after.
fn leaves_lone_seat(block: &[String], window: &[String], free: &BTreeSet<&str>) -> bool {
    let beside = |at: usize| [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| block.get(at));
    let free_before = |label: &String| free.contains(label.as_str());
    let free_after = |label: &String| free_before(label) && !window.contains(label);
    let company = |at: usize, is_free: &dyn Fn(&String) -> bool| beside(at).any(is_free);
    (0..block.len()).any(|at| free_after(&block[at]) && company(at, &free_before) && !company(at, &free_after))
}

fn sorted<T: ToString>(labels: &[T]) -> Vec<String> {
    let mut labels: Vec<String> = labels.iter().map(T::to_string).collect();
    labels.sort();
    labels
}
