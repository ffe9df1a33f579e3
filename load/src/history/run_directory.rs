//! Where a run's files are.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Call, Fault, Setup, codec};

#[derive(Clone, Debug)]
pub struct RunDirectory(PathBuf);

impl RunDirectory {
    pub fn create(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
        let directory = Self(path.to_owned());
        // What an earlier run left behind must not be mistaken for this one's.
        for file in [directory.history(), directory.closing(), directory.export(), directory.file("faults.jsonl")] {
            if file.exists() {
                fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
            }
        }
        Ok(directory)
    }

    pub fn open(path: &Path) -> Result<Self> {
        anyhow::ensure!(path.is_dir(), "{} is not the directory of a run", path.display());
        Ok(Self(path.to_owned()))
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn history(&self) -> PathBuf {
        self.file("history.bin")
    }

    /// The reads after the run.
    pub fn closing(&self) -> PathBuf {
        self.file("closing.bin")
    }

    pub fn export(&self) -> PathBuf {
        self.file("export.jsonl")
    }

    pub fn write_setup(&self, setup: &Setup) -> Result<()> {
        self.write_json("setup.json", setup)
    }

    pub fn setup(&self) -> Result<Setup> {
        let path = self.file("setup.json");
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&bytes).with_context(|| format!("{} is not a setup", path.display()))
    }

    /// Of the run and, where there are such, of the reads after it.
    pub fn calls(&self) -> Result<Vec<Call>> {
        let mut calls = read_calls(&self.history())?;
        if self.closing().exists() {
            calls.extend(read_calls(&self.closing())?);
        }
        Ok(calls)
    }

    pub fn write_faults(&self, faults: &[Fault]) -> Result<()> {
        let path = self.file("faults.jsonl");
        let mut file = fs::File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        let lines: Result<Vec<String>, _> = faults.iter().map(serde_json::to_string).collect();
        file.write_all(lines?.join("\n").as_bytes()).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Empty where none were recorded.
    pub fn faults(&self) -> Result<Vec<Fault>> {
        let path = self.file("faults.jsonl");
        if !path.exists() {
            return Ok(Vec::new());
        }
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        parse_lines(&text).with_context(|| format!("{} is not a list of faults", path.display()))
    }

    pub fn write_json<T: Serialize>(&self, name: &str, value: &T) -> Result<()> {
        self.write_text(name, &serde_json::to_string_pretty(value)?)
    }

    pub fn write_text(&self, name: &str, text: &str) -> Result<()> {
        let path = self.file(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }
}

fn read_calls(path: &Path) -> Result<Vec<Call>> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    codec::read(Bytes::from(bytes)).with_context(|| format!("{} is not a history", path.display()))
}

/// JSON lines; empty ones are passed over.
fn parse_lines<T: DeserializeOwned>(text: &str) -> Result<Vec<T>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).enumerate();
    lines.map(|(number, line)| serde_json::from_str(line).with_context(|| format!("line {}", number + 1))).collect()
}
