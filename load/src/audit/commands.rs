//! The commands behind the calls: all attempts with one key are one command, with one outcome.

use std::collections::HashMap;

use crate::api::{AnswerKind, CallKind, Stamp};
use crate::history::Call;

/// One command of a buyer.
#[derive(Debug)]
pub struct Command<'a> {
    pub kind: CallKind,
    pub show: u32,
    pub buyer: u64,
    /// All that were sent with its body, in order.
    pub attempts: Vec<&'a Call>,
    /// Sent with its key and another body.
    pub reuses: Vec<&'a Call>,
    pub outcome: Outcome<'a>,
}

#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    Accepted {
        call: &'a Call,
        stamp: Stamp,
    },
    /// A checkout: it goes on by itself, and its answer names no version of the show.
    Begun {
        call: &'a Call,
    },
    Refused {
        call: &'a Call,
    },
    /// Never answered for certain: it happened, or it did not.
    Unknown,
}

impl<'a> Command<'a> {
    pub fn started_us(&self) -> i64 {
        self.attempts[0].started_us
    }

    /// When its outcome was known; `None` while it is not.
    pub fn ended_us(&self) -> Option<i64> {
        match self.outcome {
            Outcome::Accepted { call, .. } | Outcome::Begun { call } | Outcome::Refused { call } => Some(call.ended_us),
            Outcome::Unknown => None,
        }
    }

    pub fn accepted(&self) -> Option<(&'a Call, Stamp)> {
        match self.outcome {
            Outcome::Accepted { call, stamp } => Some((call, stamp)),
            Outcome::Begun { .. } | Outcome::Refused { .. } | Outcome::Unknown => None,
        }
    }

    pub fn lines(&self) -> Vec<String> {
        self.attempts.iter().chain(&self.reuses).map(|call| call.line()).collect()
    }
}

/// In the order in which they began.
pub fn group(calls: &[Call]) -> Vec<Command<'_>> {
    let mut by_key: HashMap<u64, Vec<&Call>> = HashMap::new();
    for call in calls.iter().filter(|call| call.key != 0) {
        by_key.entry(call.key).or_default().push(call);
    }
    let mut commands: Vec<Command> = by_key.into_values().map(command).collect();
    commands.sort_by_key(|command| (command.started_us(), command.attempts[0].key));
    commands
}

fn command(mut calls: Vec<&Call>) -> Command<'_> {
    calls.sort_by_key(|call| (call.started_us, call.attempt));
    let body = calls[0].request.clone();
    let (attempts, reuses): (Vec<&Call>, Vec<&Call>) = calls.into_iter().partition(|call| call.request == body);
    let first = attempts[0];
    let accepted = attempts.iter().find(|call| (200..300).contains(&call.status));
    let refused = attempts
        .iter()
        .find(|call| matches!(call.answer_kind(), AnswerKind::Refusal | AnswerKind::Unexpected) && call.status < 500);
    let outcome = match (accepted, refused) {
        (Some(call), _) if first.kind == CallKind::Checkout => Outcome::Begun { call },
        // An answer without a stamp is one that cannot be looked up: `acknowledged` says so.
        (Some(call), _) => Outcome::Accepted {
            call,
            stamp: serde_json::from_slice(&call.answer).unwrap_or(Stamp { version: 0, position: 0 }),
        },
        (None, Some(call)) => Outcome::Refused { call },
        (None, None) => Outcome::Unknown,
    };
    Command { kind: first.kind, show: first.show, buyer: first.buyer, attempts, reuses, outcome }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use uuid::Uuid;

    use super::*;

    fn call(key: u64, attempt: u16, status: u16, request: &'static str) -> Call {
        Call {
            kind: CallKind::Confirm,
            show: 0,
            buyer: 1,
            key,
            attempt,
            subject: Uuid::nil(),
            min_position: 0,
            started_us: i64::from(attempt) * 10,
            ended_us: i64::from(attempt) * 10 + 5,
            status,
            request: Bytes::from_static(request.as_bytes()),
            answer: Bytes::from_static(br#"{"version":4,"position":"9"}"#),
        }
    }

    #[test]
    fn attempts_with_one_key_are_one_command_and_other_bodies_are_kept_apart() {
        let calls = [call(1, 1, 0, "a"), call(1, 2, 201, "a"), call(1, 3, 422, "b"), call(2, 1, 0, "c")];
        let commands = group(&calls);
        assert_eq!(commands.len(), 2);
        let (accepted, stamp) = commands[0].accepted().expect("accepted on the second attempt");
        assert_eq!((accepted.attempt, stamp.version), (2, 4));
        assert_eq!((commands[0].started_us(), commands[0].ended_us()), (10, Some(25)));
        assert_eq!(commands[0].reuses.len(), 1);
        assert!(matches!(commands[1].outcome, Outcome::Unknown));
    }
}
