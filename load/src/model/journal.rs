//! The model's journal: commits as the lines of an export, and the line at its end.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::history::now_us;

#[derive(Default)]
pub struct Journal {
    lines: Vec<String>,
    /// Of the last commit; commits never go back in time.
    time_us: i64,
}

impl Journal {
    pub fn position(&self) -> u64 {
        self.lines.len() as u64
    }

    /// Now, as the next commit will have it.
    pub fn now_us(&mut self) -> i64 {
        self.time_us = self.time_us.max(now_us());
        self.time_us
    }

    /// What the server's export would be.
    pub fn export(&self) -> String {
        let end = json!({ "end": { "commits": self.position(), "hash": "" } });
        self.lines.iter().map(|line| format!("{line}\n")).chain([format!("{end}\n")]).collect()
    }

    pub fn append(&mut self, stream: Uuid, first_version: u64, command: &str, events: Vec<Value>) {
        let time = jiff::Timestamp::from_microsecond(self.time_us).expect("the clock is in range");
        let line = json!({
            "position": self.position() + 1,
            "epoch": 1,
            "stream": stream,
            "first_version": first_version,
            "time": time.to_string(),
            "commands": [{ "id": command, "fingerprint": "0", "events": events.len() }],
            "events": events,
            "hash": "",
        });
        self.lines.push(line.to_string());
    }
}
