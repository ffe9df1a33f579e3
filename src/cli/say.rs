//! What a command says: on standard output what it was asked for, on standard error what it notes beside it. Who reads
//! may go away before the end, as `head` does: then the command ends too, without a word, as other programs do.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// What a shell says of a program that SIGPIPE has ended.
const READER_GONE: u8 = 141;

/// A line, or some, on standard output.
pub fn say(what: impl Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{what}")
}

/// A line, or some, on standard error. Where nobody reads it, nobody misses it.
pub fn note(what: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{what}");
}

/// How the process ends after this, having said why.
pub fn exit_code(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if reader_is_gone(&error) => ExitCode::from(READER_GONE),
        Err(error) => {
            note(format_args!("understudy: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn reader_is_gone(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == ErrorKind::BrokenPipe)
}
