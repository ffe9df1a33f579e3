//! How many commands may be inside at once. actix mailboxes do not bound `send`; this does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A number of permits, some of them taken.
#[derive(Debug)]
pub struct Permits {
    max: u32,
    taken: AtomicU32,
}

/// Gives its permit back when dropped.
#[derive(Debug)]
pub struct Permit(Arc<Permits>);

impl Permits {
    pub fn new(max: u32) -> Arc<Self> {
        Arc::new(Self { max, taken: AtomicU32::new(0) })
    }

    /// At once or not at all: who gets none is told to come back, not queued.
    pub fn try_take(self: &Arc<Self>) -> Option<Permit> {
        let before = self.taken.fetch_add(1, Ordering::AcqRel);
        if before >= self.max {
            self.taken.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        Some(Permit(self.clone()))
    }

    pub fn max(&self) -> u32 {
        self.max
    }

    pub fn taken(&self) -> u32 {
        self.taken.load(Ordering::Acquire).min(self.max)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permit_that_was_given_back_can_be_taken_again() {
        let permits = Permits::new(1);
        let first = permits.try_take();
        assert!(first.is_some());
        assert!(permits.try_take().is_none());
        drop(first);
        assert!(permits.try_take().is_some());
        assert_eq!(permits.taken(), 0);
    }
}
