//! Room for those who knock at the same moment. When an on-sale begins, thousands connect within a few milliseconds; for
//! whom the kernel has no room, it does not answer, and their systems try again after a whole second.

use std::io;
use std::net::{SocketAddr, TcpListener};

/// Connections that wait to be accepted. The kernel gives less where `net.core.somaxconn` says less; the standard library
/// asks for 128.
const BACKLOG: i32 = 4096;

/// Whoever knocks from here on waits until the server runs.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    // It listens already: the second time only changes the number.
    rustix::net::listen(&listener, BACKLOG)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    /// Twice what there was room for before.
    const KNOCKING: usize = 256;

    #[test]
    fn many_who_knock_at_once_are_let_in_without_a_second_try() {
        let given: usize = std::fs::read_to_string("/proc/sys/net/core/somaxconn")
            .map_or(usize::MAX, |text| text.trim().parse().expect("a number"));
        if given < KNOCKING {
            return eprintln!("skipped: this machine has room for {given} (net.core.somaxconn)");
        }
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
        let address = listener.local_addr().expect("an address");
        let knock = |_| TcpStream::connect_timeout(&address, Duration::from_millis(900));
        let inside = (0..KNOCKING).map(knock).collect::<io::Result<Vec<_>>>();
        assert_eq!(inside.expect("all of them").len(), KNOCKING);
    }
}
