//! Every pair of stage and input, as the code decides it; `ARCHITECTURE.md` has the same table.

use super::script::*;
use crate::domain::checkout::{Checkout, EndReason, Input, NoSeats, Paid, RefundAnswer, Sight, Stage};

const TABLE_BEGINS: &str = "<!-- checkout: begin -->\n";
const TABLE_ENDS: &str = "<!-- checkout: end -->";

/// A checkout in each stage, with a refund owed where there can be one.
fn stages() -> Vec<(Stage, Given)> {
    let authorised = [opened(), seen(Paid::Authorised)];
    let with = |more: &[Input]| given(&[&authorised[..], more].concat());
    let refused = || Input::CaptureRefused { reason: "expired".into() };
    let cancel = Input::TicketsCancelled { tickets: vec![0] };
    let ended = [opened(), seen(Paid::Captured(money(380))), Input::ConfirmRefused(NoSeats::Sold)];
    let all = vec![
        given(&[]),
        given(&[opened()]),
        with(&[]),
        with(&[Input::ConfirmRefused(NoSeats::Expired)]),
        with(&[confirmed()]),
        with(&[confirmed(), refused()]),
        with(&[Input::ConfirmRefused(NoSeats::Sold)]),
        given(&[&completed()[..], &[cancel]].concat()),
        given(&ended),
    ];
    let all: Vec<_> = all.into_iter().map(|given| (given.checkout.stage(), given)).collect();
    assert!(all.iter().map(|(stage, _)| *stage).eq(Stage::ALL), "one of each");
    all
}

fn inputs() -> Vec<(&'static str, Input)> {
    let declined = Sight { paid: Paid::Waiting, declined: Some("no funds".into()), refunds: vec![] };
    let failed = |reason: &str| RefundAnswer::Failed(reason.into());
    vec![
        ("opened", opened()),
        ("opening refused", Input::OpeningRefused { reason: "closed".into() }),
        ("seen declined", Input::Seen(declined)),
        ("seen waiting, hold expired", seen(Paid::Waiting)),
        ("seen authorised", seen(Paid::Authorised)),
        ("seen captured", seen(Paid::Captured(money(380)))),
        ("seen voided", seen(Paid::Voided)),
        ("hold extended", Input::HoldExtended { expires_at: at(900) }),
        ("extension refused: cap or expired", Input::ExtensionRefused(NoSeats::Expired)),
        ("extension refused: released, sold", Input::ExtensionRefused(NoSeats::Released)),
        ("confirmed", confirmed()),
        ("confirm refused: expired", Input::ConfirmRefused(NoSeats::Expired)),
        ("confirm refused: released, sold", Input::ConfirmRefused(NoSeats::Sold)),
        ("retaken", Input::Retaken { seats: vec![] }),
        ("retake refused", Input::RetakeRefused),
        ("captured", Input::Captured),
        ("capture refused", Input::CaptureRefused { reason: "expired".into() }),
        ("booking undone", Input::BookingUndone),
        ("voided", Input::Voided),
        ("refund succeeded", answered(1, RefundAnswer::Succeeded)),
        ("refund pending", answered(1, RefundAnswer::Pending(reference("re")))),
        ("refund failed", answered(1, failed("balance"))),
        ("tickets cancelled", Input::TicketsCancelled { tickets: vec![1] }),
        ("show cancelled", Input::ShowCancelled),
        ("gave up", Input::GaveUp { reason: "misconfigured".into() }),
        ("retry asked", Input::RetryAsked),
    ]
}

/// The stage that comes of it, and what to do then; `.`: changes nothing.
fn cell(before: &Given, name: &str, input: &Input) -> String {
    let now = if name.ends_with("hold expired") { at(601) } else { at(1) };
    let Ok(events) = before.checkout.decide(input, now) else { return "refused".into() };
    if events.is_empty() {
        return ".".into();
    }
    let after = before.checkout.after(&events);
    let noted = if after.stage() == before.checkout.stage() { "noted" } else { after.stage().name() };
    format!("{noted}: {}", next(&after))
}

fn table() -> String {
    let stages = stages();
    let heads: Vec<&str> = stages.iter().map(|(stage, _)| stage.name()).collect();
    let mut lines = vec![format!("| input | {} |", heads.join(" | ")), format!("|---|{}", "---|".repeat(heads.len()))];
    for (name, input) in inputs() {
        let cells: Vec<String> = stages.iter().map(|(_, given)| cell(given, name, &input)).collect();
        lines.push(format!("| {name} | {} |", cells.join(" | ")));
    }
    lines.join("\n") + "\n"
}

#[test]
fn the_table_in_the_architecture_is_what_the_code_decides() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ARCHITECTURE.md");
    let text = std::fs::read_to_string(path).expect("ARCHITECTURE.md");
    let (before, rest) = text.split_once(TABLE_BEGINS).expect("the table has a place in ARCHITECTURE.md");
    let (written, after) = rest.split_once(TABLE_ENDS).expect("the table ends");
    if std::env::var_os("UNDERSTUDY_WRITE_TABLE").is_some() {
        let text = [before, TABLE_BEGINS, &table(), TABLE_ENDS, after].concat();
        return std::fs::write(path, text).expect("ARCHITECTURE.md can be written");
    }
    assert_eq!(written, table(), "UNDERSTUDY_WRITE_TABLE=1 cargo test checkout writes it anew");
}

#[test]
fn every_pair_is_decided_without_a_panic_and_the_stage_that_comes_of_it_knows_what_to_do() {
    for (_, before) in stages() {
        for (name, input) in inputs() {
            let Ok(events) = before.checkout.decide(&input, at(601)) else { continue };
            let after = before.checkout.after(&events);
            let waits = after.needs_operator() || matches!(after.stage(), Stage::Completed | Stage::Ended);
            assert!(after.next().is_some() || waits, "{name}: {after:?}");
        }
    }
}

#[test]
fn a_checkout_is_live_until_it_has_come_to_an_end() {
    let live: Vec<bool> = stages().iter().map(|(_, given)| Checkout::is_live(&given.checkout)).collect();
    assert_eq!(live, [true, true, true, true, true, true, true, false, false]);
    assert_eq!(stages()[8].1.checkout.why(), Some(EndReason::SeatsLost(NoSeats::Sold)));
}
