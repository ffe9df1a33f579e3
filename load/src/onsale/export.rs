//! Getting the journal out: by the server's own export when it has stopped, or live.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::http::{Request, Target};
use crate::server::{Office, ServerCommand};

/// From the data of a server that has stopped.
pub fn of_stopped(command: &ServerCommand, file: &Path) -> Result<()> {
    let out = file.to_str().context("the run's directory has a name that is not text")?;
    command.run(&["export", "--out", out])
}

/// From a server that runs.
pub fn of_running(target: Target, file: &Path) -> Result<()> {
    let request = Request { method: "GET", path: "/v1/ops/export?from=1", ..Request::default() };
    let answer = Office::new(target)?.call(&request)?;
    let said = || String::from_utf8_lossy(&answer.body[..answer.body.len().min(300)]).into_owned();
    ensure!(answer.status == 200, "the live export was answered {}: {}", answer.status, said());
    fs::write(file, &answer.body).with_context(|| format!("cannot write {}", file.display()))
}
