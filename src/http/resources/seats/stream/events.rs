//! Events as bytes (WHATWG, server-sent events): `id`, `event`, one line of `data`, and a blank line.

use std::io::Write;

use actix_web::web::Bytes;

use super::super::map_body::{put_area, put_status, put_text};
use crate::actors::SeatNews;
use crate::domain::plan::SeatingPlan;
use crate::journal::{Position, Version};
use crate::projections::seat_changes::SeatChange;

/// After a connection is lost or ended, browsers wait this long.
const COME_BACK_AFTER_MS: u32 = 2_000;

/// Said at the beginning, so that it is known whatever ends the stream.
pub fn come_back() -> Bytes {
    Bytes::from(format!("retry: {COME_BACK_AFTER_MS}\n\n"))
}

/// The map in pieces; `rest` is everything of it but its position, as `map_body` writes it.
pub fn snapshot(position: Position, version: Version, rest: Bytes) -> [Bytes; 3] {
    let head = format!("id: {position}-{version}\nevent: snapshot\ndata: {{\"position\":\"{position}\",");
    [Bytes::from(head), rest, Bytes::from_static(b"\n\n")]
}

/// A comment, where there is nothing else to say.
pub fn news(news: &SeatNews, plan: &SeatingPlan) -> Bytes {
    if news.changes.is_empty() { Bytes::from_static(b":\n\n") } else { changes(&news.changes, plan) }
}

/// One event for each, with an id of its own.
pub fn changes(changes: &[SeatChange], plan: &SeatingPlan) -> Bytes {
    let mut out = Vec::with_capacity(changes.len() * 128);
    changes.iter().for_each(|change| put_change(&mut out, change, plan));
    Bytes::from(out)
}

fn put_change(out: &mut Vec<u8>, change: &SeatChange, plan: &SeatingPlan) {
    let SeatChange { position, version, seats, areas } = change;
    write!(out, "id: {position}-{version}\nevent: change\ndata: {{\"position\":\"{position}\",\"version\":{version}")
        .expect("a Vec takes all that is written to it");
    let mut before = ",\"seats\":{";
    for (seat, status) in seats {
        out.extend_from_slice(before.as_bytes());
        put_text(out, plan.label(*seat));
        put_status(out, *status);
        before = ",";
    }
    out.extend_from_slice(if seats.is_empty() { b"" } else { b"}" });
    before = ",\"areas\":{";
    for (area, (held, sold)) in areas {
        out.extend_from_slice(before.as_bytes());
        put_area(out, &plan.areas()[area.index()], *held, *sold);
        before = ",";
    }
    out.extend_from_slice(if areas.is_empty() { b"}\n\n" } else { b"}}\n\n" });
}
