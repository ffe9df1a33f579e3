//! The checker: walks through starts and ends in the order of time, and keeps every configuration (what the seat is, and
//! which operations under way have taken effect) that explains all ends so far. None left: no order explains it.
//!
//! This is the just-in-time linearization of Wing and Gong's search (Lowe, 2017): an operation is given its moment only
//! when an end demands it, so that most histories need one configuration.

use std::collections::BTreeSet;

use super::seat::{Operation, Seat};

/// More configurations than this at once are given up on, aloud.
const CONFIGURATIONS_MAX: usize = 20_000;

/// The operations that together have no explanation: all up to the first end that cannot be explained, without the looks
/// that play no part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub operations: Vec<Operation>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Configuration {
    seat: Seat,
    /// Under way, and done: indexes of operations, ascending.
    done: Vec<usize>,
}

/// `Ok(false)`: too many configurations, not judged.
pub fn check(operations: &[Operation]) -> Result<bool, Violation> {
    match first_unexplained(operations) {
        Outcome::Explained => Ok(true),
        Outcome::GivenUp => Ok(false),
        Outcome::Unexplained(end) => Err(Violation { operations: smallest(operations, end) }),
    }
}

/// What is needed to see that the end of operation `end` has no explanation.
fn smallest(operations: &[Operation], end: usize) -> Vec<Operation> {
    let until = operations[end].ended.unwrap_or(i64::MAX);
    let mut kept: Vec<Operation> = operations.iter().filter(|operation| operation.started <= until).copied().collect();
    // A look only ever demands; a history that fails without it does not need it. Other operations also allow, so that
    // leaving them out could break what was whole.
    for at in (0..kept.len()).rev() {
        if kept[at].action.only_looks() {
            let look = kept.remove(at);
            if !matches!(first_unexplained(&kept), Outcome::Unexplained(_)) {
                kept.insert(at, look);
            }
        }
    }
    kept
}

enum Outcome {
    Explained,
    GivenUp,
    /// The operation whose end has no explanation.
    Unexplained(usize),
}

fn first_unexplained(operations: &[Operation]) -> Outcome {
    // At one and the same instant starts come before ends: then they overlap, and any order will do.
    let mut moments: Vec<(i64, bool, usize)> = Vec::with_capacity(operations.len() * 2);
    for (index, operation) in operations.iter().enumerate() {
        moments.push((operation.started, false, index));
        moments.extend(operation.ended.map(|ended| (ended, true, index)));
    }
    moments.sort_unstable();
    let mut under_way: Vec<usize> = Vec::new();
    let mut explanations = BTreeSet::from([Configuration { seat: Seat::Free, done: Vec::new() }]);
    for (_, is_end, index) in moments {
        if !is_end {
            under_way.push(index);
            continue;
        }
        // Done in every explanation, and forgotten.
        if !under_way.contains(&index) {
            continue;
        }
        match explain(operations, &under_way, explanations, index) {
            None => return Outcome::GivenUp,
            Some(left) if left.is_empty() => return Outcome::Unexplained(index),
            Some(left) => explanations = left,
        }
        under_way.retain(|&other| other != index);
        forget(&mut under_way, &mut explanations);
    }
    Outcome::Explained
}

/// What is done in every explanation needs not be remembered: it has happened, and cannot happen again.
fn forget(under_way: &mut Vec<usize>, explanations: &mut BTreeSet<Configuration>) {
    let Some(first) = explanations.first() else { return };
    let in_all = |index: &usize| explanations.iter().all(|one| one.done.binary_search(index).is_ok());
    let settled: Vec<usize> = first.done.iter().copied().filter(in_all).collect();
    if settled.is_empty() {
        return;
    }
    under_way.retain(|index| !settled.contains(index));
    *explanations = std::mem::take(explanations)
        .into_iter()
        .map(|mut one| {
            one.done.retain(|index| !settled.contains(index));
            one
        })
        .collect();
}

/// All configurations in which the operation `end` has taken effect; `None`: too many.
fn explain(
    operations: &[Operation],
    under_way: &[usize],
    explanations: BTreeSet<Configuration>,
    end: usize,
) -> Option<BTreeSet<Configuration>> {
    let mut left = BTreeSet::new();
    let mut seen: BTreeSet<Configuration> = BTreeSet::new();
    let mut open: Vec<Configuration> = explanations.into_iter().collect();
    while let Some(configuration) = open.pop() {
        let configuration = look_around(operations, under_way, configuration);
        if !seen.insert(configuration.clone()) {
            continue;
        }
        if seen.len() > CONFIGURATIONS_MAX {
            return None;
        }
        if let Ok(at) = configuration.done.binary_search(&end) {
            let mut done = configuration.done;
            done.remove(at);
            left.insert(Configuration { seat: configuration.seat, done });
            continue;
        }
        for &index in under_way {
            if let Err(at) = configuration.done.binary_search(&index)
                && let Some(seat) = configuration.seat.after(operations[index].action)
            {
                let mut done = configuration.done.clone();
                done.insert(at, index);
                open.push(Configuration { seat, done });
            }
        }
    }
    Some(left)
}

/// Looks that can take effect now do: they change nothing, so later cannot be better.
fn look_around(operations: &[Operation], under_way: &[usize], mut configuration: Configuration) -> Configuration {
    for &index in under_way {
        let action = operations[index].action;
        if action.only_looks()
            && configuration.seat.after(action).is_some()
            && let Err(at) = configuration.done.binary_search(&index)
        {
            configuration.done.insert(at, index);
        }
    }
    configuration
}

#[cfg(test)]
mod tests;
