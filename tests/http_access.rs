//! The table of who may call what, cell by cell: every route is called by every party, on what is its own organiser's and
//! on what is another's. The cells are made from the routes themselves.

use serde_json::{Value, json};
use understudy::access::Role;
use understudy::http::{Party, routes};

use super::http_app::{KEY, TestApp, plan, text};
use super::http_client::{Answer, Call};
use super::http_customers::{WITH_CUSTOMERS, token};

/// Everything that an address can name, of one organiser.
struct Hall {
    venue: String,
    show: String,
    hold: Value,
    booking: String,
    checkout: String,
    customer: &'static str,
}

impl Hall {
    fn open(app: &TestApp, organiser_key: &str, customer: &'static str) -> Self {
        let call = |path: &str, body: Value| app.with_key(organiser_key, "POST", path).json(&body).send();
        let venue = text(&call("/v1/venues", json!({"name": "Hall", "plan": plan()})).expect(201), "venue_id");
        let show = json!({"venue_id": venue, "title": "Hamlet", "starts_at": "2026-07-01T19:30", "currency": "EUR",
            "time_zone": "Europe/Berlin", "prices": {"Stalls": 4500, "Circle": 3000}});
        let show = text(&call("/v1/shows", show).expect(201), "show_id");
        call(&format!("/v1/shows/{show}/open"), json!({})).expect(200);
        let hold = |seat: &str| {
            call(&format!("/v1/shows/{show}/holds"), json!({"customer_id": customer, "seats": [seat]})).expect(201)
        };
        let (sold, held) = (hold("A-1"), hold("A-2"));
        let confirm = app
            .with_key(organiser_key, "POST", &format!("/v1/shows/{show}/holds/{}/confirm", text(&sold, "hold_id")))
            .header("Hold-Token", &text(&sold, "hold_token"));
        let booking = confirm.json(&json!({"payment_reference": "p"})).send().expect(201);
        app.get_after(&booking, &format!("/v1/bookings/{}", text(&booking, "booking_id")));
        app.get_after(&booking, &format!("/v1/shows/{show}"));
        // Of nobody in particular, so that it is in no customer's list.
        let paid = call(&format!("/v1/shows/{show}/holds"), json!({"seats": ["A-3"]})).expect(201);
        let path = format!("/v1/shows/{show}/holds/{}/checkout", text(&paid, "hold_id"));
        let checkout = app.with_key(organiser_key, "POST", &path).header("Hold-Token", &text(&paid, "hold_token"));
        let checkout = text(&checkout.send().expect(202), "checkout_id");
        Self { venue, show, hold: held, booking: text(&booking, "booking_id"), checkout, customer }
    }

    fn address(&self, path: &str) -> String {
        path.replace("{show_id}", &self.show)
            .replace("{hold_id}", &text(&self.hold, "hold_id"))
            .replace("{booking_id}", &self.booking)
            .replace("{venue_id}", &self.venue)
            .replace("{checkout_id}", &self.checkout)
            .replace("{gateway}", "simulated")
            .replace("{customer_id}", self.customer)
    }
}

/// Who calls: a party, with what it shows at the door.
struct Visitor {
    party: Party,
    secret: Option<String>,
}

impl Visitor {
    fn of(app: &TestApp, party: Party) -> Self {
        let secret = match party {
            Party::Public => None,
            Party::Customer => Some(token("customer-of-lyceum")),
            Party::Key(Role::Ops) => Some(KEY.to_owned()),
            Party::Key(role) => Some(app.new_key(role, Some("lyceum"))),
        };
        Self { party, secret }
    }

    fn call(&self, app: &TestApp, method: &str, path: &str) -> Call {
        let call = app.open(method, path);
        match &self.secret {
            Some(secret) => call.header("Authorization", &format!("Bearer {secret}")),
            None => call,
        }
    }

    /// A call that would change something is sent with a body that is no good, so that the next cell finds what this one
    /// found. Whether the caller is let in is said before the body is looked at.
    fn knock(&self, app: &TestApp, method: &str, path: &str) -> Answer {
        let call = self.call(app, method, path);
        // A live seat map has no end; with a header that is wrong it has no beginning.
        let call = if path.ends_with("/stream") { call.header("Last-Event-ID", "none") } else { call };
        if method == "GET" { call.send() } else { call.header("Content-Type", "text/plain").body("no").send() }
    }
}

/// Calls whose address names something of an organiser, so that there is a difference between one's own and another's.
fn names_a_tenant(path: &str) -> bool {
    path.contains('{') && !path.starts_with("/v1/ops/") && !path.starts_with("/v1/payments/")
}

#[test]
fn every_cell_of_the_table_is_as_it_says() {
    let app = TestApp::with(&WITH_CUSTOMERS);
    let own = Hall::open(&app, &app.new_key(Role::Organiser, Some("lyceum")), "customer-of-lyceum");
    let other = Hall::open(&app, &app.new_key(Role::Organiser, Some("globe")), "customer-of-globe");
    let visitors: Vec<Visitor> = Party::ALL.into_iter().map(|party| Visitor::of(&app, party)).collect();
    let mut cells = 0;
    for route in routes() {
        for visitor in &visitors {
            for (hall, is_own) in [(&own, true), (&other, false)] {
                let (method, path) = (route.method.as_str(), hall.address(route.path));
                let answer = visitor.knock(&app, method, &path);
                let cell = format!("{method} {} by {:?}, own: {is_own}: {}", route.path, visitor.party, answer.text());
                check(&answer, visitor.party, route.admits.admits(visitor.party), route.path, is_own, &cell);
                cells += 1;
            }
        }
    }
    assert_eq!(cells, routes().len() * Party::ALL.len() * 2);
}

fn check(answer: &Answer, party: Party, admitted: bool, path: &str, is_own: bool, cell: &str) {
    if !admitted {
        let expected = if party == Party::Public { (401, "unauthorized") } else { (403, "forbidden") };
        assert_eq!((answer.status, answer.json()["code"].as_str()), (expected.0, Some(expected.1)), "{cell}");
        if party == Party::Public {
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{cell}");
        }
        return;
    }
    assert!(answer.status != 401 && answer.status < 500, "{cell}");
    let kept_to_own = matches!(party, Party::Key(Role::Storefront | Role::BoxOffice | Role::Organiser));
    let of_customer = path.contains("{customer_id}");
    let of_booking = path == "/v1/bookings/{booking_id}";
    match (party, is_own) {
        // A customer's list is the same for everybody, with what the caller may see of it.
        (Party::Key(_), false) if of_customer && kept_to_own => {
            assert_eq!((answer.status, &answer.json()["bookings"]), (200, &json!([])), "{cell}");
        }
        (Party::Customer, false) if of_customer => assert_eq!(answer.status, 403, "{cell}"),
        (Party::Customer, false) if of_booking => assert_eq!(answer.status, 404, "{cell}"),
        (_, false) if kept_to_own && names_a_tenant(path) => {
            let code = if path.contains("venue") { "venue_not_found" } else { "show_not_found" };
            let code = if of_booking { "booking_not_found" } else { code };
            let code = if path == "/v1/checkouts/{checkout_id}" { "checkout_not_found" } else { code };
            assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some(code)), "{cell}");
        }
        // Whoever it is, it is not the provider.
        (_, _) if path.starts_with("/v1/payments/") => {
            answer.problem(403, "webhook_not_genuine");
        }
        (_, _) => assert!(![401, 403, 404].contains(&answer.status), "{cell}"),
    }
    if of_customer && is_own && answer.status == 200 {
        assert_eq!(answer.json()["bookings"].as_array().map(Vec::len), Some(1), "{cell}");
    }
}

#[test]
fn where_sales_are_not_public_strangers_may_not_even_look() {
    let settings = [WITH_CUSTOMERS.as_slice(), &[("UNDERSTUDY__AUTH__PUBLIC_SALES", "false")]].concat();
    let app = TestApp::with(&settings);
    let hall = Hall::open(&app, KEY, "c");
    let storefront = app.new_key(Role::Storefront, None);
    for route in routes() {
        let (method, path) = (route.method.as_str(), hall.address(route.path));
        let answer = app.open(method, &path).send();
        let is_closed = path.starts_with("/v1/") && !path.starts_with("/v1/payments/");
        assert_eq!(answer.status == 401, is_closed || path == "/metrics", "{method} {path}");
    }
    // Customers are no strangers, and a shop of the whole house sells for everybody.
    for secret in [token("c"), storefront] {
        app.with_key(&secret, "GET", &format!("/v1/shows/{}", hall.show)).send().expect(200);
    }
}

#[test]
fn a_wrong_key_is_refused_even_where_none_is_needed() {
    let app = TestApp::with(&WITH_CUSTOMERS);
    let forged = format!("{}x", token("c"));
    for wrong in ["Bearer wrong", "Basic abc", "Bearer ", "Bearer a.b.c", &format!("Bearer {forged}")] {
        app.open("GET", "/v1/shows").header("Authorization", wrong).send().problem(401, "unauthorized");
    }
}

#[test]
fn lists_show_what_belongs_to_the_key() {
    let app = TestApp::start();
    let (lyceum, globe) = (app.new_key(Role::Organiser, Some("lyceum")), app.new_key(Role::Organiser, Some("globe")));
    let own = Hall::open(&app, &lyceum, "c");
    // Shows of one instant have no order.
    app.clock.advance_seconds(1);
    let other = Hall::open(&app, &globe, "c");
    let shows = |call: Call| {
        let list = call.send().expect(200);
        let shows = list["shows"].as_array().expect("a list").clone();
        shows.iter().map(|show| text(show, "show_id")).collect::<Vec<_>>()
    };
    assert_eq!(shows(app.with_key(&lyceum, "GET", "/v1/shows")), [own.show.as_str()]);
    assert_eq!(shows(app.open("GET", "/v1/shows?organiser=globe")), [other.show.as_str()]);
    assert!(shows(app.with_key(&lyceum, "GET", "/v1/shows?organiser=globe")).is_empty());
    assert_eq!(shows(app.keyed("GET", "/v1/shows")), [own.show.as_str(), other.show.as_str()]);
    // One customer, two organisers: each sees its own part.
    let bookings = app.with_key(&globe, "GET", "/v1/customers/c/bookings").send().expect(200);
    assert_eq!(bookings["bookings"].as_array().expect("a list").len(), 1);
    assert_eq!(bookings["bookings"][0]["booking_id"], json!(other.booking));
    assert_eq!(app.get("/v1/customers/c/bookings")["bookings"].as_array().expect("a list").len(), 2);
}

/// Not even a cursor says that a customer buys elsewhere, or when.
#[test]
fn a_page_of_bookings_tells_nothing_of_other_organisers() {
    let app = TestApp::start();
    let (lyceum, globe) = (app.new_key(Role::Organiser, Some("lyceum")), app.new_key(Role::Organiser, Some("globe")));
    let venue = json!({"name": "Hall", "plan": plan(),
        "general_admission": [{"area": "Pit", "category": "Pit", "capacity": 100}]});
    let venue = app.with_key(&lyceum, "POST", "/v1/venues").json(&venue).send().expect(201);
    let show = json!({"venue_id": venue["venue_id"], "title": "Hamlet", "starts_at": "2026-07-01T19:30",
        "currency": "EUR", "time_zone": "Europe/Berlin", "prices": {"Pit": 1500}});
    let show = text(&app.with_key(&lyceum, "POST", "/v1/shows").json(&show).send().expect(201), "show_id");
    app.with_key(&lyceum, "POST", &format!("/v1/shows/{show}/open")).send().expect(200);
    let one = json!({"customer_id": "c", "general_admission": [{"area": "Pit", "quantity": 1}]});
    let mut last = json!(null);
    for _ in 0..40 {
        let hold = app.hold(&show, &one).expect(201);
        last = app.confirm(&show, &hold).expect(201);
    }
    app.get_after(&last, "/v1/customers/c/bookings");
    let page = |key: &str| app.with_key(key, "GET", "/v1/customers/c/bookings?limit=1").send().expect(200);
    assert_eq!((&page(&globe)["bookings"], &page(&globe)["next_cursor"]), (&json!([]), &json!(null)));
    let first = page(&lyceum);
    assert_eq!(first["next_cursor"], first["bookings"][0]["booking_id"]);
}

#[test]
fn what_an_organiser_makes_is_its_own_and_nobody_makes_anything_for_another() {
    let app = TestApp::start();
    let (lyceum, globe) = (app.new_key(Role::Organiser, Some("lyceum")), app.new_key(Role::Organiser, Some("globe")));
    let hall = Hall::open(&app, &lyceum, "c");
    assert_eq!(app.get(&format!("/v1/shows/{}", hall.show))["organiser"], "lyceum");
    let venue = json!({"name": "Hall", "plan": plan(), "organiser": "lyceum"});
    app.with_key(&globe, "POST", "/v1/venues").json(&venue).send().problem(403, "forbidden");
    let show = json!({"venue_id": hall.venue, "title": "Hamlet", "starts_at": "2026-07-01T19:30", "currency": "EUR",
        "time_zone": "Europe/Berlin", "prices": {"Stalls": 4500}});
    app.with_key(&globe, "POST", "/v1/shows").json(&show).send().problem(422, "unknown_venue");
    // The operator may make things for anybody; a show goes with its venue where nothing else is said.
    let made = app.post("/v1/shows", &show).expect(201);
    assert_eq!(app.get_after(&made, &format!("/v1/shows/{}", text(&made, "show_id")))["organiser"], "lyceum");
    let named = app.post("/v1/venues", &venue).expect(201);
    app.with_key(&lyceum, "GET", &format!("/v1/venues/{}", text(&named, "venue_id"))).send().expect(200);
}

#[test]
fn a_revoked_key_opens_nothing() {
    let app = TestApp::start();
    let key = app.new_key(Role::Storefront, Some("lyceum"));
    let file = understudy::access::KeyFile::of(app.dir.path());
    let id = file.read().expect("keys")[0].id.clone();
    file.revoke(&id, jiff::Timestamp::now()).expect("revoked");
    super::http_app::until("a revoked key is refused", || app.with_key(&key, "GET", "/v1/shows").send().status == 401);
}
