//! What a start warns of: settings that are allowed, and that somebody may not have meant.

use super::process::Server;

const SHORT_KEY: &str = "UNDERSTUDY__AUTH__BOOTSTRAP_KEY";
const CHAOS: &str = "UNDERSTUDY__CHAOS__ENABLED";
const ADDRESS: &str = "UNDERSTUDY__HTTP__ADDRESS";

/// The warnings of a start with these settings.
fn warnings(settings: &[(&str, &str)]) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a folder");
    let log = dir.path().join("log");
    let server = Server::start_logged(&dir.path().join("data"), settings, &log);
    server.kill();
    let text = std::fs::read_to_string(&log).expect("a log");
    text.lines().filter(|line| line.contains(" WARN ")).map(str::to_owned).collect()
}

fn has(warnings: &[String], word: &str) -> bool {
    warnings.iter().any(|line| line.contains(word))
}

#[test]
fn a_short_key_where_others_can_try_it_and_chaos_are_warned_of() {
    let warned = warnings(&[(SHORT_KEY, "fifteen-letters"), (CHAOS, "true"), (ADDRESS, "0.0.0.0")]);
    assert!(has(&warned, "auth.bootstrap_key") && has(&warned, "chaos.enabled"), "{warned:?}");
    let warned = warnings(&[(SHORT_KEY, "fifteen-letters"), (CHAOS, "false"), (ADDRESS, "127.0.0.1")]);
    assert!(!has(&warned, "auth.bootstrap_key") && !has(&warned, "chaos.enabled"), "{warned:?}");
    let warned = warnings(&[(SHORT_KEY, "sixteen-letters!"), (CHAOS, "false"), (ADDRESS, "0.0.0.0")]);
    assert!(!has(&warned, "auth.bootstrap_key"), "{warned:?}");
}

#[test]
fn a_variable_that_is_nearly_one_of_ours_is_named() {
    let warned = warnings(&[("UNDERSTUDY_ENVIROMENT", "production"), ("UNDERSTUDY_HTTP__PORT", "1")]);
    assert!(has(&warned, "UNDERSTUDY_ENVIROMENT") && has(&warned, "UNDERSTUDY_HTTP__PORT"), "{warned:?}");
    assert!(!has(&warnings(&[("UNDERSTUDY_URL", "http://127.0.0.1:8080")]), "UNDERSTUDY_"), "it is for the examples");
}
