//! Commands that are being worked on: who sends one a second time meanwhile is told to wait for the first.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use ahash::AHashSet;

use crate::domain::CommandId;
use crate::http::problem::{Problem, kinds};

const SHARDS: usize = 32;

/// By the low bits of the id: many requests come at once. There are never more of them than requests inside. Cheap to
/// clone.
#[derive(Clone, Default)]
pub struct InFlight(Arc<[Mutex<AHashSet<CommandId>>; SHARDS]>);

/// One command in flight; it has landed when this is dropped.
pub struct Flight {
    all: InFlight,
    id: CommandId,
}

impl InFlight {
    pub fn begin(&self, id: CommandId) -> Result<Flight, Problem> {
        if self.shard(id).insert(id) {
            return Ok(Flight { all: self.clone(), id });
        }
        let detail = "a request with this key has not been answered yet; ask again with the same key";
        Err(Problem::new(kinds::IDEMPOTENCY_KEY_IN_FLIGHT, detail).header(RETRY_AFTER, HeaderValue::from(1)))
    }

    fn shard(&self, id: CommandId) -> MutexGuard<'_, AHashSet<CommandId>> {
        let shard = &self.0[(id.0 % SHARDS as u128) as usize];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.all.shard(self.id).remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_flies_once_at_a_time() {
        let all = InFlight::default();
        let flight = all.begin(CommandId(1)).expect("the first");
        assert!(all.begin(CommandId(1)).is_err());
        drop(all.begin(CommandId(33)).expect("another one"));
        drop(flight);
        drop(all.begin(CommandId(1)).expect("the first has landed"));
    }
}
