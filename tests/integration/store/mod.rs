//! The store against its promises: it has what the journal has, or says that it has not.

mod ahead;
mod damage;
mod poison;
mod reading;
mod support;
mod tape;
mod values;
mod views;
