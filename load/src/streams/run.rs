//! The run: a server, a show, everybody who watches, then the changes; and the bars.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::task::LocalSet;

use super::StreamsArguments;
use super::changes::{self, AllMade};
use super::listener::{Heard, Listener};
use super::memory::resident_kib;
use super::record::Record;
use super::verdict::{check, lags};
use crate::hall;
use crate::history::RunDirectory;
use crate::http::Target;
use crate::measure::Latency;
use crate::server::{Office, OnSaleTerms, ServerCommand, put_on_sale};

/// After the last change, for everybody to hear of it.
const HEARD_WITHIN: Duration = Duration::from_secs(60);
const READY_WITHIN: Duration = Duration::from_secs(60);
/// Opened at a time.
const OPENING_AT_ONCE: usize = 50;
/// Everything is touched once before the memory is measured.
const WARM_UP_SECONDS: u32 = 5;

/// What is played on.
struct Stage<'a> {
    target: &'a Target,
    /// The server's.
    process: u32,
    show: &'a str,
    seats: &'a [String],
    /// Everything that was done before.
    after: String,
}

struct Outcome {
    all_heard: Vec<Heard>,
    record: Record,
    made: AllMade,
    grown_kib: u64,
}

/// Whether everybody heard everything, in order, soon, at a fair price.
pub fn run(arguments: &StreamsArguments) -> Result<bool> {
    let directory = RunDirectory::create(&arguments.out)?;
    let server = command(arguments, &directory).start()?;
    let mut office = Office::new(server.target.clone())?;
    office.wait_until_ready(READY_WITHIN)?;
    let venue = hall::grid(arguments.seats, 0);
    let terms = OnSaleTerms { venue, shows: 1, hold_seconds: 600, max_per_customer: None, seed: 1 };
    let setup = put_on_sale(&mut office, &terms)?;
    let show = setup.shows[0].show_id.to_string();
    let seats: Vec<String> = setup.hall.seats.iter().map(|seat| seat.label.clone()).collect();
    let made = changes::make(&server.target, &show, &seats, arguments.changes_per_second, WARM_UP_SECONDS)?;
    let after = made.keys().max().context("the warm-up has changed nothing")?.to_string();

    let outcome =
        play(arguments, &Stage { target: &server.target, process: server.id(), show: &show, seats: &seats, after })?;
    server.stop()?;
    report(arguments, &outcome)
}

fn command(arguments: &StreamsArguments, directory: &RunDirectory) -> ServerCommand {
    let room = ("UNDERSTUDY__HTTP__STREAMS_MAX".to_owned(), arguments.streams.to_string());
    ServerCommand {
        binary: arguments.server.clone(),
        data: directory.file("data"),
        key: "the-load-holds-this-key".into(),
        log: directory.file("server.log"),
        environment: std::iter::once(room).chain(arguments.settings.iter().cloned()).collect(),
    }
}

fn play(arguments: &StreamsArguments, stage: &Stage<'_>) -> Result<Outcome> {
    let before_kib = resident_kib(stage.process)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = LocalSet::new();
    tasks.block_on(&runtime, async {
        let listeners = open(arguments.streams, stage).await?;
        println!("{} streams are open", listeners.len());
        let record = Rc::new(RefCell::new(Record::default()));
        // Unknown until the last change is made.
        let whole = Arc::new(AtomicUsize::new(usize::MAX));
        let listening: Vec<_> = listeners
            .into_iter()
            .map(|listener| {
                let whole = whole.clone();
                let is_complete = move |at| at >= whole.load(Ordering::Acquire);
                tokio::task::spawn_local(listener.listen(record.clone(), is_complete))
            })
            .collect();
        let made = make_beside(arguments, stage).await?;
        let during_kib = resident_kib(stage.process)?;
        // One more, which nobody measures: it wakes those who have heard everything else.
        let last = heard_of(&record, &made).await?;
        whole.store(last, Ordering::Release);
        changes::make_one(stage.target, stage.show, &stage.seats[stage.seats.len() - 1]).await?;
        let mut all_heard = Vec::new();
        for one in listening {
            let heard = tokio::time::timeout(HEARD_WITHIN, one).await.context("a listener did not hear everything")?;
            all_heard.push(heard??);
        }
        let record = record.take().up_to(last);
        Ok(Outcome { all_heard, record, made, grown_kib: during_kib.saturating_sub(before_kib) })
    })
}

async fn open(streams: usize, stage: &Stage<'_>) -> Result<Vec<Listener>> {
    let path: Rc<str> = format!("/v1/shows/{}/seats/stream", stage.show).into();
    let mut listeners = Vec::with_capacity(streams);
    while listeners.len() < streams {
        let count = OPENING_AT_ONCE.min(streams - listeners.len());
        let opening: Vec<_> = (0..count)
            .map(|_| {
                let (target, path, after) = (stage.target.clone(), path.clone(), stage.after.clone());
                tokio::task::spawn_local(async move { Listener::open(&target, &path, &after).await })
            })
            .collect();
        for one in opening {
            listeners.push(one.await??);
        }
    }
    ensure!(listeners.iter().all(|one| one.version == listeners[0].version), "all begin at the same version");
    Ok(listeners)
}

/// The buyers have a thread of their own: who listens must not make them wait.
async fn make_beside(arguments: &StreamsArguments, stage: &Stage<'_>) -> Result<AllMade> {
    let (target, show, seats) = (stage.target.clone(), stage.show.to_owned(), stage.seats.to_vec());
    let (per_second, seconds) = (arguments.changes_per_second, arguments.seconds);
    let (tell, made) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        // Nobody waits for it where the run has failed.
        let _ = tell.send(changes::make(&target, &show, &seats, per_second, seconds));
    });
    made.await.context("the buyers' thread ended")?
}

/// The length of the record once it has the last change that was made.
async fn heard_of(record: &RefCell<Record>, made: &AllMade) -> Result<usize> {
    let last = made.keys().max().context("nothing was done")?;
    let id = format!("id: {last}-");
    let heard = async {
        loop {
            let end = record.borrow().events().find_map(|(end, event)| event.starts_with(&id).then_some(end));
            match end {
                Some(end) => break end,
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    };
    tokio::time::timeout(HEARD_WITHIN, heard).await.context("nobody has heard of the last change")
}

fn report(arguments: &StreamsArguments, outcome: &Outcome) -> Result<bool> {
    let places = check(&outcome.record, &outcome.made)?;
    let changes: usize = outcome.made.values().map(|made| made.changes.len()).sum();
    println!("every listener heard every change in order: {changes} changes in {} commits", places.len());
    let (from_sent, from_acknowledged) = lags(&outcome.all_heard, &places, &outcome.made);
    println!("lag from being sent:         {}", words(&from_sent));
    println!("lag from being acknowledged: {}", words(&from_acknowledged));
    let reads: usize = outcome.all_heard.iter().map(Vec::len).sum();
    let per_stream = outcome.grown_kib / arguments.streams as u64;
    println!("the server grew by {} KiB, {per_stream} for each stream; {reads} reads", outcome.grown_kib);
    let p99_ms = from_sent.quantile_us(0.99) / 1_000;
    let is_soon = p99_ms < arguments.lag_p99_ms;
    let is_small = per_stream < arguments.stream_kib;
    println!(
        "verdict: {} streams, {} changes/s: lag p99 {p99_ms} ms (bar: {}), {per_stream} KiB each (bar: {}): {}",
        arguments.streams,
        arguments.changes_per_second,
        arguments.lag_p99_ms,
        arguments.stream_kib,
        if is_soon && is_small { "met" } else { "missed" }
    );
    Ok(is_soon && is_small)
}

fn words(latency: &Latency) -> String {
    let ms = |quantile| latency.quantile_us(quantile) as f64 / 1_000.0;
    let max_ms = latency.max_us() as f64 / 1_000.0;
    format!("p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms, max {max_ms:.1} ms", ms(0.5), ms(0.99), ms(0.999))
}
