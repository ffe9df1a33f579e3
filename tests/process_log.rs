//! What the log says of a request that was not served: its id, by which the caller can ask about it.

use serde_json::json;

use super::http_app::until;
use super::process::{Server, program, said};

#[test]
fn a_problem_is_found_in_the_log_by_the_id_of_its_request() {
    let dir = tempfile::tempdir().expect("a folder");
    let log = dir.path().join("log");
    let settings = [("UNDERSTUDY__LOG__FORMAT", "json"), ("UNDERSTUDY__LOG__FILTER", "understudy=debug")];
    let server = Server::start_logged(&dir.path().join("data"), &settings, &log);
    let show = server.show();
    server.call("GET", "/nowhere").header("X-Request-Id", "order-404").send().problem(404, "route_not_found");
    server.call("POST", "/v1/ops/disk").json(&json!({"mode": "full"})).send().expect(200);
    let hold = server.call("POST", &format!("/v1/shows/{show}/holds")).header("X-Request-Id", "order-503");
    assert_eq!(hold.json(&json!({"seats": ["A-1"]})).send().status, 503);
    for (id, status) in [("order-404", 404), ("order-503", 503)] {
        until("the log has the request", || {
            let text = std::fs::read_to_string(&log).expect("a log");
            let has_both = |line: &str| {
                line.contains(&format!("\"request_id\":\"{id}\"")) && line.contains(&format!("\"status\":{status}"))
            };
            text.lines().any(has_both)
        });
    }
    server.kill();
}

#[test]
fn a_filter_with_a_word_that_is_no_level_is_refused_by_the_name_of_its_setting() {
    let dir = tempfile::tempdir().expect("a folder");
    for filter in ["warning", "inof", "", "info;debug"] {
        let mut command = program(dir.path());
        command.args(["keys", "create", "--role", "ops"]).env("UNDERSTUDY__LOG__FILTER", filter);
        let refused = command.output().expect("it runs");
        assert!(!refused.status.success() && said(&refused).contains("`log.filter`"), "{filter:?}: {}", said(&refused));
    }
}
