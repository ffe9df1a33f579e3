//! The bare append-only file: one thread takes what is queued, writes it, syncs it once, and says so. What any durable
//! answer costs at least on this disk, whoever decides it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::mpsc;

use anyhow::{Context, Result};
use tokio::sync::oneshot;

/// Written through before the first append, as the journal's segments are: a file that grows is slower to sync. When it
/// is full it begins anew.
const FILE_BYTES: usize = 32 << 20;

#[derive(Clone)]
pub struct BareLog(mpsc::Sender<Entry>);

struct Entry {
    bytes: Vec<u8>,
    durable: oneshot::Sender<()>,
}

impl BareLog {
    pub fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("cannot create {}", path.display()))?;
        file.write_all_at(&vec![0; FILE_BYTES], 0)?;
        file.sync_all()?;
        let (entries, queue) = mpsc::channel();
        std::thread::spawn(move || match write(&file, &queue) {
            Ok(()) => {}
            // Whoever waits sees that nobody will answer.
            Err(error) => eprintln!("the bare log cannot be written: {error}"),
        });
        Ok(Self(entries))
    }

    /// Returns once it is durable; `false`: it never will be.
    pub async fn append(&self, bytes: Vec<u8>) -> bool {
        let (durable, is_durable) = oneshot::channel();
        self.0.send(Entry { bytes, durable }).is_ok() && is_durable.await.is_ok()
    }
}

fn write(file: &File, queue: &mpsc::Receiver<Entry>) -> io::Result<()> {
    let (mut group, mut waiting, mut offset) = (Vec::new(), Vec::new(), 0);
    while let Ok(first) = queue.recv() {
        for Entry { bytes, durable } in std::iter::once(first).chain(queue.try_iter()) {
            group.extend(bytes);
            waiting.push(durable);
        }
        if offset + group.len() > FILE_BYTES {
            offset = 0;
        }
        file.write_all_at(&group, offset as u64)?;
        file.sync_data()?;
        offset += group.len();
        group.clear();
        for durable in waiting.drain(..) {
            // Who asked may have gone.
            let _ = durable.send(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_acknowledged_is_in_the_file_in_order() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("log");
        let log = BareLog::create(&path).expect("a log");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            for word in ["first", "second"] {
                assert!(log.append(word.into()).await);
            }
        });
        let bytes = std::fs::read(&path).expect("the file");
        assert_eq!(bytes.len(), FILE_BYTES);
        assert!(bytes.starts_with(b"firstsecond\0"));
    }
}
