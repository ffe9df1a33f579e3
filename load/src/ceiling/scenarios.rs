//! What is measured, and the two servers that it is measured on.

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use uuid::Uuid;

use super::CeilingArguments;
use super::hammer::{Pass, hammer};
use super::work::{Kept, Work, WorkKind};
use crate::hall;
use crate::history::{RunDirectory, Setup};
use crate::http::Target;
use crate::server::{Office, OnSaleTerms, ServerCommand, ServerProcess, put_on_sale};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Scenario {
    Noop,
    BareAppend,
    Hold,
    HoldAndConfirm,
    Checkout,
    BestAvailable,
    Standing,
    ManyShows,
    SeatMap,
}

impl Scenario {
    pub const ALL: [Self; 9] = [
        Self::Noop,
        Self::BareAppend,
        Self::Hold,
        Self::HoldAndConfirm,
        Self::Checkout,
        Self::BestAvailable,
        Self::Standing,
        Self::ManyShows,
        Self::SeatMap,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Noop => "no-op JSON POST",
            Self::BareAppend => "append to a bare file and sync, nothing else",
            Self::Hold => "durable holds, one hot show",
            Self::HoldAndConfirm => "durable hold + confirm, one hot show",
            Self::Checkout => "checkouts until booked, one hot show",
            Self::BestAvailable => "durable best-available holds of 2, one hot show",
            Self::Standing => "durable holds of standing places, one hot area",
            Self::ManyShows => "durable holds, 64 shows at once",
            Self::SeatMap => "seat-map reads, 480 seats, half sold",
        }
    }

    fn work(self) -> WorkKind {
        match self {
            Self::Noop => WorkKind::Noop,
            Self::BareAppend => WorkKind::BareAppend,
            Self::Hold | Self::ManyShows => WorkKind::Hold,
            Self::HoldAndConfirm => WorkKind::HoldAndConfirm,
            Self::Checkout => WorkKind::Checkout,
            Self::BestAvailable => WorkKind::Best { quantity: 2 },
            Self::Standing => WorkKind::Standing,
            Self::SeatMap => WorkKind::SeatMap,
        }
    }
}

/// The server, and beside it the one that decides nothing; both idle while the other is called.
pub struct Arena {
    server: ServerProcess,
    _noop: NoopProcess,
    noop_target: Target,
    /// The server, as those see it who are measured.
    callers_target: Target,
    seats: usize,
    data: PathBuf,
    bare_file: PathBuf,
}

impl Arena {
    pub fn open(arguments: &CeilingArguments, directory: &RunDirectory) -> Result<Self> {
        let data = directory.file("data");
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        let command = ServerCommand {
            binary: arguments.server.clone(),
            data: data.clone(),
            key: "load-ceiling".into(),
            log: directory.file("server.log"),
            environment: arguments.settings.clone(),
        };
        let server = command.start()?;
        Office::new(server.target.clone())?.wait_until_ready(Duration::from_secs(60))?;
        let bare_file = directory.file("bare-log");
        let (noop, noop_target) = start_noop(&bare_file)?;
        let callers_target = if arguments.without_key { server.target.without_key() } else { server.target.clone() };
        Ok(Self { server, _noop: noop, noop_target, callers_target, seats: arguments.seats, data, bare_file })
    }

    /// On shows of its own.
    pub fn play(&self, scenario: Scenario, connections: usize, length: Duration) -> Result<Pass> {
        let (target, setup) = match scenario {
            Scenario::Noop | Scenario::BareAppend => (self.noop_target.clone(), None),
            _ => (self.callers_target.clone(), Some(self.put_on_sale(scenario)?)),
        };
        let hall = setup.as_ref().map_or_else(|| hall::read(&hall::theatre()), |setup| Ok(setup.hall.clone()))?;
        let shows = setup.iter().flat_map(|setup| &setup.shows).map(|show| show.show_id).collect();
        let name = Uuid::now_v7().simple().to_string();
        let (next, kept) = (Cell::new(0), RefCell::default());
        let mut work = Work { kind: scenario.work(), shows, hall, name, next, kept };
        match scenario {
            Scenario::SeatMap => self.sell_half(&work)?,
            // As many as could be had in that time: they last.
            Scenario::Checkout => work.kept = self.hold(&work, connections, length)?,
            Scenario::Noop
            | Scenario::BareAppend
            | Scenario::Hold
            | Scenario::HoldAndConfirm
            | Scenario::BestAvailable
            | Scenario::Standing
            | Scenario::ManyShows => {}
        }
        hammer(&Rc::new(work), target, connections, length).with_context(|| scenario.name().to_owned())
    }

    fn put_on_sale(&self, scenario: Scenario) -> Result<Setup> {
        let (venue, shows) = match scenario {
            Scenario::Noop | Scenario::BareAppend | Scenario::SeatMap => (hall::theatre(), 1),
            Scenario::Standing => (hall::grid(100, 1_000_000), 1),
            Scenario::ManyShows => (hall::grid(self.seats / 32, 0), 64),
            Scenario::Hold | Scenario::HoldAndConfirm | Scenario::Checkout | Scenario::BestAvailable => {
                (hall::grid(self.seats, 0), 1)
            }
        };
        let terms = OnSaleTerms { venue, shows, hold_seconds: 600, max_per_customer: None, seed: 0 };
        put_on_sale(&mut Office::new(self.server.target.clone())?, &terms)
    }

    fn sell_half(&self, work: &Work) -> Result<()> {
        let mut selling = before(work, WorkKind::HoldAndConfirm);
        selling.hall.seats.truncate(selling.hall.seats.len() / 2);
        hammer(&Rc::new(selling), self.server.target.clone(), 8, Duration::from_secs(10)).map(drop)
    }

    fn hold(&self, work: &Work, connections: usize, length: Duration) -> Result<RefCell<Vec<Kept>>> {
        let holding = Rc::new(before(work, WorkKind::HoldAndKeep));
        hammer(&holding, self.server.target.clone(), connections, length)?;
        Ok(RefCell::new(holding.kept.take()))
    }

    pub fn close(mut self) -> Result<()> {
        let data = std::mem::take(&mut self.data);
        self.server.stop()?;
        if data.exists() {
            std::fs::remove_dir_all(&data).with_context(|| format!("cannot remove {}", data.display()))?;
        }
        let bare = &self.bare_file;
        std::fs::remove_file(bare).with_context(|| format!("cannot remove {}", bare.display()))
    }
}

/// What is done on the same shows before anything is measured.
fn before(work: &Work, kind: WorkKind) -> Work {
    let (next, kept) = (Cell::new(0), RefCell::default());
    let name = format!("{}-before", work.name);
    Work { kind, shows: work.shows.clone(), hall: work.hall.clone(), name, next, kept }
}

/// Ends with the run, however that ends.
struct NoopProcess(Child);

impl Drop for NoopProcess {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A process of its own, as the server is.
fn start_noop(bare_file: &Path) -> Result<(NoopProcess, Target)> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("noop")
        .arg(bare_file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the no-op server")?;
    let output = child.stdout.take();
    let process = NoopProcess(child);
    let mut line = String::new();
    BufReader::new(output.context("its output is piped")?).read_line(&mut line)?;
    let url = line.trim().strip_prefix("listening on ").context("the no-op server does not say where it listens")?;
    Ok((process, Target::parse(url, "none")?))
}
