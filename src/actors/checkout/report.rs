//! What operators see of checkouts, and what they can do: have one tried again that waits for them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::read::Standing;
use super::row::Row;
use super::{CheckoutError, Checkouts};
use crate::domain::checkout::{Checkout, CheckoutRefusal, Input, RefundState};
use crate::domain::money::Money;
use crate::domain::{CheckoutId, ShowId};

/// So many are named; all are counted.
const NAMED_MAX: usize = 200;

#[derive(Debug)]
pub struct CheckoutsReport {
    /// Open checkouts by status.
    pub open: BTreeMap<&'static str, u64>,
    pub needs_operator_count: u64,
    /// Whose last step has failed, and is tried again without an operator.
    pub in_trouble_count: u64,
    /// The first of those that wait for an operator, or whose last step has failed.
    pub in_trouble: Vec<CheckoutReport>,
    /// Of cancelled shows; those that are under way come first, then the latest.
    pub sweeps: Vec<SweepReport>,
    /// Checkouts of all cancelled shows that are not refunded yet.
    pub swept_open: u64,
    pub drive_deaths: u64,
}

#[derive(Debug, Serialize)]
pub struct CheckoutReport {
    pub checkout_id: CheckoutId,
    pub show_id: ShowId,
    pub status: &'static str,
    pub needs_operator: bool,
    pub reason: Option<String>,
    /// Of its present step, since it last came any further.
    pub failures: u32,
    pub captured: Option<Money>,
    pub refunds_open: Money,
    pub currency: String,
}

/// The refunds of a cancelled show.
#[derive(Debug, Serialize)]
pub struct SweepReport {
    pub show_id: ShowId,
    pub checkouts: u32,
    pub open: u32,
}

impl Checkouts {
    /// The same once all that is open is known again: a runner that has just begun anew would say that nothing is.
    pub async fn whole_report(&self) -> Result<CheckoutsReport, CheckoutError> {
        self.0.be_ready().await?;
        Ok(self.report())
    }

    pub fn report(&self) -> CheckoutsReport {
        let table = self.0.table();
        let mut open = BTreeMap::new();
        // Those who wait for an operator are named first.
        let (mut needs_operator_count, mut in_trouble_count) = (0, 0);
        let (mut in_trouble, mut waiting) = (Vec::new(), Vec::new());
        for row in table.rows.values() {
            *open.entry(row.written.state.stage().name()).or_default() += 1;
            let needs_operator = row.needs_operator();
            needs_operator_count += u64::from(needs_operator);
            in_trouble_count += u64::from(!needs_operator && row.trouble.is_some());
            let named = if needs_operator { &mut waiting } else { &mut in_trouble };
            if (needs_operator || row.trouble.is_some()) && named.len() < NAMED_MAX {
                named.push(report(row));
            }
        }
        let drive_deaths = table.drive_deaths;
        drop(table);
        in_trouble.extend(waiting);
        in_trouble.sort_by_key(|report| (!report.needs_operator, report.checkout_id));
        in_trouble.truncate(NAMED_MAX);
        let sweeps = self.0.views.sweeps().unwrap_or_default().into_iter();
        let mut sweeps: Vec<_> =
            sweeps.map(|(show_id, checkouts, open)| SweepReport { show_id, checkouts, open }).collect();
        let swept_open = sweeps.iter().map(|sweep| u64::from(sweep.open)).sum();
        sweeps.sort_by_key(|sweep| (sweep.open == 0, Reverse(sweep.show_id)));
        sweeps.truncate(NAMED_MAX);
        CheckoutsReport { open, needs_operator_count, in_trouble_count, in_trouble, sweeps, swept_open, drive_deaths }
    }

    /// Returns when it rests again, or after a while.
    pub async fn retry(&self, id: CheckoutId) -> Result<Standing, CheckoutError> {
        let inner = &self.0;
        inner.be_ready().await?;
        let standing = inner.standing(id).await?;
        let waits = inner.table().rows.get_mut(&id).is_some_and(Row::ask_for_refund_now);
        if !standing.needs_operator && !waits {
            return Err(CheckoutRefusal::NothingToRetry.into());
        }
        inner.bring_in(id).await.map_err(CheckoutError::Unreadable)?;
        if let Some(row) = inner.table().rows.get_mut(&id) {
            row.inbox.push(Input::RetryAsked);
            row.note_progress();
        }
        inner.kick(id);
        inner.standing_at_rest(id).await
    }
}

fn report(row: &Row) -> CheckoutReport {
    let checkout = &row.written.state;
    let open = checkout.refunds().iter().filter(|line| line.state != RefundState::Succeeded);
    let refunds_open = open.fold(Money::ZERO, |sum, line| sum.checked_add(line.amount).unwrap_or(sum));
    CheckoutReport {
        checkout_id: checkout.id(),
        show_id: checkout.begun().show_id,
        status: checkout.stage().name(),
        needs_operator: row.needs_operator(),
        reason: reason(checkout).or_else(|| row.trouble.clone()),
        failures: row.failures,
        captured: checkout.captured(),
        refunds_open,
        currency: checkout.begun().currency.clone(),
    }
}

/// Why it waits for an operator.
pub(super) fn reason(checkout: &Checkout) -> Option<String> {
    let of_refunds = checkout.refunds().iter().find_map(|line| match &line.state {
        RefundState::Stuck(stuck) => Some(stuck.1.clone()),
        RefundState::Owed | RefundState::Pending(_) | RefundState::Succeeded => None,
    });
    checkout.stuck().map(str::to_owned).or(of_refunds)
}
