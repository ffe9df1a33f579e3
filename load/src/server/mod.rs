//! The server as an operator has it: a process to start and to harm, and an API to put shows on sale with.

mod office;
mod on_sale;
mod process;

pub use office::Office;
pub use on_sale::{OnSaleTerms, put_on_sale};
pub use process::{ServerCommand, ServerProcess};
