//! The binary: reads its arguments and does what they say.

use std::process::ExitCode;

use clap::Parser;
use understudy::cli::{Arguments, exit_code};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    exit_code(Arguments::parse().run())
}
