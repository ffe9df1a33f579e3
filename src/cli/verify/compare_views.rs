//! Each view against the fold, at the position up to which it says it has folded: which may be behind the end.

use std::collections::BTreeSet;

use super::Findings;
use super::fold::Folded;
use super::show_audit::ShowAudit;
use crate::actors::StoredViews;
use crate::domain::ShowId;
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::journal::Position;
use crate::store::Store;

/// At the most so many violations of one view are named.
const NAMED_MAX: usize = 20;

/// Of a show's bookings.
const LISTED_AT_ONCE: usize = 10_000;

pub struct Comparison {
    views: Result<StoredViews, String>,
    violations: Vec<String>,
}

impl Comparison {
    pub fn of(store: &Store) -> Self {
        let views =
            StoredViews::of(store).map_err(|error| format!("views: {error}; they are folded anew at the next start"));
        Self { views, violations: Vec::new() }
    }

    /// Compares those views that say they have folded exactly this much.
    pub fn compare_at(&mut self, position: Position, folded: &Folded) {
        let Ok(views) = &self.views else { return };
        for (view, cursor) in views.cursors() {
            if cursor != position {
                continue;
            }
            let different = folded.shows.iter().filter_map(|(id, show)| {
                let same = match view {
                    "seat_maps" => seat_map_is_the_same(views, *id, show),
                    "shows" => summary_is_the_same(views, *id, show),
                    "bookings" => bookings_are_the_same(views, *id, show),
                    "sales" => sales_are_the_same(views, *id, show),
                    other => unreachable!("the stored view {other} is compared with nothing"),
                };
                match same {
                    Ok(true) => None,
                    Ok(false) => {
                        Some(format!("view {view}: show {id} is not the fold of the log at position {position}"))
                    }
                    Err(error) => Some(format!("view {view}: show {id}: {error}")),
                }
            });
            self.violations.extend(different.take(NAMED_MAX));
        }
    }

    pub fn finish(self) -> Findings {
        match self.views {
            Ok(views) => {
                let cursors = views.cursors().into_iter();
                let lines = cursors.map(|(view, cursor)| format!("view     {view} at position {cursor}")).collect();
                Findings { lines, violations: self.violations }
            }
            Err(error) => Findings::violation(error),
        }
    }
}

type Same = Result<bool, crate::store::StoreError>;

fn seat_map_is_the_same(views: &StoredViews, id: ShowId, show: &ShowAudit) -> Same {
    let Some(map) = views.seat_map(id)? else { return Ok(false) };
    let seats = (0..show.plan.seat_count()).map(SeatIndex).all(|seat| map.status(seat) == show.seat(seat));
    let areas = (0..show.areas.len()).all(|area| map.area_counts(AreaIndex(area as u16)) == show.areas[area]);
    Ok(seats && areas && map.version == show.version)
}

fn summary_is_the_same(views: &StoredViews, id: ShowId, show: &ShowAudit) -> Same {
    let Some(summary) = views.summary(id)? else { return Ok(false) };
    let counts = summary.categories.iter().map(|counts| (counts.held, counts.sold, counts.blocked));
    Ok(counts.eq(show.counts()) && summary.version == show.version && summary.status == show.status)
}

fn bookings_are_the_same(views: &StoredViews, id: ShowId, show: &ShowAudit) -> Same {
    let (mut of_show, mut after) = (BTreeSet::new(), 0);
    loop {
        let page = views.bookings_of_show(id, after, LISTED_AT_ONCE)?;
        let Some((last, ..)) = page.last() else { break };
        after = *last;
        of_show.extend(page.into_iter().map(|(_, id, _)| id));
    }
    if !of_show.iter().eq(show.bookings.keys()) {
        return Ok(false);
    }
    for (id, expected) in &show.bookings {
        let same = views.booking(*id)?.is_some_and(|booking| {
            booking.seats == expected.seats
                && booking.general_admission == expected.general_admission
                && booking.cancelled == expected.cancelled
                && booking.customer_id == expected.customer_id
        });
        let is_listed = match &expected.customer_id {
            Some(customer) => views.lists_for(customer, *id)?,
            None => true,
        };
        if !same || !is_listed {
            return Ok(false);
        }
    }
    Ok(true)
}

fn sales_are_the_same(views: &StoredViews, id: ShowId, show: &ShowAudit) -> Same {
    let Some(sales) = views.sales(id)? else { return Ok(false) };
    let of = sales.categories.iter().map(|category| {
        (category.tickets_sold, category.amount_sold, category.tickets_cancelled, category.amount_cancelled)
    });
    Ok(of.eq(show.sales()) && sales.bookings == show.bookings.len() as u64)
}
