//! Durable commands through one show's actor, in process: many callers, one hot show. Prints a table.
fn main() {}
