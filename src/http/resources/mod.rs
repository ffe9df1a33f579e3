//! One file per resource. A handler parses, asks the layer below, and answers; answers to commands are pure functions
//! of their receipts, so that a repeated key gets the same answer to the letter.

pub mod blocks;
pub mod bookings;
pub mod checkouts;
pub mod customers;
pub mod docs;
pub mod export;
pub mod health;
pub mod holds;
pub mod metrics;
pub mod ops;
pub mod ops_checkouts;
pub mod payments;
pub mod sales;
pub mod sales_status;
pub mod seats;
pub mod shows;
pub mod venues;

use super::openapi::Operation;

mod places;
mod wire;

/// Every call, as its resource describes it.
pub fn operations() -> Vec<Operation> {
    let all = [
        holds::operations(),
        checkouts::operations(),
        payments::operations(),
        seats::operations(),
        shows::operations(),
        sales_status::operations(),
        blocks::operations(),
        bookings::operations(),
        sales::operations(),
        customers::operations(),
        venues::operations(),
        ops::operations(),
        ops_checkouts::operations(),
        export::operations(),
        health::operations(),
        metrics::operations(),
        docs::operations(),
    ];
    all.into_iter().flatten().collect()
}
