//! Tests that need what a machine may lack: they skip aloud, but where it is promised to be there, they fail.

/// What is promised, separated by blanks: `python3 node mounts booking_flow`.
const VARIABLE: &str = "UNDERSTUDY_PROVIDED";

/// Says why the test is skipped.
pub fn skip(needs: &str, why: &str) {
    let promised = std::env::var(VARIABLE).unwrap_or_default();
    assert!(!is_promised(&promised, needs), "{VARIABLE} promises {needs}, but {why}");
    println!("skipped: {why}");
}

fn is_promised(promised: &str, needs: &str) -> bool {
    promised.split_whitespace().any(|word| word == needs)
}

#[test]
fn what_is_promised_must_not_be_missing() {
    assert!(is_promised("python3 booking_flow", "python3"));
    assert!(!is_promised("python3 booking_flow", "node"));
    assert!(!is_promised("", "node"));
}
