//! Folding the log into one view: batch by batch, parking a show whose event cannot be folded, storing now and then.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ahash::AHashSet;
use serde::{Deserialize, Serialize};

use super::parked;
use super::projection::{FoldError, Projection};
use super::shared::Shared;
use super::versions::{drop_others, open_view};
use crate::actors::follower::Work;
use crate::actors::supervision::panic_text;
use crate::actors::venues::Venues;
use crate::domain::StreamId;
use crate::journal::{Journal, Position, Record};
use crate::store::{Store, StoreError, View};

/// A show that a view has given up on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parked {
    pub stream: StreamId,
    pub position: Position,
    pub reason: String,
}

/// How long changes may stay in memory only.
const STORE_EVERY: Duration = Duration::from_millis(500);
const BATCH_BYTES: usize = 1 << 20;
/// Changes that are waiting to be stored are bounded by storing at least every so many records.
const RECORDS_BETWEEN_STORES: u64 = 20_000;
/// Folding stops the readers of the view.
const FOLDED_AT_ONCE: usize = 256;

pub struct Projector<P> {
    source: Source,
    shared: Shared<P>,
    stored_view: View,
    /// Folded; what is stored may be older.
    cursor: Position,
    stored: Position,
    stored_at: Instant,
    parked: AHashSet<StreamId>,
    /// Since the view was stored.
    newly_parked: Vec<Parked>,
}

/// Where the log is read from.
#[derive(Clone)]
pub struct Source {
    pub journal: Arc<dyn Journal>,
    pub store: Store,
    pub venues: Venues,
}

impl<P: Projection> Projector<P> {
    /// Begins from what is stored. The view that readers see until then is only replaced by one that has caught up
    /// with it.
    pub fn begin(source: Source, shared: Shared<P>) -> Result<Self, String> {
        let error = |error: StoreError| error.to_string();
        let (number, stored_view, view) = open_view::<P>(&source.store, shared.take_damaged()).map_err(error)?;
        let cursor = stored_view.cursor().map_err(error)?.unwrap_or(Position::ZERO);
        let parked = parked::load(&stored_view).map_err(error)?;
        let (seen, store) = (shared.cursor(), source.store.clone());
        let projector = Self {
            source,
            shared,
            stored_view,
            cursor,
            stored: cursor,
            stored_at: Instant::now(),
            parked: parked.iter().map(|parked| parked.stream).collect(),
            newly_parked: Vec::new(),
        };
        projector.shared.set_parked(parked);
        let projector = projector.take_over(view, seen)?;
        // Not before nobody reads them any more; what was found of them since does not concern this one.
        drop_others::<P>(&store, number).map_err(error)?;
        projector.shared.take_damaged();
        Ok(projector)
    }

    fn take_over(mut self, mut view: P, seen: Position) -> Result<Self, String> {
        while self.cursor < seen {
            let records = self.next_records()?;
            self.fold_all(&mut view, &records)?;
        }
        let cursor = self.cursor;
        self.shared.change(|current| (*current = Some(view), cursor));
        self.shared.note_stored(self.stored);
        Ok(self)
    }

    /// Only what the store has: a fold may need a venue from there.
    fn next_records(&self) -> Result<Vec<Record>, String> {
        let applied = self.source.store.cursor();
        let mut records =
            self.source.journal.read(self.cursor.next(), BATCH_BYTES).map_err(|error| error.to_string())?;
        records.retain(|record| record.position <= applied);
        Ok(records)
    }

    /// The cursor goes along, as far as it comes.
    fn fold_all(&mut self, view: &mut P, records: &[Record]) -> Result<(), String> {
        for record in records {
            let due = self.cursor.next();
            if record.position != due {
                return Err(format!("the journal gave position {} where {due} was due", record.position));
            }
            let stream = record.commit.stream;
            if !self.parked.contains(&stream) {
                let folded = catch_unwind(AssertUnwindSafe(|| view.fold(record, &self.source)));
                match folded {
                    Ok(Ok(())) => {}
                    Ok(Err(FoldError::NotNow(reason))) => return Err(reason),
                    Ok(Err(FoldError::Damaged(reason))) => {
                        self.shared.note_damaged();
                        return Err(reason);
                    }
                    Ok(Err(FoldError::Impossible(reason))) => self.park(stream, record.position, reason),
                    Err(panic) => self.park(stream, record.position, panic_text(&*panic)),
                }
            }
            self.cursor = record.position;
        }
        Ok(())
    }

    fn park(&mut self, stream: StreamId, position: Position, reason: String) {
        tracing::error!(view = P::NAME, %stream, %position, reason, "a view cannot fold this: it goes on without the show");
        self.parked.insert(stream);
        let parked = Parked { stream, position, reason };
        self.newly_parked.push(parked.clone());
        self.shared.park(parked);
    }

    fn check_undamaged(&self) -> Result<(), String> {
        if self.shared.is_damaged() { Err("what is stored of the view is damaged".into()) } else { Ok(()) }
    }

    /// Folds the next records, for all readers to see.
    fn fold(&mut self, records: &[Record]) -> Result<(), String> {
        let shared = self.shared.clone();
        shared.change(|view| {
            let view = view.as_mut().expect("a projector has begun its view");
            let folded = self.fold_all(view, records);
            (folded, self.cursor)
        })
    }

    fn store_when_worth_it(&mut self) -> Result<(), String> {
        let is_full = self.shared.read(|view, _| view.is_full()).unwrap_or(false);
        let many = is_full || self.cursor.0 - self.stored.0 >= RECORDS_BETWEEN_STORES;
        if many || self.stored_at.elapsed() >= STORE_EVERY { self.store() } else { Ok(()) }
    }

    fn store(&mut self) -> Result<(), String> {
        let (changes, cursor) = self.shared.change(|view| {
            let view = view.as_mut().expect("a projector has begun its view");
            ((view.take_changes(), self.cursor), self.cursor)
        });
        let parked = self.newly_parked.drain(..).map(|parked| parked::entry(&parked));
        self.stored_view
            .write(changes.into_iter().chain(parked).collect(), cursor)
            .map_err(|error| error.to_string())?;
        self.shared.change(|view| {
            view.as_mut().expect("a projector has begun its view").stored();
            ((), self.cursor)
        });
        (self.stored, self.stored_at) = (cursor, Instant::now());
        self.shared.note_stored(cursor);
        Ok(())
    }
}

impl<P: Projection> Work for Projector<P> {
    fn has_reached(&self, end: Position) -> bool {
        self.cursor >= end
    }

    fn step(&mut self) -> Result<(), String> {
        self.check_undamaged()?;
        for records in self.next_records()?.chunks(FOLDED_AT_ONCE) {
            self.fold(records)?;
            self.store_when_worth_it()?;
        }
        self.store_when_worth_it()
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(5)
    }

    fn rest(&mut self) -> Result<(), String> {
        self.check_undamaged()?;
        if self.stored < self.cursor { self.store() } else { Ok(()) }
    }
}
