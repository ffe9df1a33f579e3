//! Finds the best seats that are free: `n` together, near the front, in the categories and zones that a customer wishes.
//!
//! # What "best" means
//!
//! A seat is **eligible** if it is free, of a wished category and in a wished zone (every one, where nothing is said),
//! and accessible if and only if the wish asks for accessible seats. Answers come from the first tier that has one:
//!
//! 1. **Adjacent, and nobody left alone.** The seats are consecutive in one block (a run of a row without an aisle), and
//!    no *lone seat* is left: a free seat of the same block that had a free seat beside it before and has none after.
//!    Any free seat is company here, of whatever category and accessible or not, since any two seats can be booked
//!    by name; a seat that stood alone already is not made worse, and an aisle or a taken seat is no company.
//! 2. **Adjacent**, whoever is left alone.
//! 3. **As near together as can be**, across rows, aisles and zones: the smallest circle around one of the seats (the
//!    *middle*) that holds `n` eligible seats, the middle included. The group is the middle and the `n - 1` eligible
//!    seats nearest to it, in the order of distance to it, distance to the front centre, label.
//!
//! Within tiers 1 and 2 the smallest **sum of the seats' distances to the front centre** wins, which for a given `n` is
//! the smallest mean. Equal sums go to the group whose sorted labels come first, compared as bytes. Within tier 3 equal
//! circles go to the middle that is nearest to the front centre, then to the one whose label comes first. The front
//! centre, and why all of this is exact, are in [`SeatingPlan`](crate::domain::plan::SeatingPlan)'s `measure` file.
//!
//! # What it costs
//!
//! Taking and releasing a seat flips one bit and looks at the bits of its block where they were the nearest or the longest
//! run: a show does that for every seat it sells and again for every event it replays. All searching is left to the
//! question, which passes by every block that has no such seats or none near enough. Nothing is remembered between
//! questions, so an answer depends on what is free now and on nothing that was sold before.
//!
//! Holds, prices and customers are not known here. A seat is free or it is taken.
mod adjacent;
mod bounds;
#[cfg(test)]
mod comparison;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod exhaustive;
mod free_blocks;
mod free_seats;
mod longest_run;
#[cfg(test)]
pub(in crate::domain) mod random_hall;
mod runs;
mod together;
mod vicinity;
mod wish;

pub use free_seats::FreeSeats;
pub use wish::{Pick, Wish};
