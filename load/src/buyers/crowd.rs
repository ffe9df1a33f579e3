//! Threads of buyers. Each thread has its own connections, figures and recorder, and shares nothing while it runs: the
//! load's own locks must not be what is measured.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use tokio::task::LocalSet;
use tokio::time::{sleep, sleep_until};

use super::board::Board;
use super::desk::{Desk, Keys, Patience};
use super::mix::Mix;
use super::pace::{Pace, gap};
use super::visit::{Lobby, Parting, visit};
use crate::history::{Recorder, Setup};
use crate::http::{Pool, Target};
use crate::measure::{Live, Meter};

/// Buyers that one thread has under way at once: past this the server has lost the race, and the run says so.
const UNDER_WAY_MAX: usize = 100_000;

#[derive(Clone)]
pub struct Crowd {
    pub target: Target,
    pub setup: Arc<Setup>,
    pub mix: Mix,
    pub pace: Pace,
    pub threads: usize,
    pub connections: usize,
    pub duration: Duration,
    pub patience: Patience,
    /// No more buyers are let in once it is set.
    pub stop: Arc<AtomicBool>,
    pub live: Arc<Live>,
}

pub struct CrowdResult {
    pub meter: Meter,
    pub took: Duration,
    /// Buyers who were not let in because too many were waiting already.
    pub not_let_in: u64,
}

impl Crowd {
    /// Runs to the end: until the time is up or `stop` is set, and everyone inside has finished.
    pub fn run(&self, recorder: impl Fn() -> Recorder) -> Result<CrowdResult> {
        let start = Instant::now();
        let work = |thread: usize, recorder: Recorder| self.run_thread(thread, start, recorder);
        let results = std::thread::scope(|scope| {
            let started: Vec<_> = (0..self.threads)
                .map(|thread| {
                    let recorder = recorder();
                    scope.spawn(move || work(thread, recorder))
                })
                .collect();
            started.into_iter().map(|thread| thread.join()).collect::<Vec<_>>()
        });
        let mut meter = Meter::new(start, self.live.clone());
        let mut not_let_in = 0;
        for result in results {
            let (part, turned_away) = result.map_err(|_| anyhow!("a thread of buyers panicked"))??;
            meter.add(&part);
            not_let_in += turned_away;
        }
        let took = start.elapsed().min(self.duration);
        Ok(CrowdResult { meter, took, not_let_in })
    }

    fn run_thread(&self, thread: usize, start: Instant, recorder: Recorder) -> Result<(Meter, u64)> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let connections = self.connections.div_ceil(self.threads);
        let boards = self.setup.shows.iter().map(|_| RefCell::new(Board::new(&self.setup.hall))).collect();
        let lobby = Rc::new(Lobby {
            desk: Desk {
                setup: self.setup.clone(),
                pool: Pool::new(self.target.clone(), connections, self.patience.answer_within),
                meter: RefCell::new(Meter::new(start, self.live.clone())),
                recorder: RefCell::new(recorder),
                patience: self.patience,
                keys: Keys::new(thread, self.threads),
            },
            mix: self.mix.clone(),
            index: self.setup.hall.index(),
            boards,
            seed: self.setup.seed,
        });
        let tasks = LocalSet::new();
        let let_in = self.let_in(lobby.clone(), thread, start + self.duration);
        let turned_away = runtime.block_on(tasks.run_until(let_in));
        drop(tasks);
        let lobby = Rc::into_inner(lobby).ok_or_else(|| anyhow!("a buyer is still in the lobby"))?;
        Ok((lobby.desk.meter.into_inner(), turned_away))
    }

    /// Buyers come until `end`; then everyone inside may finish.
    async fn let_in(&self, lobby: Rc<Lobby>, thread: usize, end: Instant) -> u64 {
        let inside = Rc::new(Cell::new(0usize));
        // Buyers are numbered through all threads, so that a seed names the same buyers however many threads there are.
        let numbers = (thread as u64..).step_by(self.threads);
        let turned_away = match self.pace.part(thread, self.threads) {
            Pace::Open { buyers_per_second } => self.open(&lobby, &inside, numbers, buyers_per_second, end).await,
            Pace::Closed { buyers } => {
                self.closed(&lobby, &inside, numbers, buyers, end);
                0
            }
        };
        let patience = end.max(Instant::now()) + self.patience.in_all + Duration::from_secs(20);
        while inside.get() > 0 && Instant::now() < patience {
            sleep(Duration::from_millis(5)).await;
        }
        turned_away
    }

    async fn open(
        &self,
        lobby: &Rc<Lobby>,
        inside: &Rc<Cell<usize>>,
        mut numbers: impl Iterator<Item = u64>,
        per_second: f64,
        end: Instant,
    ) -> u64 {
        let mut random = fastrand::Rng::with_seed(self.setup.seed.wrapping_add(numbers.next().unwrap_or(0)));
        let mut due = Instant::now() + gap(&mut random, per_second);
        let mut turned_away = 0;
        while due < end && !self.stop.load(Ordering::Relaxed) {
            sleep_until(due.into()).await;
            let Some(buyer) = numbers.next() else { break };
            if inside.get() >= UNDER_WAY_MAX {
                turned_away += 1;
            } else {
                let (lobby, inside) = (lobby.clone(), inside.clone());
                inside.set(inside.get() + 1);
                tokio::task::spawn_local(async move {
                    visit(&lobby, buyer, due).await;
                    inside.set(inside.get() - 1);
                });
            }
            due += gap(&mut random, per_second);
        }
        turned_away
    }

    fn closed(
        &self,
        lobby: &Rc<Lobby>,
        inside: &Rc<Cell<usize>>,
        numbers: impl Iterator<Item = u64> + 'static,
        buyers: usize,
        end: Instant,
    ) {
        let numbers = Rc::new(RefCell::new(numbers));
        for _ in 0..buyers {
            let (lobby, inside, stop, numbers) = (lobby.clone(), inside.clone(), self.stop.clone(), numbers.clone());
            inside.set(inside.get() + 1);
            tokio::task::spawn_local(async move {
                while Instant::now() < end && !stop.load(Ordering::Relaxed) {
                    let buyer = numbers.borrow_mut().next().expect("there are more numbers than buyers");
                    if visit(&lobby, buyer, Instant::now()).await == Parting::GotNothing {
                        // Whoever got nothing takes a breath: a sold-out hall is not asked in a tight loop for ever.
                        sleep(Duration::from_millis(20)).await;
                    }
                }
                inside.set(inside.get() - 1);
            });
        }
    }
}
