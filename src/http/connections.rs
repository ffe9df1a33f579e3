//! Connections whose clients have gone silent are closed.
//!
//! The server library gives the first head of a connection its time, and the pause before each further one. A further head
//! that was begun it waits for without end: one byte would keep a connection for ever. So who has sent no whole request for
//! longer than pause and head may take together is not read from any more. That ends a connection that waits; an answer
//! on its way, a live seat map too, is still sent to its end.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use rustix::net::{Shutdown, shutdown};

/// All that are open.
pub struct Connections {
    open: Mutex<Vec<Watched>>,
    quiet_sweeps_max: u32,
}

struct Watched {
    connection: Weak<Connection>,
    /// Sweeps since something was heard of it.
    quiet_sweeps: u32,
}

/// Kept with the connection, and let go with it.
pub struct Connection {
    /// A file of its own: the server's cannot be reached.
    socket: OwnedFd,
    requests_inside: AtomicU32,
    was_used: AtomicBool,
}

/// A request of a connection that is being worked on.
pub struct Inside(Arc<Connection>);

/// Between two sweeps. No request has to read a clock for this.
pub const SWEEP_EVERY: Duration = Duration::from_secs(1);

impl Connections {
    pub fn new(keep_alive: Duration, client_timeout: Duration) -> Self {
        let seconds = (keep_alive + client_timeout).as_secs_f64().ceil();
        // The first sweep may come at once.
        Self { open: Mutex::default(), quiet_sweeps_max: seconds as u32 + 1 }
    }

    /// `None`: there is no file left to watch it by, which the limit of connections sees to.
    pub fn opened(&self, socket: impl AsFd) -> Option<Arc<Connection>> {
        let socket = socket.as_fd().try_clone_to_owned().ok()?;
        let connection =
            Arc::new(Connection { socket, requests_inside: AtomicU32::new(0), was_used: AtomicBool::new(true) });
        self.all().push(Watched { connection: Arc::downgrade(&connection), quiet_sweeps: 0 });
        Some(connection)
    }

    /// To be done [every second](SWEEP_EVERY).
    pub fn sweep(&self) {
        // Nobody who connects meanwhile waits for it.
        let mut open = std::mem::take(&mut *self.all());
        open.retain_mut(|watched| watched.is_to_be_kept(self.quiet_sweeps_max));
        self.all().append(&mut open);
    }

    fn all(&self) -> MutexGuard<'_, Vec<Watched>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched {
    fn is_to_be_kept(&mut self, quiet_sweeps_max: u32) -> bool {
        let Some(connection) = self.connection.upgrade() else { return false };
        if connection.is_in_use() {
            self.quiet_sweeps = 0;
            return true;
        }
        self.quiet_sweeps += 1;
        if self.quiet_sweeps <= quiet_sweeps_max {
            return true;
        }
        // It fails where the client has gone already.
        let _ = shutdown(&connection.socket, Shutdown::Read);
        false
    }
}

impl Connection {
    pub fn enter(self: &Arc<Self>) -> Inside {
        self.requests_inside.fetch_add(1, Ordering::Relaxed);
        Inside(self.clone())
    }

    fn is_in_use(&self) -> bool {
        self.was_used.swap(false, Ordering::Relaxed) || self.requests_inside.load(Ordering::Relaxed) > 0
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.was_used.store(true, Ordering::Relaxed);
        self.0.requests_inside.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn who_is_quiet_for_too_long_is_not_read_from_unless_a_request_is_inside() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let _client = TcpStream::connect(listener.local_addr().expect("an address")).expect("it listens");
        let (mut server, _) = listener.accept().expect("a connection");
        server.set_nonblocking(true).expect("it can be set");
        let connections = Connections::new(Duration::from_millis(700), Duration::from_millis(400));
        let connection = connections.opened(&server).expect("a file");
        let mut is_open = || server.read(&mut [0]).is_err();
        let sweep = |times| (0..times).for_each(|_| connections.sweep());
        let inside = connection.enter();
        sweep(10);
        assert!(is_open(), "a request is inside");
        drop(inside);
        sweep(4);
        assert!(is_open(), "it has been quiet for three sweeps");
        sweep(1);
        assert!(!is_open());
        assert!(connections.all().is_empty());
    }

    #[test]
    fn a_connection_that_has_gone_is_forgotten() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let connections = Connections::new(Duration::ZERO, Duration::ZERO);
        drop(connections.opened(&listener).expect("a file"));
        connections.sweep();
        assert!(connections.all().is_empty());
    }
}
