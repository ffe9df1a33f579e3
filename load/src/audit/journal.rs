//! The export of the journal: one commit a line, with the fields that the audit looks at, and a last line without which
//! it was cut off: half a journal would answer for the whole.

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::checkout_event::CheckoutEvent;

#[derive(Clone, Debug, Deserialize)]
pub struct Commit {
    pub position: u64,
    pub stream: Uuid,
    pub first_version: u64,
    #[serde(rename = "time", deserialize_with = "rfc_3339")]
    pub time_us: i64,
    pub commands: Vec<CommandRecord>,
    pub events: Vec<Event>,
    /// Of its record, chained to the one before.
    pub hash: String,
}

#[derive(Deserialize)]
struct EndLine {
    end: End,
}

#[derive(Deserialize)]
struct End {
    commits: usize,
    /// Of the last commit; zeros where there is none.
    hash: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct CommandRecord {
    pub id: String,
    pub events: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Venue(serde::de::IgnoredAny),
    Show(ShowEvent),
    Checkout(CheckoutEvent),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShowEvent {
    ShowScheduled(serde::de::IgnoredAny),
    SalesOpened,
    SalesPaused,
    SalesClosed,
    ShowCancelled,
    SeatsBlocked { seats: Vec<u32> },
    SeatsUnblocked { seats: Vec<u32> },
    SeatsHeld(HoldEvent),
    HoldExtended { hold_id: Uuid, expires_at: i64 },
    HoldReleased(EndEvent),
    HoldExpired(EndEvent),
    BookingConfirmed(BookingEvent),
    TicketsCancelled { booking_id: Uuid, tickets: Vec<u16> },
    ShowOwned(serde::de::IgnoredAny),
}

#[derive(Clone, Debug, Deserialize)]
pub struct HoldEvent {
    pub hold_id: Uuid,
    pub customer_id: Option<String>,
    /// Indexes into the hall's seats.
    pub seats: Vec<u32>,
    /// (index into the hall's areas, places)
    pub general_admission: Vec<(u32, u32)>,
    /// Microseconds since 1970.
    pub expires_at: i64,
}

#[derive(Clone, Debug, Deserialize)]
pub struct EndEvent {
    pub hold_id: Uuid,
}

#[derive(Clone, Debug, Deserialize)]
pub struct BookingEvent {
    pub hold_id: Uuid,
    pub booking_id: Uuid,
    /// What paid for it; a checkout has a reference of its own form.
    pub payment_reference: String,
}

impl Commit {
    /// Its events, each with its version.
    pub fn versions(&self) -> impl Iterator<Item = (u64, &Event)> {
        (self.first_version..).zip(&self.events)
    }
}

/// The whole export. A line that cannot be read is an error with its number; one that was cut off is an error, too.
pub fn read(text: &str) -> Result<Vec<Commit>> {
    let lines: Vec<(usize, &str)> = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()).collect();
    let (last, lines) = lines.split_last().context("the export is empty: it was cut off")?;
    let end = serde_json::from_str(last.1).map(|line: EndLine| line.end);
    let end = end.with_context(|| format!("the export was cut off: line {} is its last, and not its end", last.0))?;
    let commits = lines.iter().map(|(number, line)| {
        serde_json::from_str(line).with_context(|| format!("line {number} of the export is not a commit"))
    });
    let commits: Vec<Commit> = commits.collect::<Result<_>>()?;
    let count = commits.len();
    ensure!(end.commits == count, "the export was cut: it had {} commits, and {count} are left", end.commits);
    let is_last = commits.last().is_none_or(|commit| commit.hash == end.hash);
    ensure!(is_last, "the export was put together: its last commit is not the one that its end names");
    Ok(commits)
}

fn rfc_3339<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    let time: jiff::Timestamp = text.parse().map_err(serde::de::Error::custom)?;
    Ok(time.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_read_as_the_server_writes_it() {
        let line = r#"{"position":3,"epoch":1,"stream":"01900000-0000-7000-8000-000000000001","first_version":3,
            "time":"2026-11-21T10:00:00.000002Z","commands":[{"id":"0a","fingerprint":"0b","events":2}],
            "events":[{"show":"sales_opened"},{"show":{"seats_held":{"hold_id":"01900000-0000-7000-8000-000000000002",
            "customer_id":null,"seats":[4,5],"general_admission":[[0,2]],"expires_at":17,"adjacent":true}}}],
            "hash":"00"}"#;
        let commits = read(&format!("{}\n{}", line.replace('\n', ""), end(1, "00"))).expect("valid");
        assert_eq!(commits[0].time_us % 1_000_000, 2);
        let (version, event) = commits[0].versions().nth(1).expect("two events");
        assert_eq!(version, 4);
        let Event::Show(ShowEvent::SeatsHeld(held)) = event else { panic!("{event:?}") };
        assert_eq!((held.seats.as_slice(), held.general_admission.as_slice()), (&[4, 5][..], &[(0, 2)][..]));
        let refused = read(&format!("{{}}\n{}", end(1, "00"))).expect_err("no commit");
        assert!(refused.to_string().contains("line 1"));
    }

    fn end(commits: usize, hash: &str) -> String {
        format!(r#"{{"end":{{"commits":{commits},"hash":"{hash}"}}}}"#)
    }

    #[test]
    fn an_export_that_was_cut_is_not_taken_for_a_whole_one() {
        let line = |position: u64| {
            format!(
                r#"{{"position":{position},"epoch":1,"stream":"01900000-0000-7000-8000-000000000001","first_version":1,
                "time":"2026-11-21T10:00:00Z","commands":[],"events":[],"hash":"a{position}"}}"#
            )
            .replace('\n', "")
        };
        let whole = [line(1), line(2), end(2, "a2")];
        assert_eq!(read(&whole.join("\n")).expect("whole").len(), 2);
        for kept in 0..whole.len() {
            let refused = read(&whole[..kept].join("\n")).expect_err("it was cut");
            assert!(refused.to_string().contains("cut off"), "{kept} lines: {refused}");
        }
        for (lines, what) in [
            (&[line(1), end(2, "a2")][..], "was cut"),
            (&[line(1), line(3), end(2, "a2")], "put together"),
            (&[end(2, "a2"), line(1)], "cut off"),
        ] {
            let refused = read(&lines.join("\n")).expect_err("it does not fit").to_string();
            assert!(refused.contains(what), "{refused}");
        }
        assert!(read(&end(0, "")).expect("an empty journal").is_empty());
    }
}
