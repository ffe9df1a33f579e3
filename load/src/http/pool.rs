//! The connections of one thread of buyers. Who finds none free waits, and the wait is part of the latency they see.

use std::cell::RefCell;
use std::io::{Error, ErrorKind, Result};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{Connection, RawAnswer, Request, Target};

/// Servers close connections that say nothing for some seconds. One that was used longer ago is not trusted, so that
/// such an end is never mistaken for a lost answer.
const IDLE_MAX: Duration = Duration::from_secs(2);

pub struct Pool {
    target: Target,
    places: Semaphore,
    idle: RefCell<Vec<(Connection, Instant)>>,
    answer_within: Duration,
}

impl Pool {
    pub fn new(target: Target, connections: usize, answer_within: Duration) -> Self {
        Self { target, places: Semaphore::new(connections), idle: RefCell::default(), answer_within }
    }

    /// An error says that the outcome is unknown, unless the connection was never made.
    pub async fn exchange(&self, request: &Request<'_>) -> Result<RawAnswer> {
        let _place = self.places.acquire().await.expect("the semaphore is never closed");
        let work = async {
            let mut connection = match self.idle() {
                Some(connection) => connection,
                None => Connection::open(self.target.address()).await?,
            };
            let mut bytes = Vec::with_capacity(512 + request.body.len());
            request.encode(self.target.key(), &mut bytes);
            let answer = connection.exchange(&bytes).await?;
            if !answer.last {
                self.idle.borrow_mut().push((connection, Instant::now()));
            }
            Ok(answer)
        };
        let answer = timeout(self.answer_within, work).await.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()));
        if answer.as_ref().is_err_and(|error: &Error| error.kind() != ErrorKind::TimedOut) {
            // The server has gone, and all that was connected to it.
            self.idle.borrow_mut().clear();
        }
        answer
    }

    fn idle(&self) -> Option<Connection> {
        let mut idle = self.idle.borrow_mut();
        let (connection, since) = idle.pop()?;
        if since.elapsed() < IDLE_MAX {
            return Some(connection);
        }
        // The others have been idle for longer.
        idle.clear();
        None
    }
}
