//! Telling checkouts what has happened to their shows: tickets cancelled at the box office, a show called off.
//!
//! What a checkout has to learn stands in the view of checkouts until the checkout's own log says that it knows: so no
//! lesson is lost by any crash, and one that fails keeps back no other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::timeout;

use super::Inner;
use crate::domain::CheckoutId;
use crate::domain::checkout::Input;
use crate::journal::Position;
use crate::projections::checkouts::Unlearned;

/// Taught at the same time.
const CLASS_MAX: usize = 256;
/// For the view to see what was learned, before the same is taught again.
const SEEN_WITHIN: Duration = Duration::from_secs(1);

impl Inner {
    pub(super) async fn teach(self: &Arc<Self>) {
        let (mut seen, mut after) = (Position::ZERO, None);
        let mut unreadable = HashMap::new();
        loop {
            let class = self.views.unlearned(after, CLASS_MAX).unwrap_or_default();
            if class.is_empty() {
                // After the last of them all are looked through once more: somebody may have something to learn again.
                if after.take().is_none() {
                    seen = self.views.checkouts_moved_on(seen).await;
                }
                continue;
            }
            after = class.last().map(|(id, _)| *id);
            let count = class.len();
            let taught = join_all(class.into_iter().map(|(id, lessons)| self.teach_one(id, lessons))).await;
            let failed = note_unreadable(&mut unreadable, taught);
            if failed == count {
                // The view moves on all the time: it would be tried as often.
                tokio::time::sleep(SEEN_WITHIN).await;
            }
            seen = timeout(SEEN_WITHIN, self.views.checkouts_moved_on(seen)).await.unwrap_or(seen);
        }
    }

    /// Which one; an error says why it cannot be read.
    async fn teach_one(
        self: &Arc<Self>,
        id: CheckoutId,
        lessons: Unlearned,
    ) -> Result<CheckoutId, (CheckoutId, String)> {
        self.bring_in(id).await.map_err(|error| (id, error))?;
        let Unlearned { tickets, show_cancelled } = lessons;
        let mut inputs = Vec::new();
        if !tickets.is_empty() {
            inputs.push(Input::TicketsCancelled { tickets });
        }
        if show_cancelled {
            inputs.push(Input::ShowCancelled);
        }
        self.tell(id, inputs);
        let rests = self.table().resting(id);
        if let Some(rests) = rests {
            // Whatever keeps it busy goes on without the class waiting for it.
            let _ = timeout(self.options.answer_wait, rests).await;
        }
        Ok(id)
    }

    /// A checkout that was settled gets a row again. Its log is taken over: it may have been before, from a drive that
    /// died, and whoever does not come later than that may not write it.
    pub(super) async fn bring_in(self: &Arc<Self>, id: CheckoutId) -> Result<(), String> {
        if self.table().rows.contains_key(&id) {
            return Ok(());
        }
        if let Some(written) = self.log.take_over(id).await? {
            self.table().insert(written);
        }
        Ok(())
    }

    /// What the row has not been told yet is put into it, and it is driven.
    pub(super) fn tell(self: &Arc<Self>, id: CheckoutId, mut inputs: Vec<Input>) {
        if let Some(row) = self.table().rows.get_mut(&id) {
            inputs.retain(|input| !row.inbox.contains(input));
            row.inbox.extend(inputs);
        }
        self.kick(id);
    }
}

/// Said with the first try that fails, and ever more seldom. Returns how many failed now.
fn note_unreadable(
    tries: &mut HashMap<CheckoutId, u32>,
    taught: Vec<Result<CheckoutId, (CheckoutId, String)>>,
) -> usize {
    let mut failed = 0;
    for one in taught {
        match one {
            Ok(id) => drop(tries.remove(&id)),
            Err((id, error)) => {
                failed += 1;
                let tries = tries.entry(id).or_default();
                *tries += 1;
                if tries.is_power_of_two() {
                    tracing::warn!(checkout = %id, tries, error, "a checkout that something has to be refunded of cannot be read; it is tried again");
                }
            }
        }
    }
    failed
}
