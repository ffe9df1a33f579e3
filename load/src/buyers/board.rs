//! The seat map as the buyers of one thread last saw it. It may be old: then their picks are refused, as in life.

use std::time::{Duration, Instant};

use crate::api::SeatMap;
use crate::hall::{Hall, SeatIndex};

pub struct Board {
    taken: Vec<bool>,
    loaded: Option<Instant>,
}

impl Board {
    pub fn new(hall: &Hall) -> Self {
        Self { taken: vec![false; hall.seats.len()], loaded: None }
    }

    pub fn is_fresh(&self, age_max: Duration) -> bool {
        self.loaded.is_some_and(|loaded| loaded.elapsed() <= age_max)
    }

    /// Others need not ask for the map while one does.
    pub fn being_loaded(&mut self) {
        self.loaded = Some(Instant::now());
    }

    pub fn load(&mut self, map: &SeatMap, index: &SeatIndex) {
        self.taken.fill(false);
        for label in map.seats.keys() {
            if let Some(&seat) = index.get(&**label) {
                self.taken[seat as usize] = true;
            }
        }
        self.loaded = Some(Instant::now());
    }

    pub fn mark_taken(&mut self, seats: &[u32]) {
        for &seat in seats {
            self.taken[seat as usize] = true;
        }
    }

    /// Up to `party` free seats: next to each other where a few glances find such, else the next free ones from a
    /// random place on. Empty: the map shows nothing free.
    pub fn choose(&self, hall: &Hall, party: usize, random: &mut fastrand::Rng) -> Vec<u32> {
        const GLANCES: usize = 16;
        let seats = self.taken.len();
        if seats == 0 {
            return Vec::new();
        }
        for _ in 0..GLANCES {
            let first = random.usize(..seats);
            let together = first..(first + party).min(seats);
            let one_row = hall.seats[together.clone()].iter().all(|seat| seat.row == hall.seats[first].row);
            if together.len() == party && one_row && together.clone().all(|seat| !self.taken[seat]) {
                return together.map(|seat| seat as u32).collect();
            }
        }
        let start = random.usize(..seats);
        let around = (start..seats).chain(0..start);
        around.filter(|&seat| !self.taken[seat]).take(party).map(|seat| seat as u32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hall;

    #[test]
    fn the_last_free_seats_are_found() {
        let hall = hall::read(&hall::grid(250, 0)).expect("a hall");
        let mut board = Board::new(&hall);
        board.mark_taken(&(0..250).filter(|seat| ![3, 249].contains(seat)).collect::<Vec<_>>());
        let mut random = fastrand::Rng::with_seed(1);
        let mut chosen = board.choose(&hall, 4, &mut random);
        chosen.sort_unstable();
        assert_eq!(chosen, [3, 249]);
        board.mark_taken(&chosen);
        assert!(board.choose(&hall, 1, &mut random).is_empty());
    }

    #[test]
    fn a_party_sits_in_one_row_where_there_is_room() {
        let hall = hall::read(&hall::grid(1000, 0)).expect("a hall");
        let board = Board::new(&hall);
        let mut random = fastrand::Rng::with_seed(2);
        for _ in 0..100 {
            let chosen = board.choose(&hall, 4, &mut random);
            assert_eq!(chosen.len(), 4);
            assert!(chosen.iter().all(|&seat| hall.seats[seat as usize].row == hall.seats[chosen[0] as usize].row));
        }
    }
}
