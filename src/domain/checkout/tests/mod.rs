//! Given / when / then for every rule of the checkout, the table of all decisions, and simulations.

mod crashes;
mod money;
mod office;
mod payment;
mod provider;
mod random_runs;
mod refunds;
mod script;
mod seats;
mod table;
mod world;
