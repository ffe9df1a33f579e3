//! Where the server is, and the key that it is called with.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};

/// Shared by all who call. A server that was killed may come back on another port: then this is told.
#[derive(Clone, Debug)]
pub struct Target {
    address: Arc<Mutex<SocketAddr>>,
    key: Option<Arc<str>>,
}

impl Target {
    pub fn new(address: SocketAddr, key: &str) -> Self {
        Self { address: Arc::new(Mutex::new(address)), key: Some(key.into()) }
    }

    /// From `http://127.0.0.1:8080`. Anything but loopback is refused: this tool crashes what it talks to.
    pub fn parse(url: &str, key: &str) -> Result<Self> {
        let address = url.trim().trim_start_matches("http://").trim_end_matches('/');
        let address: SocketAddr =
            address.parse().with_context(|| format!("{url} is not an address like http://127.0.0.1:8080"))?;
        if !address.ip().is_loopback() {
            bail!("{url} is not on loopback; load never leaves the machine");
        }
        Ok(Self::new(address, key))
    }

    pub fn address(&self) -> SocketAddr {
        *self.address.lock().expect("no one panics while holding an address")
    }

    pub fn moved_to(&self, address: SocketAddr) {
        *self.address.lock().expect("no one panics while holding an address") = address;
    }

    /// The same server, called by somebody whom it does not know.
    pub fn without_key(&self) -> Self {
        Self { address: self.address.clone(), key: None }
    }

    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_ever_called() {
        assert!(Target::parse("http://127.0.0.1:80/", "k").is_ok());
        assert!(Target::parse("http://192.0.2.1:80", "k").is_err());
        assert!(Target::parse("example.org", "k").is_err());
    }
}
