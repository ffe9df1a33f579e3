//! A server that takes no payments.

use serde_json::json;

use super::http_app::text;
use super::process::Server;

#[test]
fn without_a_gateway_no_checkout_is_begun_and_shops_confirm_as_ever() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::with_settings(data.path(), &[("UNDERSTUDY__PAYMENTS__GATEWAY", "none")]);
    let show = server.show();
    let hold = server.hold(&show, "h", &json!({"seats": ["A-1"]}));
    let path = format!("/v1/shows/{show}/holds/{}/checkout", text(&hold, "hold_id"));
    let call = || server.call("POST", &path).header("Hold-Token", &text(&hold, "hold_token"));
    call().header("Idempotency-Key", "pay").send().problem(404, "checkouts_disabled");
    server.call("POST", "/v1/payments/simulated/webhooks").json(&json!({})).send().problem(404, "gateway_not_found");
    server.book(&show, "b", &json!({"seats": ["A-2"]}));
    server.stop();
}
