//! What the store has beyond a journal that lost its tail: acknowledged commits, to be given back.

use std::sync::Arc;

use super::trees::{Trees, caught};
use super::{log, value};
use crate::journal::{Position, codec};

/// The raw records after a position, in order, dense, each chained to the one before it. Ends where one is missing.
/// Reads the whole log.
pub fn records_after(trees: &Trees, position: Position, hash: codec::Hash) -> Vec<Arc<[u8]>> {
    let mut found = collect(trees, position);
    found.sort_unstable_by_key(|(at, _)| *at);
    let mut records = Vec::with_capacity(found.len());
    let (mut expected, mut previous) = (position.next(), hash);
    for (at, bytes) in found {
        let Ok(frame) = codec::frame(&bytes) else { break };
        if at != expected || !frame.follows(&previous) {
            break;
        }
        (expected, previous) = (at.next(), frame.hash);
        records.push(bytes);
    }
    records
}

/// As much as can be read: what is missing shows as a gap.
fn collect(trees: &Trees, position: Position) -> Vec<(Position, Arc<[u8]>)> {
    let mut records = Vec::new();
    let outcome = caught("reading the whole log", || {
        for entry in trees.log.scan_prefix([log::PREFIX]) {
            let (key, head) = entry?;
            let run = value::whole(&trees.log, &key, &head)?.unwrap_or_default();
            let mut rest = &run[..];
            while let Ok(frame) = codec::frame(rest) {
                if frame.position > position {
                    records.push((frame.position, Arc::from(frame.bytes)));
                }
                rest = &rest[frame.bytes.len()..];
            }
        }
        Ok(())
    });
    if let Err(error) = outcome {
        tracing::error!(%error, "the store's log can be read in part only");
    }
    records
}
