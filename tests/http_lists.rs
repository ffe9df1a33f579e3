//! Lists by pages and filters, and HEAD, over a real port.

use serde_json::json;

use understudy::access::Role;

use super::http_app::{TestApp, text};

/// The ids of the shows on one page, and where to go on.
fn page(app: &TestApp, query: &str) -> (Vec<String>, Option<String>) {
    let list = app.get(&format!("/v1/shows?{query}"));
    let shows = list["shows"].as_array().expect("a list").iter().map(|show| text(show, "show_id")).collect();
    (shows, list["next_cursor"].as_str().map(str::to_owned))
}

/// Three shows, a second and a month apart, the second one on sale; the views have them.
fn three(app: &TestApp) -> Vec<String> {
    let shows: Vec<String> = [("Hamlet", 7), ("Macbeth", 8), ("HAMLET, again", 9)]
        .into_iter()
        .map(|(title, month)| {
            app.clock.advance_seconds(1);
            app.scheduled(&json!({"title": title, "starts_at": format!("2026-{month:02}-01T19:30")}))
        })
        .collect();
    let opened = app.keyed("POST", &format!("/v1/shows/{}/open", shows[1])).send().expect(200);
    app.get_after(&opened, "/v1/shows");
    shows
}

#[test]
fn pages_name_a_next_one_only_where_more_follows() {
    let app = TestApp::start();
    let shows = three(&app);
    let (first, cursor) = page(&app, "limit=2");
    let cursor = cursor.expect("one more follows");
    assert_eq!(first, shows[..2]);
    // What is scheduled meanwhile comes at the end, and moves nothing.
    app.clock.advance_seconds(1);
    let later = app.scheduled(&json!({}));
    super::http_app::until("the list has it", || page(&app, "").0.contains(&later));
    assert_eq!(
        page(&app, &format!("limit=2&cursor={cursor}")),
        (vec![shows[2].clone(), later], None),
        "a full last page"
    );
}

#[test]
fn a_list_has_what_matches_every_filter() {
    let app = TestApp::start();
    let shows = three(&app);
    for (query, found) in [
        ("text=hamlet", vec![0, 2]),
        ("text=hamlet&from=2026-08-15T00:00:00Z", vec![2]),
        ("from=2026-07-01T17:30:00Z&to=2026-08-01T17:30:00Z", vec![0]),
        ("from=2026-07-01T19:30:00%2B02:00&to=2026-08-01T19:30:01%2B02:00", vec![0, 1]),
        ("status=on_sale", vec![1]),
        ("status=scheduled&limit=1", vec![0]),
        ("organiser=nobody", vec![]),
    ] {
        let expected: Vec<String> = found.into_iter().map(|index: usize| shows[index].clone()).collect();
        assert_eq!(page(&app, query).0, expected, "{query}");
    }
    for (query, field) in [
        ("status=sold", "status"),
        ("from=tomorrow", "from"),
        ("text=", "text"),
        ("organiser=Two%20Words", "organiser"),
    ] {
        let problem = app.keyed("GET", &format!("/v1/shows?{query}")).send().problem(400, "invalid_query");
        assert_eq!(problem["field"], field);
    }
}

#[test]
fn head_is_get_without_its_body() {
    let app = TestApp::start();
    let show = app.show();
    for path in
        [format!("/v1/shows/{show}"), format!("/v1/shows/{show}/seats"), "/v1/nowhere".into(), "/health/live".into()]
    {
        let (get, head) = (app.keyed("GET", &path).send(), app.keyed("HEAD", &path).send());
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
        for name in ["content-type", "content-length"] {
            assert_eq!(head.header(name).is_some(), get.header(name).is_some(), "{path}: {name}");
        }
    }
    // What GET is not allowed, HEAD is not either.
    assert_eq!(app.open("HEAD", "/v1/ops/actors").send().status, 401);
    assert_eq!(app.open("HEAD", &format!("/v1/shows/{show}/holds")).send().status, 405);
}

#[test]
fn a_reader_meets_every_show_once_and_in_order_while_others_are_scheduled() {
    let app = TestApp::start();
    let venue = app.venue();
    let schedule = |number: u32| {
        app.clock.advance_seconds(1);
        let show = json!({"venue_id": venue, "title": format!("Show {number}"), "starts_at": "2026-07-01T19:30",
            "time_zone": "Europe/Berlin", "currency": "EUR", "prices": {"Stalls": 4500}});
        app.post("/v1/shows", &show).expect(201)
    };
    let before: Vec<String> = (0..20).map(|number| text(&schedule(number), "show_id")).collect();
    app.get_after(&schedule(20), "/v1/shows");
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| (21..41).for_each(|number| drop(schedule(number))));
        let (mut met, mut cursor) = page(&app, "limit=3");
        while let Some(at) = cursor {
            let (more, next) = page(&app, &format!("limit=3&cursor={at}"));
            met.extend(more);
            cursor = next;
        }
        assert_eq!(met[..20], before);
        assert!(met.is_sorted_by(|one, next| one < next), "in the order of their ids, each once");
        writer.join().expect("scheduled");
    });
}

#[test]
fn the_bookings_of_a_customer_come_in_pages_oldest_first() {
    let app = TestApp::start();
    let show = app.show();
    let mut last = json!({});
    let booked: Vec<String> = (1..=5)
        .map(|seat| {
            app.clock.advance_seconds(1);
            let hold = app.hold(&show, &json!({"customer_id": "ada", "seats": [format!("A-{seat}")]})).expect(201);
            last = app.confirm(&show, &hold).expect(201);
            text(&last, "booking_id")
        })
        .collect();
    app.get_after(&last, "/v1/customers/ada/bookings");
    let mut met = Vec::new();
    let mut query = "limit=2".to_owned();
    loop {
        let list = app.get(&format!("/v1/customers/ada/bookings?{query}"));
        met.extend(list["bookings"].as_array().expect("a list").iter().map(|booking| text(booking, "booking_id")));
        let Some(cursor) = list["next_cursor"].as_str() else { break };
        query = format!("limit=2&cursor={cursor}");
    }
    assert_eq!(met, booked);
}

/// The door list: who has no customer is on it as well, and who was cancelled.
#[test]
fn the_bookings_of_a_show_are_listed_in_the_order_of_the_sale() {
    let mut app = TestApp::start();
    let (show, other) = (app.show(), app.show());
    let book = |app: &TestApp, show: &str, seat: &str, customer: Option<&str>| {
        let hold = app.hold(show, &json!({"seats": [seat], "customer_id": customer})).expect(201);
        app.confirm(show, &hold).expect(201)
    };
    let mut sold = Vec::new();
    for half in [["A-3", "A-1", "B-2"], ["B-1", "A-2", "A-4"]] {
        for (seat, customer) in half.into_iter().zip([Some("Ann"), None, Some("Bob")]) {
            sold.push(text(&book(&app, &show, seat, customer), "booking_id"));
            book(&app, &other, seat, customer);
        }
        // The first half is on the disk only, the second one in memory only.
        app = if sold.len() == 3 { app.again() } else { app };
    }
    let cancel = format!("/v1/shows/{show}/bookings/{}/cancel", sold[1]);
    let last = app.post(&cancel, &json!({})).expect(200);

    let of_show = format!("/v1/shows/{show}/bookings");
    let ids = |list: &serde_json::Value| -> Vec<String> {
        list["bookings"].as_array().expect("a list").iter().map(|booking| text(booking, "booking_id")).collect()
    };
    for limit in [1, 2, 4, 6, 200] {
        let (mut seen, mut path) = (Vec::new(), format!("{of_show}?limit={limit}"));
        loop {
            let page = app.get_after(&last, &path);
            assert!(ids(&page).len() <= limit);
            seen.extend(ids(&page));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("{of_show}?limit={limit}&cursor={cursor}");
        }
        assert_eq!(seen, sold, "{limit} at a time");
    }
    let all = app.get_after(&last, &of_show);
    let statuses: Vec<_> = all["bookings"].as_array().expect("a list").iter().map(|of| text(of, "status")).collect();
    assert_eq!(statuses, ["confirmed", "cancelled", "confirmed", "confirmed", "confirmed", "confirmed"]);
    assert_eq!((&all["bookings"][0]["customer_id"], &all["bookings"][1]["customer_id"]), (&json!("Ann"), &json!(null)));
    let beyond = app.get(&format!("{of_show}?cursor={}", uuid::Uuid::max()));
    assert_eq!((ids(&beyond), &beyond["next_cursor"]), (vec![], &json!(null)));
    let unknown = format!("/v1/shows/{}/bookings", uuid::Uuid::now_v7());
    app.keyed("GET", &unknown).send().problem(404, "show_not_found");
    app.open("GET", &of_show).send().problem(401, "unauthorized");
    let globe = app.new_key(Role::Organiser, Some("globe"));
    app.with_key(&globe, "GET", &of_show).send().problem(404, "show_not_found");
    app.close_and_verify();
}
