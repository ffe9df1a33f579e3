//! Commands that are being worked on: who sends one a second time meanwhile is told to wait for the first.

use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use ahash::AHashSet;

use super::incoming::state;
use crate::domain::CommandId;
use crate::http::problem::{Problem, kinds};

const SHARDS: usize = 32;

/// By the low bits of the id: many requests come at once. There are never more of them than requests inside.
#[derive(Default)]
pub struct InFlight([Shard; SHARDS]);

/// On a cache line of its own, so that workers do not wait for each other's.
#[derive(Default)]
#[repr(align(64))]
struct Shard(Mutex<AHashSet<CommandId>>);

/// One command in flight; it has landed when this is dropped. Keeps its request, by which it finds the others: that is no
/// count which all workers share.
pub struct Flight {
    request: HttpRequest,
    id: CommandId,
}

impl Flight {
    pub fn begin(request: &HttpRequest, id: CommandId) -> Result<Self, Problem> {
        if state(request).in_flight.begin(id) {
            return Ok(Self { request: request.clone(), id });
        }
        let detail = "a request with this key has not been answered yet; ask again with the same key";
        Err(Problem::new(kinds::IDEMPOTENCY_KEY_IN_FLIGHT, detail).header(RETRY_AFTER, HeaderValue::from(1)))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        state(&self.request).in_flight.end(self.id);
    }
}

impl InFlight {
    fn begin(&self, id: CommandId) -> bool {
        self.shard(id).insert(id)
    }

    fn end(&self, id: CommandId) {
        self.shard(id).remove(&id);
    }

    fn shard(&self, id: CommandId) -> MutexGuard<'_, AHashSet<CommandId>> {
        let shard = &self.0[(id.0 % SHARDS as u128) as usize];
        shard.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_flies_once_at_a_time() {
        let all = InFlight::default();
        assert!(all.begin(CommandId(1)));
        assert!(!all.begin(CommandId(1)));
        assert!(all.begin(CommandId(33)), "another one on the same shard");
        all.end(CommandId(1));
        assert!(all.begin(CommandId(1)));
    }
}
