//! Checkouts of which nothing is open stand in no view: what has become of them, their own logs say. They are read only
//! when something happens to a booking later, which few bookings ever see.

use super::project::Source;
use super::projection::FoldError;
use crate::actors::stored_commit::stored_commit_now;
use crate::domain::{CheckoutEvent, CheckoutId, Event, ShowEvent, ShowId, StreamId};
use crate::journal::{Position, Record, StreamKind, Version};
use crate::projections::checkouts::CheckoutView;

/// As it was before this position, which the store has. `None`: there was none.
pub fn checkout_before(source: &Source, id: CheckoutId, before: Position) -> Result<Option<CheckoutView>, FoldError> {
    let stream = StreamId::from(id);
    let Some(head) = source.journal.head(stream).filter(|head| head.kind == StreamKind::Checkout) else {
        return Ok(None);
    };
    // Where the store does not have all of it, what is missing could not be told from what is still to come.
    if head.position > source.store.cursor() {
        return Err(FoldError::NotNow(format!("the store is about to have more of checkout {id}")));
    }
    let (mut checkout, mut version) = (None, 0);
    while version < head.version {
        let record = stored_commit_now(&source.store, &*source.journal, stream, version + 1)?;
        if record.position >= before {
            break;
        }
        version = record.commit.last_version();
        fold(&mut checkout, &record);
    }
    Ok(checkout)
}

fn fold(checkout: &mut Option<CheckoutView>, record: &Record) {
    for event in &record.commit.events {
        match (event, &mut *checkout) {
            (Event::Checkout(CheckoutEvent::CheckoutBegun(begun)), None) => {
                *checkout = Some(CheckoutView::begun(begun))
            }
            (Event::Checkout(event), Some(checkout)) => checkout.fold(event),
            // Its own fold has parked it: what it is, nobody knows.
            (Event::Checkout(_), None) | (Event::Show(_) | Event::Venue(_), _) => {}
        }
    }
}

/// The checkouts that may have made the bookings of a show that are older than this version of it.
pub fn booked_before(source: &Source, show: ShowId, before: Version) -> Result<Vec<CheckoutId>, FoldError> {
    let stream = StreamId::from(show);
    loop {
        match booked(source, stream, before) {
            Ok(booked) => return Ok(booked),
            // Damaged or lost: repaired by whoever reads just that.
            Err(version) => stored_commit_now(&source.store, &*source.journal, stream, version)?,
        };
    }
}

/// An error names the version that cannot be read.
fn booked(source: &Source, show: StreamId, before: Version) -> Result<Vec<CheckoutId>, Version> {
    let (mut booked, mut next) = (Vec::new(), 1);
    for record in source.store.stream(show, 0) {
        let Ok(Record { commit, .. }) = record else { return Err(next) };
        if commit.first_version >= before {
            break;
        }
        booked.extend(commit.show_events().filter_map(|(_, event)| match event {
            ShowEvent::BookingConfirmed(confirmed) => Some(CheckoutId::of_booking(confirmed.booking_id)),
            _ => None,
        }));
        next = commit.last_version() + 1;
    }
    if next < before { Err(next) } else { Ok(booked) }
}
