//! Who may call what: every route is tried without a key, with a wrong one and with the right one.

use understudy::http::{Access, routes};

use super::http_app::TestApp;

/// Ids that name nothing, so that no call changes anything.
fn address(path: &str) -> String {
    let nobody = "00000000-0000-7000-8000-000000000000";
    path.replace("{show_id}", nobody)
        .replace("{hold_id}", nobody)
        .replace("{booking_id}", nobody)
        .replace("{venue_id}", nobody)
        .replace("{checkout_id}", nobody)
        .replace("{gateway}", "nobody")
        .replace("{customer_id}", "nobody")
}

#[test]
fn a_route_needs_the_key_or_does_not_as_the_table_says() {
    let app = TestApp::start();
    for route in routes() {
        let (method, path) = (route.method.as_str(), address(route.path));
        let without = app.open(method, &path).send();
        match route.access {
            Access::Key => {
                without.problem(401, "unauthorized");
                assert_eq!(without.header("www-authenticate"), Some("Bearer"), "{method} {path}");
            }
            Access::Anyone => assert_ne!(without.status, 401, "{method} {path}: {}", without.text()),
        }
        if path.starts_with("/v1") {
            let wrong = app.open(method, &path).header("Authorization", "Bearer wrong").send();
            wrong.problem(401, "unauthorized");
        }
        let with = app.keyed(method, &path).send();
        assert!(with.status != 401 && with.status < 500, "{method} {path}: {}", with.text());
    }
}

#[test]
fn exactly_what_buyers_need_is_open() {
    let open: Vec<String> = routes()
        .iter()
        .filter(|route| route.access == Access::Anyone)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let expected = [
        "POST /v1/shows/{show_id}/holds",
        "POST /v1/shows/{show_id}/holds/{hold_id}/checkout",
        "GET /v1/checkouts/{checkout_id}",
        "POST /v1/payments/{gateway}/webhooks",
        "PATCH /v1/shows/{show_id}/holds/{hold_id}",
        "DELETE /v1/shows/{show_id}/holds/{hold_id}",
        "GET /v1/shows/{show_id}/seats",
        "GET /v1/shows/{show_id}",
        "GET /v1/shows",
        "GET /health/live",
        "GET /health/ready",
        "GET /docs",
        "GET /openapi.json",
    ];
    assert_eq!(open, expected);
}
