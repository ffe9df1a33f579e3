//! The HTTP layer, and the only place that knows actix-web.
//!
//! [`routes`] has every route on one screen. A request passes [`edge`] (request id, metrics, panics), then the file of
//! its resource in `resources/`, which parses with `request/`, asks the directory or a view, and answers. What goes
//! wrong becomes a [`problem`]. No rule of the box office is here, and no setting is read: [`Parts`] are plain values.

mod access;
mod answer;
mod backlog;
mod compression;
mod conditional;
mod connections;
mod edge;
mod fresh_ids;
mod hold_token;
mod limits;
mod metrics;
mod open_files;
mod openapi;
mod problem;
mod request;
mod resources;
mod route;
mod routes;
mod serve;
mod state;

pub use access::{Admits, Doors, Party};
pub use actix_web::dev::ServerHandle;
pub use backlog::listen;
pub use edge::cors::Origins;
pub use edge::request_id::RequestId;
pub use hold_token::HoldTokens;
pub use limits::{CallerLimits, Networks, Proxies, ProxyHeader, Rate};
pub use route::Route;
pub use routes::all as routes;
pub use serve::{Serving, serve};
pub use state::{Chaos, DiskMode, JournalFigures, Limits, Parts, Readiness, SharedJournal};
