//! What one caller may take: requests by address and by key, places held, heads and bodies, and patience.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use understudy::access::Role;

use super::http_app::{KEY, TestApp, plan, text, until};
use super::http_client::{Answer, raw};
use super::http_customers::{WITH_CUSTOMERS, token};
use super::http_stream::version;
use super::http_stream_client::Listener;

/// Three at once, and then one an hour: no test waits for the next.
const THREE_PER_ADDRESS: [(&str, &str); 2] =
    [("UNDERSTUDY__LIMITS__ADDRESS_REQUESTS_PER_MINUTE", "1"), ("UNDERSTUDY__LIMITS__ADDRESS_REQUESTS_BURST", "3")];

fn limited(answer: &Answer) {
    answer.problem(429, "rate_limited");
    let wait: u32 = answer.header("retry-after").and_then(|seconds| seconds.parse().ok()).expect("seconds");
    assert!(wait >= 1);
    assert!(answer.header("ratelimit").is_some_and(|limit| limit.contains(";r=0;t=")), "{:?}", answer.headers);
}

#[test]
fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let app = TestApp::with(&THREE_PER_ADDRESS);
    for left in (0..3).rev() {
        let answer = app.open("GET", "/v1/shows").send();
        answer.expect(200);
        let limit = answer.header("ratelimit").expect("it says what is left").to_owned();
        assert!(limit.starts_with(&format!("\"address\";r={left};t=")), "{limit}");
        assert_eq!(answer.header("ratelimit-policy"), Some("\"address\";q=3;w=180"));
    }
    limited(&app.open("GET", "/v1/shows").send());
    // What is not there, what is not allowed, and guessing keys count as well.
    limited(&app.open("GET", "/nowhere").send());
    limited(&app.open("PUT", "/v1/shows").send());
    limited(&app.open("GET", "/v1/shows").header("Authorization", "Bearer guess").send());
    // Who has a key is known by it, and nobody counts who reads the documentation.
    app.keyed("GET", "/v1/shows").send().expect(200);
    app.open("GET", "/health/live").send().expect(200);
}

#[test]
fn a_guess_of_a_key_costs_the_address_and_a_token_does_too() {
    let app = TestApp::with(&[&THREE_PER_ADDRESS[..], &WITH_CUSTOMERS].concat());
    let token = token("ada");
    for (secret, status) in [("guess", 401), ("a.b.c", 401), (token.as_str(), 200)] {
        app.with_key(secret, "GET", "/v1/shows").send().expect(status);
    }
    for secret in ["guess", "a.b.c", &token] {
        limited(&app.with_key(secret, "GET", "/v1/shows").send());
    }
}

#[test]
fn a_key_has_a_limit_of_its_own_wherever_it_is_used() {
    let settings =
        [("UNDERSTUDY__LIMITS__KEY_REQUESTS_PER_MINUTE", "1"), ("UNDERSTUDY__LIMITS__KEY_REQUESTS_BURST", "4")];
    let app = TestApp::with(&settings);
    let shop = app.new_key(Role::Storefront, None);
    let until_limited =
        |key: &str| (0..9).take_while(|_| app.with_key(key, "GET", "/v1/shows").send().status == 200).count();
    // The test has asked already, to see whether the key is known.
    assert!(until_limited(&shop) < 4);
    limited(&app.with_key(&shop, "GET", "/v1/shows").send());
    assert_eq!(until_limited(KEY), 4);
    for _ in 0..9 {
        app.open("GET", "/v1/shows").send().expect(200);
    }
}

#[test]
fn behind_a_trusted_proxy_callers_are_told_apart_and_behind_another_they_are_not() {
    let from = |app: &TestApp, name: &str, value: &str| app.open("GET", "/v1/shows").header(name, value).send();
    let trusting = [&THREE_PER_ADDRESS[..], &[("UNDERSTUDY__HTTP__TRUSTED_PROXIES", "127.0.0.0/8, ::1")]].concat();
    let app = TestApp::with(&trusting);
    for _ in 0..3 {
        from(&app, "X-Forwarded-For", "198.51.100.7, 203.0.113.9").expect(200);
    }
    limited(&from(&app, "X-Forwarded-For", "203.0.113.9"));
    from(&app, "X-Forwarded-For", "198.51.100.7").expect(200);
    // The proxy passes it on as the client sent it.
    let forged = app.open("GET", "/v1/shows").header("X-Forwarded-For", "203.0.113.9");
    limited(&forged.header("Forwarded", "for=203.0.113.10").send());

    let app = TestApp::with(&[&trusting[..], &[("UNDERSTUDY__HTTP__PROXY_HEADER", "forwarded")]].concat());
    for _ in 0..3 {
        from(&app, "Forwarded", "for=203.0.113.9").expect(200);
    }
    limited(&from(&app, "Forwarded", "for=203.0.113.9"));

    let app = TestApp::with(&THREE_PER_ADDRESS);
    for last in 1..=3 {
        from(&app, "X-Forwarded-For", &format!("203.0.113.{last}")).expect(200);
    }
    limited(&from(&app, "X-Forwarded-For", "203.0.113.4"));
}

fn hold_as(app: &TestApp, show: &str, secret: Option<&str>, body: &Value) -> Answer {
    let path = format!("/v1/shows/{show}/holds");
    let call = secret.map_or_else(|| app.open("POST", &path), |secret| app.with_key(secret, "POST", &path));
    call.json(body).send()
}

#[test]
fn nobody_without_a_key_holds_a_hall() {
    let app = TestApp::with(&[("UNDERSTUDY__LIMITS__ADDRESS_PLACES_MAX", "4")]);
    let (show, other) = (app.show(), app.show());
    let seats = |seats: &[&str]| json!({"seats": seats});
    let first = app.hold(&show, &seats(&["A-1", "A-2", "A-3"])).expect(201);
    // Over all shows, and however the places are asked for.
    for body in [
        seats(&["A-1", "A-2"]),
        json!({"best_available": {"quantity": 2}}),
        json!({"seats": ["A-1"], "general_admission": [{"area": "Pit", "quantity": 1}]}),
    ] {
        let answer = app.hold(&other, &body);
        answer.problem(429, "too_many_held");
        assert_eq!(answer.header("retry-after"), Some("600"));
    }
    // More than anybody may hold is not to be waited for.
    for quantity in [5, 4_294_967_295_u32] {
        let answer = app.hold(&other, &json!({"best_available": {"quantity": quantity}, "seats": ["A-1"]}));
        let problem = answer.problem(422, "too_many_tickets");
        assert!(text(&problem, "detail").contains('4'), "{problem}");
        assert_eq!(answer.header("retry-after"), None);
    }
    // What is refused is not counted, and who has a key is not either.
    app.hold(&show, &seats(&["A-1"])).problem(409, "seats_unavailable");
    hold_as(&app, &show, Some(KEY), &seats(&["A-4", "A-5", "A-6", "A-7", "A-8"])).expect(201);
    let second = app.hold(&other, &seats(&["A-1"])).expect(201);
    app.hold(&other, &seats(&["A-2"])).problem(429, "too_many_held");
    // Released, bought, extended, expired.
    let path = |hold: &Value, show: &str| format!("/v1/shows/{show}/holds/{}", text(hold, "hold_id"));
    let release = app.open("DELETE", &path(&second, &other)).header("Hold-Token", &text(&second, "hold_token"));
    release.send().expect(200);
    let third = app.hold(&other, &seats(&["A-2"])).expect(201);
    app.hold(&other, &seats(&["A-3"])).problem(429, "too_many_held");
    app.confirm(&show, &first).expect(201);
    app.hold(&other, &seats(&["A-3", "A-4", "A-5"])).expect(201);
    app.hold(&other, &seats(&["A-6"])).problem(429, "too_many_held");
    let extend = app.open("PATCH", &path(&third, &other)).header("Hold-Token", &text(&third, "hold_token"));
    extend.json(&json!({"extend_seconds": 900})).send().expect(200);
    app.clock.advance_seconds(601);
    app.hold(&other, &seats(&["A-3", "A-4", "A-5", "A-6"])).problem(429, "too_many_held");
    app.hold(&other, &seats(&["A-3", "A-4", "A-5"])).expect(201);
}

#[test]
fn a_customer_holds_so_many_places_wherever_they_come_from() {
    let app = TestApp::with(&[&WITH_CUSTOMERS[..], &[("UNDERSTUDY__LIMITS__CUSTOMER_PLACES_MAX", "2")]].concat());
    let (show, shop) = (app.show(), app.new_key(Role::Storefront, None));
    let (ada, bob) = (token("ada"), token("bob"));
    let wish = |quantity: u32| json!({"best_available": {"quantity": quantity}});
    let for_ada = |quantity: u32| json!({"best_available": {"quantity": quantity}, "customer_id": "ada"});
    hold_as(&app, &show, Some(&ada), &wish(1)).expect(201);
    hold_as(&app, &show, Some(&shop), &for_ada(1)).expect(201);
    hold_as(&app, &show, Some(&ada), &wish(1)).problem(429, "too_many_held");
    hold_as(&app, &show, Some(&shop), &for_ada(1)).problem(429, "too_many_held");
    hold_as(&app, &show, Some(&bob), &wish(2)).expect(201);
    // A stranger cannot say that he is Ada, and a box office serves whole parties.
    hold_as(&app, &show, None, &for_ada(1)).problem(403, "forbidden");
    hold_as(&app, &show, Some(KEY), &for_ada(3)).expect(201);
}

#[test]
fn what_was_paid_for_is_not_held_any_more() {
    let app = TestApp::with(&[("UNDERSTUDY__LIMITS__ADDRESS_PLACES_MAX", "1")]);
    let show = app.show();
    let hold = hold_as(&app, &show, None, &json!({"seats": ["A-1"]})).expect(201);
    hold_as(&app, &show, None, &json!({"seats": ["A-2"]})).problem(429, "too_many_held");
    assert_eq!(app.begin_checkout(&show, &hold, "pay").expect(202)["status"], "completed");
    hold_as(&app, &show, None, &json!({"seats": ["A-2"]})).expect(201);
}

#[test]
fn what_was_held_at_a_show_that_is_cancelled_is_not_held_any_more() {
    let app = TestApp::with(&[("UNDERSTUDY__LIMITS__ADDRESS_PLACES_MAX", "1")]);
    let (cancelled, other) = (app.show(), app.show());
    hold_as(&app, &cancelled, None, &json!({"seats": ["A-1"]})).expect(201);
    hold_as(&app, &other, None, &json!({"seats": ["A-1"]})).problem(429, "too_many_held");
    app.keyed("POST", &format!("/v1/shows/{cancelled}/cancel")).send().expect(200);
    hold_as(&app, &other, None, &json!({"seats": ["A-1"]})).expect(201);
}

#[test]
fn a_repeated_hold_is_answered_again_though_its_caller_holds_all_they_may() {
    let app = TestApp::with(&[("UNDERSTUDY__LIMITS__ADDRESS_PLACES_MAX", "1")]);
    let path = format!("/v1/shows/{}/holds", app.show());
    let ask = || app.open("POST", &path).header("Idempotency-Key", "k-1").json(&json!({"seats": ["A-1"]})).send();
    let first = ask();
    first.expect(201);
    assert_eq!(ask().text(), first.text());
    app.open("POST", &path).json(&json!({"seats": ["A-2"]})).send().problem(429, "too_many_held");
}

#[test]
fn a_repeated_hold_is_answered_again_though_it_has_ended_and_its_caller_holds_all_they_may() {
    let app = TestApp::with(&[("UNDERSTUDY__LIMITS__ADDRESS_PLACES_MAX", "1")]);
    let show = app.show();
    let path = format!("/v1/shows/{show}/holds");
    let ask = |key: &str, seat: &str| {
        app.open("POST", &path).header("Idempotency-Key", key).json(&json!({"seats": [seat]})).send()
    };
    ask("k-0", "Z-1").problem(422, "unknown_seats");
    let first = ask("k-1", "A-1");
    let hold = first.expect(201);
    let release = app.open("DELETE", &format!("{path}/{}", text(&hold, "hold_id")));
    release.header("Hold-Token", &text(&hold, "hold_token")).send().expect(200);
    let last = ask("k-2", "A-2").expect(201);
    assert_eq!((ask("k-1", "A-1").status, ask("k-1", "A-1").text()), (201, first.text()));
    ask("k-1", "A-3").problem(422, "idempotency_key_reused");
    ask("k-0", "Z-1").problem(422, "unknown_seats");
    // What was not decided before is not decided now, however often it is asked for.
    ask("k-3", "A-3").problem(429, "too_many_held");
    ask("k-3", "A-3").problem(429, "too_many_held");
    ask("k-1", "A-1").expect(201);
    assert_eq!(app.get_after(&last, &format!("/v1/shows/{show}/seats"))["seats"], json!({"A-2": "held"}));
}

#[test]
fn a_crowd_behind_one_address_holds_no_more_than_it_may_with_keys_old_and_new() {
    let app = TestApp::with(&[("UNDERSTUDY__LIMITS__ADDRESS_PLACES_MAX", "3")]);
    let show = app.show();
    let path = format!("/v1/shows/{show}/holds");
    std::thread::scope(|scope| {
        for seat in 1..=8 {
            let ask = |number: u32| {
                let call = app.open("POST", &path).header("Idempotency-Key", &format!("k-{number}"));
                call.json(&json!({"seats": [format!("A-{number}")]})).send()
            };
            scope.spawn(move || {
                for number in [seat, seat % 8 + 1, seat] {
                    let answer = ask(number);
                    assert!([201, 409, 429].contains(&answer.status), "{}", answer.text());
                }
            });
        }
    });
    let show = app.get(&format!("/v1/shows/{show}"));
    assert_eq!(show["held"], 3, "{show}");
}

#[test]
fn a_head_that_is_too_large_is_a_problem() {
    let app = TestApp::with(&[("UNDERSTUDY__HTTP__HEAD_KIB", "4")]);
    let long = "x".repeat(5_000);
    app.open("GET", "/v1/shows").header("X-Anything", &long).send().problem(431, "head_too_large");
    app.open("GET", &format!("/v1/shows?text={long}")).send().problem(431, "head_too_large");
    app.open("GET", "/v1/shows").header("X-Anything", &long[..2_000]).send().expect(200);
}

#[test]
fn who_does_not_finish_a_request_is_dropped() {
    let patience = [("UNDERSTUDY__HTTP__CLIENT_TIMEOUT_MS", "2000"), ("UNDERSTUDY__HTTP__BODY_TIMEOUT_MS", "2000")];
    let app = TestApp::with(&patience);
    let path = format!("/v1/shows/{}/holds", app.show());
    let mut stream = TcpStream::connect(app.address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout can be set");
    let head = format!("POST {path} HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\n{{\"seats\":");
    stream.write_all(head.as_bytes()).expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the server answers, and closes");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"code\":\"body_timeout\"") && answer.contains("connection: close"), "{answer}");

    let mut stream = TcpStream::connect(app.address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout can be set");
    stream.write_all(b"GET /v1/shows HTTP/1.1\r\nHost:").expect("written");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server closes");
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
}

#[test]
fn who_begins_another_request_and_does_not_finish_it_is_dropped_and_who_listens_is_not() {
    let patience = [("UNDERSTUDY__HTTP__CLIENT_TIMEOUT_MS", "3000"), ("UNDERSTUDY__HTTP__KEEP_ALIVE_SECONDS", "1")];
    let app = TestApp::with(&patience);
    let show = app.show();
    let mut listener = Listener::open(app.address, &show, &[]);
    listener.next().expect("a snapshot");
    let mut stream = TcpStream::connect(app.address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout can be set");
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: t\r\n\r\n").expect("written");
    let mut answer = [0; 4_096];
    let length = stream.read(&mut answer).expect("the server answers");
    assert!(answer[..length].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    stream.write_all(b"G").expect("written");
    let _ = stream.read_to_end(&mut Vec::new()).expect("the server closes in the end");
    // By now the listener has said nothing for as long.
    let held = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    assert_eq!(listener.until(version(&held)).len(), 1);
}

/// Sends it, and resets the connection while the disk keeps the answer back.
fn hang_up_on(app: &TestApp, path: &str, key: &str, body: &Value) {
    app.post("/v1/ops/disk", &json!({"mode": "slow", "milliseconds": 2_000})).expect(200);
    let body = body.to_string();
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: t\r\nIdempotency-Key: {key}\r\nContent-Length: {}\r\n", body.len());
    let mut stream = TcpStream::connect(app.address).expect("the server listens");
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).expect("written");
    // A reset that overtakes the request takes it along.
    until("it is on its way", || app.keyed("GET", "/metrics").send().tells_of_a_command_inside());
    rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO)).expect("it can be set");
    drop(stream);
    app.post("/v1/ops/disk", &json!({"mode": "well"})).expect(200);
}

#[test]
fn who_hangs_up_holds_what_they_hold_for_as_long_as_the_show_lets_them() {
    let app = TestApp::with(&[("UNDERSTUDY__LIMITS__ADDRESS_PLACES_MAX", "1")]);
    let show = app.show_with(&json!({"hold_seconds": 1_800}));
    // How long its holds last, only the view says.
    until("the view has the show", || app.keyed("GET", &format!("/v1/shows/{show}")).send().status == 200);
    let path = format!("/v1/shows/{show}/holds");
    hang_up_on(&app, &path, "k-1", &json!({"seats": ["A-1"]}));
    until("it is held", || app.get(&format!("/v1/shows/{show}/seats"))["seats"]["A-1"] == "held");
    app.clock.advance_seconds(605);
    let again = app.open("POST", &path).header("Idempotency-Key", "k-1").json(&json!({"seats": ["A-1"]}));
    again.send().expect(201);
    app.hold(&show, &json!({"seats": ["A-2"]})).problem(429, "too_many_held");
    app.clock.advance_seconds(1_200);
    app.hold(&show, &json!({"seats": ["A-2"]})).expect(201);
}

/// A plan whose drawing is much larger than what the kernel buffers for a connection.
fn large_plan() -> Value {
    let seat = |number: u32| {
        json!({"seat_guid": format!("A-{number}"), "seat_number": number.to_string(),
        "category": "Stalls", "position": {"x": number * 10, "y": 0}})
    };
    json!({"name": "Arena", "categories": [{"name": "Stalls"}],
        "zones": [{"name": "House", "rows": [{"row_number": "A", "seats": (0..20_000).map(seat).collect::<Vec<_>>()}]}]})
}

#[test]
fn a_plan_that_is_too_large_to_be_written_down_is_refused_with_the_limit_and_its_size() {
    let app = TestApp::with(&[("UNDERSTUDY__HTTP__IMPORT_BODY_MIB", "64")]);
    let mut plan = plan();
    plan["zones"][0]["areas"] = json!([{"shape": "text", "text": "x".repeat(49 << 20)}]);
    let import = app.keyed("POST", "/v1/venues").header("Idempotency-Key", "k-1");
    let problem = import.json(&json!({"name": "Arena", "plan": plan})).send().problem(413, "plan_too_large");
    let detail = text(&problem, "detail");
    assert!(detail.contains("50331648") && detail.contains("5138"), "{detail}");
    // The key stands for nothing yet.
    let smaller = app.keyed("POST", "/v1/venues").header("Idempotency-Key", "k-1");
    smaller.json(&json!({"name": "Arena", "plan": super::http_app::plan()})).send().expect(201);
}

#[test]
fn a_reader_who_stalls_is_cut_off() {
    let app = TestApp::with(&[("UNDERSTUDY__HTTP__STALL_TIMEOUT_MS", "1000")]);
    let venue = app.post("/v1/venues", &json!({"name": "Arena", "plan": large_plan()})).expect(201);
    let request = format!("GET /v1/venues/{} HTTP/1.1\r\nHost: t\r\n\r\n", text(&venue, "venue_id"));
    let whole = raw(app.address, request.as_bytes()).body.len();
    let mut stream = TcpStream::connect(app.address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout can be set");
    // Much more than fits into the buffers on the way, and nothing of it is read.
    let times = (64 << 20) / whole;
    stream.write_all(request.repeat(times).as_bytes()).expect("written");
    let deadline = Instant::now() + Duration::from_secs(30);
    // A write on a connection that the server has given up fails, sooner or later.
    while stream.write_all(b"x").is_ok() {
        assert!(Instant::now() < deadline, "the server waits for ever");
        std::thread::sleep(Duration::from_millis(100));
    }
    let _ = stream.shutdown(Shutdown::Both);
    app.open("GET", "/health/ready").send().expect(200);
}
