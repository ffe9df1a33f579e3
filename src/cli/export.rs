//! `understudy export`: the whole journal as lines of JSON, one per commit, and one that says that this was all. The
//! server must not be running.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;

use super::progress::bytes_bar;
use super::say::note;
use crate::app::JOURNAL_DIR;
use crate::journal::export::Exporter;
use crate::journal::local::Reader;

/// To a file, or to standard output. Stops at the first damage: an export is whole, or it fails.
pub fn export(data_dir: &Path, out: Option<&Path>) -> anyhow::Result<()> {
    let reader = Reader::open(&data_dir.join(JOURNAL_DIR))?;
    let commits = match out {
        Some(path) => {
            // A pipe or a device is written to; a file is there whole, or as it was before.
            let is_file = path.metadata().map_or(true, |metadata| metadata.is_file());
            let beside = if is_file { path.with_added_extension("part") } else { path.to_owned() };
            let commits = write_file(reader, &beside).with_context(|| format!("writing {}", beside.display()))?;
            if is_file {
                std::fs::rename(&beside, path).with_context(|| format!("writing {}", path.display()))?;
            }
            commits
        }
        None => write_lines(reader, &mut BufWriter::new(io::stdout().lock()))?,
    };
    note(format_args!("exported {commits} commits"));
    Ok(())
}

fn write_file(reader: Reader, path: &Path) -> anyhow::Result<u64> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let commits = write_lines(reader, &mut file)?;
    let file = file.into_inner()?;
    if file.metadata()?.is_file() {
        file.sync_all()?;
    }
    Ok(commits)
}

fn write_lines(mut reader: Reader, out: &mut impl Write) -> anyhow::Result<u64> {
    let bar = bytes_bar("export", reader.progress().bytes_total);
    let mut exporter = Exporter::default();
    while let Some(record) = reader.next() {
        let commits = exporter.commits();
        let record = record.with_context(|| format!("the journal is damaged after {commits} sound commits"))?;
        exporter.write(&record, out).context("writing the export")?;
        if commits % 1_000 == 0 {
            bar.set_position(reader.progress().bytes_done);
        }
    }
    let commits = exporter.commits();
    exporter.finish(out).and_then(|()| out.flush()).context("writing the export")?;
    bar.finish_and_clear();
    Ok(commits)
}
