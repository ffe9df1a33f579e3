//! One attempt: a request and what became of it.

use bytes::Bytes;
use uuid::Uuid;

use crate::api::{AnswerKind, CallKind, Problem};

/// The call was not about a show.
pub const NO_SHOW: u32 = u32::MAX;

#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub kind: CallKind,
    /// Index into the setup's shows, or [`NO_SHOW`].
    pub show: u32,
    /// Who asked: a number unique in the run; their `customer_id` is made from it.
    pub buyer: u64,
    /// The idempotency key's number in this run; 0: none.
    pub key: u64,
    /// 1: the first time that this key was sent.
    pub attempt: u16,
    /// The hold or booking that the path names; nil: none.
    pub subject: Uuid,
    /// 0: not asked for.
    pub min_position: u64,
    /// Microseconds since 1970, when the first byte was about to be sent and when the answer was complete.
    pub started_us: i64,
    pub ended_us: i64,
    /// 0: no answer came.
    pub status: u16,
    pub request: Bytes,
    pub answer: Bytes,
}

impl Call {
    pub fn answer_kind(&self) -> AnswerKind {
        AnswerKind::of(self.status, &self.code())
    }

    /// The problem's code; empty for a success.
    pub fn code(&self) -> String {
        if (200..300).contains(&self.status) { String::new() } else { Problem::parse(&self.answer).code }
    }

    /// One line for a person.
    pub fn line(&self) -> String {
        let subject = if self.subject.is_nil() { String::new() } else { format!(" {}", self.subject) };
        let answer = match self.status {
            0 => "no answer".to_owned(),
            status => format!("{status} {}", excerpt(&self.answer)),
        };
        format!(
            "{}..{} us  buyer {}  show {}  key {} (attempt {})  {}{subject} {} -> {answer}",
            self.started_us,
            self.ended_us,
            self.buyer,
            self.show,
            self.key,
            self.attempt,
            self.kind.name(),
            excerpt(&self.request),
        )
    }
}

fn excerpt(body: &[u8]) -> String {
    const CHARACTERS_MAX: usize = 400;
    let text = String::from_utf8_lossy(body);
    match text.char_indices().nth(CHARACTERS_MAX) {
        Some((end, _)) => format!("{}... ({} bytes)", &text[..end], body.len()),
        None => text.into_owned(),
    }
}
