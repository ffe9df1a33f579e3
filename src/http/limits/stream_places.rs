//! Places for live seat maps: so many in all, and where requests of addresses are limited, a share of them for each
//! address, or one could take them all.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ahash::AHashMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Network;

/// An address has room for so many at the least: a household, an office.
const SHARE_MIN: usize = 8;
/// Of all places, for one address.
const SHARES: usize = 10;

pub struct StreamPlaces {
    free: Arc<Semaphore>,
    max: usize,
    /// `None`: an address may have any number.
    share: Option<usize>,
    by_address: Mutex<AHashMap<Network, usize>>,
}

/// One of them, until it is dropped.
pub struct StreamPlace {
    _permit: OwnedSemaphorePermit,
    counted: Option<(Arc<StreamPlaces>, Network)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    InAll,
    /// The address has so many.
    OfAddress(usize),
}

impl StreamPlaces {
    pub fn new(max: usize, are_addresses_limited: bool) -> Self {
        let share = are_addresses_limited.then_some((max / SHARES).max(SHARE_MIN));
        Self { free: Arc::new(Semaphore::new(max)), max, share, by_address: Mutex::default() }
    }

    /// `address`: of who has no key.
    pub fn take(self: &Arc<Self>, address: Option<Network>) -> Result<StreamPlace, NoPlace> {
        let permit = self.free.clone().try_acquire_owned().map_err(|_| NoPlace::InAll)?;
        let (Some(network), Some(share)) = (address, self.share) else {
            return Ok(StreamPlace { _permit: permit, counted: None });
        };
        let mut by_address = self.by_address();
        let open = by_address.entry(network).or_default();
        // None of them is 0, so there was an entry.
        if *open >= share {
            return Err(NoPlace::OfAddress(share));
        }
        *open += 1;
        Ok(StreamPlace { _permit: permit, counted: Some((self.clone(), network)) })
    }

    pub fn open(&self) -> usize {
        self.max.saturating_sub(self.free.available_permits())
    }

    fn by_address(&self) -> MutexGuard<'_, AHashMap<Network, usize>> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let Some((places, network)) = &self.counted else { return };
        let mut by_address = places.by_address();
        let Some(open) = by_address.get_mut(network) else { return };
        *open -= 1;
        if *open == 0 {
            by_address.remove(network);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> Option<Network> {
        Some(Network::of([192, 0, 2, last].into()))
    }

    #[test]
    fn an_address_has_its_share_and_gets_it_back() {
        let places = Arc::new(StreamPlaces::new(100, true));
        let mut taken: Vec<_> = (0..10).map(|_| places.take(address(1)).expect("of its share")).collect();
        assert_eq!(places.take(address(1)).err(), Some(NoPlace::OfAddress(10)));
        let others = (places.take(address(2)).expect("another address"), places.take(None).expect("a key"));
        assert_eq!(places.open(), 12);
        taken.pop();
        drop(places.take(address(1)).expect("one has left"));
        drop((taken, others));
        assert!(places.by_address().is_empty());
        assert_eq!(places.open(), 0);
    }

    #[test]
    fn nobody_gets_more_than_there_are() {
        let places = Arc::new(StreamPlaces::new(2, true));
        let _taken = [places.take(address(1)), places.take(address(1))];
        assert_eq!(places.take(address(2)).err(), Some(NoPlace::InAll));
        let open_to_all = Arc::new(StreamPlaces::new(20, false));
        let taken: Vec<_> = (0..20).map(|_| open_to_all.take(address(1)).expect("any number")).collect();
        assert_eq!((taken.len(), open_to_all.by_address().len()), (20, 0));
    }
}
