//! The whole application, from settings to a port, and back down again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;

use super::doors::DoorKeeper;
use super::gateways::{Gateways, run_errands};
use super::plain;
use super::{Data, House, HouseOptions, scrub, warnings};
use crate::actors::Clock;
use crate::config::{Settings, secret_file};
use crate::http::{self, HoldTokens, JournalFigures, Parts, Readiness, ServerHandle, SharedJournal};
use crate::journal::{Journal, Position};
use crate::payments::simulated::SimulatedGateway;

/// For the views to catch up before the server begins to answer; behind after that, they go on catching up.
const VIEWS_WAIT: Duration = Duration::from_secs(10);

/// A server that answers.
pub struct Running {
    pub house: House,
    pub address: SocketAddr,
    /// The embedded provider, where payments are simulated: for tests, which play its buyers.
    pub simulated: Option<Arc<SimulatedGateway>>,
    /// Made at this first start, to be shown to its owner once.
    pub new_key: Option<String>,
    keeper: DoorKeeper,
    data: Data,
    http: ServerHandle,
    serving: Arc<AtomicBool>,
    farewell: Farewell,
}

/// How long the end may take.
#[derive(Clone, Copy, Debug)]
struct Farewell {
    /// Not ready, but answering: for load balancers to notice, and for clients to let go of their connections.
    drain: Duration,
    /// From the first to the last.
    in_all: Duration,
}

/// Starts everything inside the current actix system. `progress(position, end)` is called while the store catches up.
pub async fn start(
    settings: &Settings,
    clock: Clock,
    progress: &mut dyn FnMut(Position, Position),
) -> anyhow::Result<Running> {
    let address = settings.listen_address()?;
    let (serving_options, callers) = (plain::serving(settings)?, plain::caller_limits(settings)?);
    // First of all, so that a port in use is said at once.
    let listener = http::listen(address).with_context(|| format!("listening on {address}"))?;
    let dir = &settings.data.dir;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"), data = %dir.display(), settings = settings.files.join(", "),
        payments = ?settings.payments.gateway, "starting"
    );
    warnings::say(settings);
    std::fs::create_dir_all(dir).with_context(|| format!("the data directory {}", dir.display()))?;
    let journal_options = plain::journal(settings);
    let faults = journal_options.faults.clone();
    let data = Data::open(dir, journal_options, plain::store(settings), progress)?;
    let gateways = Gateways::open(settings, dir)?;
    // Secrets are made after all that refuses a start for what is on disk: of a new one is told once.
    let tokens = secret_file::read_or_create(dir, secret_file::HOLD_TOKENS).context("the secret of hold tokens")?;
    if tokens.is_new && data.journal.end().0 > Position::ZERO {
        tracing::warn!(
            "there was no hold-tokens.secret beside the journal: a new one was made, and tokens that were given out before \
             open nothing any more. If you have a copy of the old one, stop and put it back"
        );
    }
    let (keeper, new_key) = DoorKeeper::open(&settings.auth, dir)?;
    let options = HouseOptions {
        limits: plain::limits(settings),
        restart_policy: plain::restarts(settings),
        clock,
        checkout: plain::checkout(settings),
        gateways: gateways.all,
    };
    let house = House::open(data.journal.clone(), data.store.clone(), options);
    let simulated = gateways.simulated.map(|(gateway, errands)| {
        run_errands(gateway.clone(), errands, house.checkouts.clone());
        gateway
    });
    if let Err(error) = house.ready(VIEWS_WAIT).await {
        tracing::warn!(%error, "selling begins while the views are catching up");
        let catching_up = house.clone();
        actix_rt::spawn(async move { while catching_up.ready(VIEWS_WAIT).await.is_err() {} });
    }
    scrub::start(data.journal.clone());

    let serving = Arc::new(AtomicBool::new(true));
    let parts = Parts {
        directory: house.directory.clone(),
        venues: house.venues.clone(),
        views: house.views.clone(),
        seat_watch: house.seat_watch.clone(),
        store: house.store.clone(),
        checkouts: house.checkouts.clone(),
        journal: SharedJournal(data.journal.clone()),
        tokens: HoldTokens::new(tokens.secret),
        doors: keeper.doors.clone(),
        limits: plain::http_limits(settings),
        callers,
        chaos: settings.chaos.enabled.then(|| plain::chaos(faults)),
        journal_figures: {
            let journal = data.journal.clone();
            JournalFigures(Arc::new(move || journal.figures()))
        },
        readiness: Readiness { journal: data.journal.health(), serving: serving.clone() },
    };
    let address = listener.local_addr().context("the port")?;
    let server = http::serve(listener, parts, serving_options).context("the HTTP server")?;
    let http = server.handle();
    actix_rt::spawn(server);
    actix_rt::spawn(keeper.clone().watch());
    let farewell = Farewell {
        drain: Duration::from_millis(settings.http.drain_ms.into()),
        in_all: Duration::from_secs(settings.http.shutdown_seconds.into()),
    };
    Ok(Running { house, address, simulated, new_key, keeper, data, http, serving, farewell })
}

impl Running {
    /// A clean stop: not ready and nothing begun any more; what is in flight answered; snapshots stored, all closed.
    pub async fn stop(self) -> anyhow::Result<()> {
        let deadline = Instant::now() + self.farewell.in_all;
        self.serving.store(false, Ordering::Release);
        self.house.seat_watch.close();
        tokio::time::sleep(self.farewell.drain.min(self.farewell.in_all / 4)).await;
        // The other half is for the shows.
        if tokio::time::timeout(self.farewell.in_all / 2, self.http.stop(true)).await.is_err() {
            tracing::warn!("some requests were not done in time; their connections are closed");
            self.http.stop(false).await;
        }
        self.keeper.keep_uses();
        self.house.leave(deadline.saturating_duration_since(Instant::now())).await;
        drop(self.house);
        self.data.close()
    }
}
