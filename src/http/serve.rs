//! Starts the server on a socket that is bound already. Signals are the application's business.

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Weak};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::rt::net::TcpStream;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpServer};
use rustix::net::sockopt::set_tcp_user_timeout;

use super::connections::{Connections, SWEEP_EVERY};
use super::edge::Edge;
use super::edge::cors::Origins;
use super::limits::Counted;
use super::open_files::connections_for;
use super::problem::{Problem, kinds};
use super::state::{Parts, State};
use super::{route, routes};

/// How the server treats its connections.
#[derive(Clone, Debug)]
pub struct Serving {
    pub workers: usize,
    /// Open connections per worker; fewer where the process may not open files for so many.
    pub connections_max: usize,
    /// For the head of a request to arrive in full. Of a later one it counts from the end of `keep_alive`.
    pub client_timeout: Duration,
    pub keep_alive: Duration,
    /// A client that takes nothing of its answer for so long is dropped.
    pub stall_timeout: Duration,
    /// Of the address and the headers of a request.
    pub head_bytes_max: usize,
    /// For requests in flight to end once the server is told to stop.
    pub shutdown_seconds: u64,
    /// Whose pages may call from a browser.
    pub origins: Origins,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            connections_max: 25_000,
            client_timeout: Duration::from_secs(5),
            keep_alive: Duration::from_secs(75),
            stall_timeout: Duration::from_secs(30),
            head_bytes_max: 32 << 10,
            shutdown_seconds: 10,
            origins: Origins::Nobodys,
        }
    }
}

/// The returned server runs once it is awaited or spawned.
pub fn serve(listener: TcpListener, parts: Parts, serving: Serving) -> io::Result<Server> {
    // Every connection inherits it. Only the kernel knows whether a client takes what it is sent.
    let stalled_ms = u32::try_from(serving.stall_timeout.as_millis()).unwrap_or(u32::MAX);
    set_tcp_user_timeout(&listener, stalled_ms)?;
    let state = Arc::new(State::new(parts));
    let connections = Arc::new(Connections::new(serving.keep_alive, serving.client_timeout));
    actix_web::rt::spawn(sweep(Arc::downgrade(&state), connections.clone()));
    let (origins, head_bytes_max) = (serving.origins, serving.head_bytes_max);
    let server = HttpServer::new(move || {
        let state = Data::from(state.clone());
        App::new()
            .wrap(Edge { origins: origins.clone(), head_bytes_max })
            .configure(move |config| configure(state, config))
    });
    let server = server
        .workers(serving.workers)
        .max_connections(connections_for(serving.workers, serving.connections_max))
        .on_connect(move |socket, extensions| {
            let socket = socket.downcast_ref::<TcpStream>();
            if let Some(connection) = socket.and_then(|socket| connections.opened(socket)) {
                extensions.insert(connection);
            }
        })
        .client_request_timeout(serving.client_timeout)
        .keep_alive(serving.keep_alive)
        .shutdown_timeout(serving.shutdown_seconds)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// For as long as the server runs.
async fn sweep(state: Weak<State>, connections: Arc<Connections>) {
    while let Some(state) = state.upgrade() {
        state.sweep();
        drop(state);
        connections.sweep();
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

fn configure(state: Data<State>, config: &mut ServiceConfig) {
    let limits = state.parts.limits;
    let body_bytes = |path: &str| if path == routes::IMPORT { limits.import_body_bytes } else { limits.body_bytes };
    route::register(routes::all(), &state.figures, body_bytes, config);
    config.app_data(state);
    config.default_service(web::to(nothing_here));
}

async fn nothing_here(_: Counted) -> Result<&'static str, Problem> {
    Err(Problem::new(kinds::ROUTE_NOT_FOUND, "there is nothing at this address; /docs lists what there is"))
}
