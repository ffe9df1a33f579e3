//! The desk of one show: it decides at once and answers later.
//!
//! What it decides is applied immediately and gathered in a batch. One append is in flight at a time; all that was
//! decided meanwhile goes into the next. Answers, refusals included, wait until the commit they rest on is durable.

use std::borrow::Cow;
use std::sync::Arc;

use super::answers::{AllOwed, Answer, Owed, Reply, What};
use super::batch::Batch;
use super::refusals::Refusals;
use super::snapshots::Snapshots;
use super::{AppendResult, Findings, Look};
use crate::actors::backstage::Backstage;
use crate::actors::directory::Entry;
use crate::actors::receipt::Settled;
use crate::actors::show_snapshot::SnapshotBody;
use crate::actors::supervision::Recovered;
use crate::domain::remembered::{Past, Remembered};
use crate::domain::{Command, Refusal, Show, StreamId, Timestamp};
use crate::journal::{AppendError, Appended, Commit, Incarnation, Record, Version};

const DECIDED_AHEAD_MAX: usize = 4_096;

pub struct Desk {
    entry: Arc<Entry>,
    backstage: Arc<Backstage>,
    incarnation: Incarnation,
    show: Show,
    remembered: Remembered,
    refusals: Refusals,
    /// Of the last event applied; durable up to `durable`.
    version: Version,
    durable: Version,
    /// Decisions are never made at an earlier time than this.
    last_time: Timestamp,
    batch: Batch,
    in_flight: Option<InFlight>,
    landed: Option<Landed>,
    next_due: Option<Timestamp>,
    snapshots: Snapshots,
    panic_after_append: bool,
}

struct InFlight {
    commit: Arc<Commit>,
    owed: AllOwed,
}

/// Durable, and not answered yet.
struct Landed {
    record: Record,
    owed: AllOwed,
}

impl Desk {
    pub fn new(recovered: Recovered, entry: Arc<Entry>, backstage: Arc<Backstage>) -> Self {
        Self {
            entry,
            backstage,
            incarnation: recovered.incarnation,
            show: recovered.show,
            remembered: recovered.remembered,
            refusals: Refusals::default(),
            version: recovered.version,
            durable: recovered.version,
            last_time: recovered.last_time,
            batch: Batch::default(),
            in_flight: None,
            landed: None,
            next_due: None,
            snapshots: Snapshots::new(
                recovered.tail_bytes,
                recovered.snapshot_bytes,
                (recovered.version, recovered.hash),
            ),
            panic_after_append: false,
        }
    }

    /// Decides a command, or finds what was decided under its id before.
    pub fn receive(&mut self, command: &Command, reply: Reply) {
        if reply.is_closed() {
            // Its caller has gone before it was begun.
            return;
        }
        if let Some(before) = self.answered_before(command) {
            self.owe(reply, before);
            return;
        }
        self.entry.handling(Some(command.id));
        assert!(!self.backstage.faults.is_poison(command.id), "fault injected: this command kills who decides it");
        let now = command.at.max(self.last_time);
        self.last_time = now;
        let execution = self.show.execute(command, now);
        self.count(execution.lapsed.len());
        self.batch.add_lapsed(execution.lapsed, now);
        match execution.outcome {
            Ok(events) => {
                self.count(events.len());
                let (id, fingerprint, version) = (command.id, command.fingerprint, self.version);
                self.remembered.remember(Past { id, fingerprint, version, at: now });
                self.batch.add_accepted(command, events, now, reply);
            }
            Err(refusal) => {
                self.refusals.remember(command.id, command.fingerprint, &refusal);
                self.owe(reply, What::Refused(refusal));
            }
        }
        self.entry.handling(None);
        self.say_when_next_due();
    }

    /// What was decided under its id before; what was not is not decided now either.
    pub fn recall(&mut self, command: &Command, reply: Reply) {
        let before = self.answered_before(command).unwrap_or(What::Unheard);
        self.owe(reply, before);
    }

    /// Records what is due.
    pub fn tick(&mut self, now: Timestamp) {
        let now = now.max(self.last_time);
        self.last_time = now;
        let lapsed = self.show.lapse(now);
        self.count(lapsed.len());
        self.batch.add_lapsed(lapsed, now);
        self.next_due = None;
        self.say_when_next_due();
    }

    /// Says what stands there, once that is durable. Nothing where the show is not scheduled yet: who asked sees that
    /// nobody answers.
    pub fn look(&mut self, look: Look) {
        let Look { now, hold_id, booking_id, reply } = look;
        let Some(terms) = self.show.terms().cloned() else { return };
        let hold = self.show.live_hold(hold_id, now.max(self.last_time)).cloned();
        let (is_booked, plan) = (self.show.booking(booking_id).is_some(), self.show.plan().clone());
        self.owe(reply, What::Seen(Box::new(Findings { hold, is_booked, terms, plan })));
    }

    /// Sends off what was decided, unless an append is in flight: its place in the log is not known before that ends.
    pub fn append(&mut self) -> Option<Appended> {
        if self.in_flight.is_some() || self.batch.is_empty() {
            return None;
        }
        let (commit, owed) = self.batch.close(StreamId::from(self.entry.show_id), self.durable + 1);
        debug_assert_eq!(commit.last_version(), self.version, "all that was applied is in the batch");
        self.in_flight = Some(InFlight { commit: commit.clone(), owed });
        Some(self.backstage.journal.append(self.incarnation, commit))
    }

    /// The append in flight has come back.
    pub fn appended(&mut self, result: AppendResult) -> Result<(), AppendError> {
        let in_flight = self.in_flight.take().expect("an append comes back once");
        let record = result?;
        assert!(!self.panic_after_append, "crash injected: after the append, before the answers");
        self.durable = in_flight.commit.last_version();
        self.snapshots.note_log(&record);
        self.landed = Some(Landed { record, owed: in_flight.owed });
        Ok(())
    }

    /// Everybody is answered who waited for the commit that has come back.
    pub fn give_answers(&mut self) {
        let Some(Landed { record, owed }) = self.landed.take() else { return };
        let terms = self.show.terms().expect("the first commit of a show schedules it").clone();
        self.backstage.tally.events(&record.commit.events);
        self.entry.note_progress(owed.len() as u64, self.durable);
        let settled = Arc::new(Settled { record, terms, plan: self.show.plan().clone() });
        owed.give(&settled);
        self.snapshot_when_worth_it();
    }

    /// How many commands it may still decide while the disk is busy: one that stalls must not leave it far ahead.
    pub fn room(&self) -> usize {
        DECIDED_AHEAD_MAX.saturating_sub(self.batch.len())
    }

    /// Answers are owed, or something is not durable yet.
    pub fn is_busy(&self) -> bool {
        self.in_flight.is_some() || !self.batch.is_empty()
    }

    pub fn panic_after_next_append(&mut self) {
        self.panic_after_append = true;
    }

    pub fn next_due(&self) -> Option<Timestamp> {
        self.show.next_due()
    }

    /// Tells the clock, where that has changed.
    pub fn say_when_next_due(&mut self) {
        let due = self.show.next_due();
        if due != self.next_due {
            self.next_due = due;
            self.backstage.hold_clock.look_at(self.entry.show_id, due);
        }
    }

    /// So that it wakes up quickly. Only when nothing is in flight: what is not durable is in no snapshot.
    pub fn save_snapshot_before_sleep(&mut self) {
        assert!(!self.is_busy(), "a show goes to sleep when it has nothing to do");
        if self.snapshots.are_worth_it_before_sleep() {
            self.take_snapshot();
            self.save_durable_snapshot();
        }
    }

    fn answered_before(&self, command: &Command) -> Option<What> {
        let (fingerprint, what) = match self.remembered.find(command.id) {
            Some(past) => (past.fingerprint, What::Repeated(past.version)),
            None => {
                let (fingerprint, refusal) = self.refusals.find(command.id)?;
                (*fingerprint, What::Refused(refusal.clone()))
            }
        };
        Some(if fingerprint == command.fingerprint { what } else { What::Refused(Refusal::KeyReused) })
    }

    /// Says it as soon as all is durable that has been applied.
    fn owe(&mut self, reply: Reply, what: What) {
        if !self.batch.is_empty() {
            self.batch.owe(Owed { reply, what });
        } else if let Some(in_flight) = &mut self.in_flight {
            in_flight.owed.push(Owed { reply, what });
        } else {
            self.entry.note_progress(1, self.durable);
            let answer = match what {
                What::Refused(refusal) => Answer::Refused(refusal),
                What::Repeated(version) => Answer::Repeated(version),
                What::Seen(findings) => Answer::Seen(findings),
                What::Unheard => Answer::Unheard,
                What::Accepted { .. } => unreachable!("what is accepted is in a batch"),
            };
            let _ = reply.send(answer);
        }
    }

    fn count(&mut self, events: usize) {
        self.version += events as u64;
    }

    fn snapshot_when_worth_it(&mut self) {
        if self.snapshots.are_worth_it() {
            self.take_snapshot();
        }
        self.save_durable_snapshot();
    }

    fn take_snapshot(&mut self) {
        let Some(show) = self.show.snapshot() else { return };
        let remembered = Cow::Borrowed(&self.remembered);
        self.snapshots.take(self.version, &SnapshotBody { show, remembered, last_time: self.last_time });
    }

    fn save_durable_snapshot(&mut self) {
        if let Some(snapshot) = self.snapshots.durable() {
            self.backstage.snapshots.save(StreamId::from(self.entry.show_id), snapshot);
        }
    }
}
