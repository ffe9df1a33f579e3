//! The same key gets the same answer, to the letter; for another body it is refused.

use crate::api::{AnswerKind, CallKind};
use crate::audit::case::Case;
use crate::audit::commands::{Command, Outcome};
use crate::audit::verdict::Verdict;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("the same key got the same answer, and none for another body", "repeated keys");
    // A checkout goes on: the same key gets the same one, as it stands then, and another property judges that.
    let lasting = case.commands.iter().filter(|command| command.kind != CallKind::Checkout);
    for command in lasting {
        let answered = command.attempts.iter().filter(|call| !call.answer_kind().may_be_retried()).count();
        if answered < 2 && command.reuses.is_empty() {
            continue;
        }
        verdict.looked();
        if let Some(what) = repeated(command, !case.evidence.faults.is_empty()).or_else(|| reused(command)) {
            verdict.broken(what, command.lines());
        }
    }
    verdict
}

/// `faults`: refusals are remembered in memory only, so that after a crash they may be decided again.
fn repeated(command: &Command, faults: bool) -> Option<String> {
    let mut answers = command.attempts.iter().filter(|call| !call.answer_kind().may_be_retried());
    let first = answers.next()?;
    let refused = matches!(command.outcome, Outcome::Refused { .. });
    let other = answers.find(|call| (call.status, &call.answer) != (first.status, &first.answer))?;
    // A refusal's answer names its request, which is another each time.
    let same_refusal = refused && (other.status, other.code()) == (first.status, first.code());
    let may_differ = faults && first.answer_kind() == AnswerKind::Refusal;
    (!same_refusal && !may_differ)
        .then(|| format!("attempts {} and {} were answered differently", first.attempt, other.attempt))
}

fn reused(command: &Command) -> Option<String> {
    let (accepted, _) = command.accepted()?;
    let wrong = command.reuses.iter().find(|call| {
        let after = call.started_us >= accepted.ended_us;
        let final_answer = !call.answer_kind().may_be_retried();
        after && final_answer && call.code() != "idempotency_key_reused"
    })?;
    Some(format!("attempt {} had another body and was answered {}", wrong.attempt, wrong.status))
}
