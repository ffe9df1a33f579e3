//! What operators see of the views.

use serde::Serialize;

use super::project::Parked;
use super::projection::Projection;
use super::shared::Shared;
use crate::journal::Position;

#[derive(Clone, Debug, Serialize)]
pub struct ProjectionReport {
    pub name: &'static str,
    pub version: u32,
    /// Up to where it has folded.
    pub cursor: Position,
    /// Commits between the cursor and the journal's durable end.
    pub lag_commits: u64,
    /// For how long it has been behind; 0 when it is not.
    pub lag_ms: u64,
    /// Shows that it cannot fold, and goes on without.
    pub parked: Vec<Parked>,
}

pub fn report<P: Projection>(shared: &Shared<P>, end: Position) -> ProjectionReport {
    let cursor = shared.cursor();
    let lag_commits = end.0.saturating_sub(cursor.0);
    let lag_ms = if lag_commits == 0 { 0 } else { shared.behind_for().as_millis() as u64 };
    ProjectionReport { name: P::NAME, version: P::VERSION, cursor, lag_commits, lag_ms, parked: shared.parked() }
}
