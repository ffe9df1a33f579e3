//! Checkouts that are not done, and those that only a person can get any further.

use super::exposition::Exposition;
use crate::actors::CheckoutsReport;
use crate::domain::checkout::Stage;

pub fn write(all: &mut Exposition, report: &CheckoutsReport) {
    for stage in Stage::ALL.map(Stage::name) {
        let count = report.open.get(stage).copied().unwrap_or(0);
        all.gauge("understudy_checkouts_open", "Checkouts that are not done, by status", &[("status", stage)], count);
    }
    let help = "Checkouts that wait for an operator";
    all.gauge("understudy_checkouts_need_operator", help, &[], report.needs_operator_count);
    let help = "Checkouts whose last step failed and is tried again by itself";
    all.gauge("understudy_checkouts_in_trouble", help, &[], report.in_trouble_count);
    let help = "Checkouts of cancelled shows that are not refunded yet";
    all.gauge("understudy_checkouts_of_cancelled_shows", help, &[], report.swept_open);
    let help = "Checkouts that crashed the one who works on them, and were begun again from their logs";
    all.counter("understudy_checkout_crashes_total", help, &[], report.drive_deaths);
}
