//! HTTP/1.1 as cheaply as it can be had: the client shares its cores with the server it measures, so whatever it costs
//! is taken from the server.
//!
//! No TLS, no redirects, no compression, loopback only.

mod chunks;
mod connection;
mod pool;
mod request;
mod target;

pub use chunks::Chunks;
pub use connection::{Connection, RawAnswer};
pub use pool::Pool;
pub use request::Request;
pub use target::Target;
