//! How many connections there are files for. A connection without a file waits; a journal without one stops the sale, so
//! some files are never given to connections.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// An open connection, and what can close it when its client is silent (see `connections.rs`).
const FILES_PER_CONNECTION: u64 = 2;
/// At the least for the journal, the store, calls to others and everything else.
const RESERVED_MIN: u64 = 128;

/// Connections for each of so many workers: as many as are wanted, or as there are files for.
pub fn connections_for(workers: usize, wanted: usize) -> usize {
    let Some(files) = files_max() else { return wanted };
    let connections = fitting(files, workers, wanted);
    if connections < wanted {
        tracing::warn!(
            files,
            workers,
            connections_max = wanted,
            connections,
            "this process may not open enough files for the connections that `http.connections_max` allows; it takes \
             fewer for each worker: raise the limit of open files (`ulimit -Hn`, `LimitNOFILE=`), or lower the setting"
        );
    }
    connections
}

/// `None`: any number. What the process may raise by itself is raised first.
fn files_max() -> Option<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    if raised.is_ok() { maximum } else { current }
}

fn fitting(files: u64, workers: usize, wanted: usize) -> usize {
    let reserved = RESERVED_MIN.max(files / 8);
    let each = files.saturating_sub(reserved) / FILES_PER_CONNECTION / workers.max(1) as u64;
    usize::try_from(each).unwrap_or(usize::MAX).clamp(1, wanted.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_journal() {
        for (files, workers, wanted, given) in [
            (1_048_576, 2, 25_000, 25_000),
            (20_000, 2, 25_000, 4_375),
            (1_024, 4, 25_000, 112),
            (100, 4, 25_000, 1),
            (u64::MAX, 1, 7, 7),
        ] {
            assert_eq!(fitting(files, workers, wanted), given, "{files} files, {workers} workers, {wanted} wanted");
            let taken = FILES_PER_CONNECTION * (workers * given) as u64;
            assert!(given == 1 || taken + RESERVED_MIN <= files, "{taken} of {files}");
        }
    }

    #[test]
    fn what_may_be_raised_is_raised() {
        let files = files_max();
        assert_eq!(getrlimit(Resource::Nofile).current, files);
    }
}
