//! The journal as lines of JSON while the server runs: everything from a position up to what is durable when it is asked
//! for, and then the line that says that this was all. What the lines mean is the journal's.

use std::io;

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes};
use futures_util::stream::{Stream, try_unfold};
use serde_json::json;

use crate::http::openapi::Operation;
use crate::http::problem::{Problem, Reply};
use crate::http::request::{Reading, query};
use crate::http::state::SharedJournal;
use crate::journal::export::Exporter;
use crate::journal::{Position, Record};

/// Records that are read and written at a time.
const PIECE_BYTES: usize = 256 << 10;

pub async fn get(reading: Reading) -> Reply {
    let from = from(reading.request.query_string())?;
    let journal = reading.state().parts.journal.clone();
    let end = *journal.0.durable().borrow();
    Ok(HttpResponse::Ok().content_type("application/jsonl").streaming(Box::pin(lines(journal, from, end))))
}

/// What is still to be written.
struct Rest {
    from: Position,
    exporter: Exporter,
}

/// An error ends the connection before its time, and without the last line, so that a part is never taken for the whole.
fn lines(journal: SharedJournal, from: Position, end: Position) -> impl Stream<Item = io::Result<Bytes>> {
    try_unfold(Some(Rest { from, exporter: Exporter::default() }), move |rest| {
        let journal = journal.clone();
        async move {
            let Some(rest) = rest else { return Ok(None) };
            let from = rest.from;
            if from > end {
                let mut last = Vec::new();
                rest.exporter.finish(&mut last)?;
                return Ok(Some((last.into(), None)));
            }
            let piece = web::block(move || piece(&journal, rest, end)).await.map_err(io::Error::other)?;
            piece
                .map(|(lines, rest)| Some((lines, Some(rest))))
                .inspect_err(|error| tracing::error!(%error, position = %from, "an export ends before its time"))
        }
    })
}

/// Lines, and the rest after them.
fn piece(journal: &SharedJournal, rest: Rest, end: Position) -> io::Result<(Bytes, Rest)> {
    let Rest { from, mut exporter } = rest;
    let records = journal.0.read(from, PIECE_BYTES).map_err(io::Error::other)?;
    let next = records.last().map(|record| record.position.next());
    let next = next.ok_or_else(|| io::Error::other(format!("there is no record at position {from}")))?;
    let mut lines = Vec::with_capacity(2 * PIECE_BYTES);
    for record in records.iter().filter(|record: &&Record| record.position <= end) {
        exporter.write(record, &mut lines)?;
    }
    Ok((lines.into(), Rest { from: next, exporter }))
}

fn from(text: &str) -> Result<Position, Problem> {
    let wrong = || query::wrong("from", "`from` must be a position: a whole number, and the first one is 1");
    match query::pairs(text, &["from"])?.first() {
        None => Ok(Position(1)),
        Some((_, value)) => {
            let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            let position = value.parse::<i64>().ok().and_then(|position| u64::try_from(position).ok());
            position.filter(|position| digits && *position > 0).map(Position).ok_or_else(wrong)
        }
    }
}

/// What this call takes, answers and refuses, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    let from = json!({ "type": "integer", "format": "int64", "minimum": 1, "default": 1 });
    let summary = "Read the journal as lines of JSON, one commit each, and a last line that says how many";
    vec![Operation::text("/v1/ops/export", summary, "application/jsonl").filtered_by(vec![(
        "from",
        "The first position to be read.",
        from,
    )])]
}
