//! Writing the history without standing in the way of the buyers: they fill a buffer, a thread of its own writes it.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use anyhow::{Context, Result, anyhow};

use super::{Call, codec};

const BUFFER_BYTES: usize = 1 << 20;
/// Buffers that may wait for the disk: enough for any hiccup, and a limit.
const BUFFERS_MAX: usize = 4096;

pub struct RecorderThread {
    sender: SyncSender<Vec<u8>>,
    writer: JoinHandle<Result<u64>>,
}

/// One thread's end of the recording.
pub struct Recorder {
    buffer: Vec<u8>,
    sender: Option<SyncSender<Vec<u8>>>,
}

impl RecorderThread {
    pub fn start(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        let (sender, receiver) = sync_channel(BUFFERS_MAX);
        let writer = std::thread::Builder::new().name("history".into()).spawn(move || write_all(file, receiver))?;
        Ok(Self { sender, writer })
    }

    pub fn recorder(&self) -> Recorder {
        Recorder { buffer: Vec::with_capacity(BUFFER_BYTES + 4096), sender: Some(self.sender.clone()) }
    }

    /// Waits until everything is written: all recorders must have been dropped. Returns the bytes.
    pub fn finish(self) -> Result<u64> {
        drop(self.sender);
        self.writer.join().map_err(|_| anyhow!("the thread that writes the history panicked"))?
    }
}

impl Recorder {
    /// Records nothing: for runs that only measure.
    pub fn off() -> Self {
        Self { buffer: Vec::new(), sender: None }
    }

    pub fn record(&mut self, call: &Call) {
        if self.sender.is_none() {
            return;
        }
        codec::write(call, &mut self.buffer);
        if self.buffer.len() >= BUFFER_BYTES {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let full = std::mem::replace(&mut self.buffer, Vec::with_capacity(BUFFER_BYTES + 4096));
        if let Some(sender) = &self.sender {
            // The writer ends early only on an error of the disk, and `finish` reports that.
            let _ = sender.send(full);
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if !self.buffer.is_empty() {
            self.hand_over();
        }
    }
}

fn write_all(mut file: File, receiver: Receiver<Vec<u8>>) -> Result<u64> {
    let mut bytes = 0;
    for buffer in receiver {
        file.write_all(&buffer).context("the history cannot be written")?;
        bytes += buffer.len() as u64;
    }
    Ok(bytes)
}
