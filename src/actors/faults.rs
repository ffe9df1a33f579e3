//! Faults made on purpose: how an actor can be made to die, and commands that kill whoever handles them.

use std::collections::HashSet;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::domain::CommandId;

/// Where in its life an actor is to die.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrashMode {
    /// In the handler of a message.
    Panic,
    /// In a future that the actor has spawned.
    PanicInFuture,
    /// When its next commit is durable, before anybody is told.
    PanicAfterAppend,
    /// Now, and once more while its next incarnation folds the log.
    PanicInReplay,
    /// Its context ends in the middle of its work, without a panic.
    Stop,
}

/// Commands that kill the actor that decides them. Empty, but in tests.
#[derive(Debug, Default)]
pub struct Faults {
    poison: Mutex<HashSet<CommandId>>,
}

impl Faults {
    pub fn poison(&self, id: CommandId) {
        self.poison.lock().expect("nothing panics while it holds this lock").insert(id);
    }

    pub fn is_poison(&self, id: CommandId) -> bool {
        self.poison.lock().expect("nothing panics while it holds this lock").contains(&id)
    }
}
