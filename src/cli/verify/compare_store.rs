//! The store's logs against the journal's: the same records, stream by stream. A store that is behind is no violation,
//! it is what the next start catches up.

use super::Findings;
use super::fold::{Folded, StreamEnd, hash_part};
use crate::domain::StreamId;
use crate::store::Store;

pub fn compare(store: &Store, folded: &Folded) -> Findings {
    let cursor = store.cursor();
    if cursor > folded.end {
        return Findings::violation(format!(
            "store: it has commits up to position {cursor}, the journal ends at {}: the journal lost acknowledged commits",
            folded.end
        ));
    }
    let mut findings = Findings::line(if cursor < folded.end {
        format!("store    at position {cursor} of {}: the next start catches it up", folded.end)
    } else {
        "store    at the journal's end".into()
    });
    let violations = &mut findings.violations;
    for (stream, expected) in &folded.streams {
        match end_of(store, *stream) {
            Err(error) => violations.push(format!("store: {error}; it is repaired when it is needed, or by `understudy rebuild`")),
            Ok(found) if found == *expected => {}
            // What came after the cursor is not there yet.
            Ok(found) if expected.position > cursor && found.version < expected.version => {}
            Ok(found) => violations.push(format!(
                "store: stream {stream} ends at version {} there and at {} in the journal, or differs; `understudy rebuild` mends it",
                found.version, expected.version
            )),
        }
    }
    findings
}

fn end_of(store: &Store, stream: StreamId) -> Result<StreamEnd, crate::store::StoreError> {
    let mut end = StreamEnd::default();
    for record in store.stream(stream, 0) {
        let record = record?;
        end.version = record.commit.last_version();
        end.hash_sum = end.hash_sum.wrapping_add(hash_part(&record));
        end.position = record.position;
    }
    Ok(end)
}
