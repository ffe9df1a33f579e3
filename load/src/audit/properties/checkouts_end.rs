//! No checkout is stuck: after the run, each is completed or has ended, its refunds done, unless its buyer may still pay.

use crate::audit::case::Case;
use crate::audit::checkouts::{Checkout, Stage};
use crate::audit::verdict::Verdict;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("no checkout is stuck at the end", "checkouts");
    let end_us = case.evidence.commits.iter().map(|commit| commit.time_us).max().unwrap_or(0);
    let (mut completed, mut waiting, mut operators) = (0, 0, 0);
    for (id, checkout) in case.checkouts() {
        verdict.looked();
        operators += checkout.operators_needed;
        let state = &checkout.last().state;
        if state.is_final() {
            completed += u64::from(state.stage == Stage::Completed);
        } else if may_be_paid(checkout, end_us) {
            waiting += 1;
        } else {
            let why = if state.needs_operator() { "waits for an operator" } else { "does not get any further" };
            verdict.broken(format!("the checkout {id} {why}: {}", state.stage.name()), checkout.lines());
        }
    }
    verdict.remark =
        format!("{completed} completed, {waiting} wait for their buyers, operators needed {operators} times");
    verdict
}

fn may_be_paid(checkout: &Checkout, end_us: i64) -> bool {
    let state = &checkout.last().state;
    state.stage == Stage::AwaitingPayment && state.expires_at > end_us && !state.is_stuck
}
