//! The way of a booking over HTTP, as a shop goes it.

use serde_json::json;

use super::http_app::{TestApp, text};

#[test]
fn two_seats_are_held_confirmed_read_and_cancelled_in_part() {
    let app = TestApp::start();
    let show = app.show();
    let hold = app.hold(&show, &json!({"customer_id": "c 1/ü", "seats": ["A-1", "A-2"]})).expect(201);
    let seats = json!([{"seat": "A-1", "category": "Stalls", "price": 4500}, {"seat": "A-2", "category": "Stalls", "price": 4500}]);
    assert_eq!(hold["seats"], seats);
    assert_eq!((&hold["total"], &hold["currency"], &hold["adjacent"]), (&json!(9000), &json!("EUR"), &json!(true)));
    assert_eq!(hold["expires_at"], "2026-03-01T12:10:00Z");
    assert_eq!(text(&hold, "hold_token").len(), 64);

    let map = app.get_after(&hold, &format!("/v1/shows/{show}/seats"));
    assert_eq!(map["seats"], json!({"A-1": "held", "A-2": "held"}));
    assert_eq!(map["areas"], json!({"Pit": {"capacity": 10, "held": 0, "sold": 0}}));
    assert_eq!((&map["version"], map["position"].as_str().is_some()), (&hold["version"], true));

    let booking = app.confirm(&show, &hold).expect(201);
    let (id, tickets) = (text(&booking, "booking_id"), booking["tickets"].as_array().expect("tickets"));
    assert_eq!((tickets.len(), &tickets[0]["seat"], &tickets[0]["price"]), (2, &json!("A-1"), &json!(4500)));

    let cancel = json!({"tickets": [tickets[1]["ticket_id"]]});
    let cancelled = app.post(&format!("/v1/shows/{show}/bookings/{id}/cancel"), &cancel).expect(200);
    assert_eq!((&cancelled["cancelled"][0]["seat"], &cancelled["total"]), (&json!("A-2"), &json!(4500)));

    let read = app.get_after(&cancelled, &format!("/v1/bookings/{id}"));
    assert_eq!((&read["status"], &read["customer_id"]), (&json!("partly_cancelled"), &json!("c 1/ü")));
    assert_eq!((&read["tickets"][0]["cancelled"], &read["tickets"][1]["cancelled"]), (&json!(false), &json!(true)));
    assert_eq!((&read["starts_at"], &read["total"]), (&json!("2026-07-01T19:30:00+02:00"), &json!(4500)));

    let of_customer = app.get_after(&cancelled, "/v1/customers/c%201%2F%C3%BC/bookings");
    assert_eq!(of_customer["bookings"][0]["booking_id"], json!(id));
    assert_eq!(of_customer["next_cursor"], json!(null));

    let rest = app.keyed("POST", &format!("/v1/shows/{show}/bookings/{id}/cancel")).send().expect(200);
    assert_eq!(rest["cancelled"][0]["seat"], "A-1");
    let sales = app.get_after(&rest, &format!("/v1/shows/{show}/sales"));
    assert_eq!((&sales["tickets_sold"], &sales["tickets_cancelled"]), (&json!(2), &json!(2)));
    assert_eq!((&sales["amount_sold"], &sales["categories"][0]["amount_cancelled"]), (&json!(9000), &json!(9000)));
}

#[test]
fn all_three_ways_of_choosing_go_into_one_hold() {
    let app = TestApp::start();
    let show = app.show();
    let wish = json!({"seats": ["B-1"], "best_available": {"quantity": 2, "categories": ["Stalls"]},
        "general_admission": [{"area": "Pit", "quantity": 3}]});
    let hold = app.hold(&show, &wish).expect(201);
    assert_eq!(hold["seats"].as_array().map(Vec::len), Some(3));
    assert_eq!(hold["general_admission"], json!([{"area": "Pit", "category": "Pit", "quantity": 3, "price": 1500}]));
    assert_eq!(hold["total"], 3000 + 2 * 4500 + 3 * 1500);
    let booking = app.confirm(&show, &hold).expect(201);
    assert_eq!(booking["tickets"].as_array().map(Vec::len), Some(6));
    assert_eq!(booking["tickets"][5]["area"], "Pit");
}

#[test]
fn a_hold_is_extended_and_released_with_its_token() {
    let app = TestApp::start();
    let show = app.show();
    let hold = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    let path = format!("/v1/shows/{show}/holds/{}", text(&hold, "hold_id"));
    let token = text(&hold, "hold_token");
    let extend = app.open("PATCH", &path).header("Hold-Token", &token).json(&json!({"extend_seconds": 60}));
    assert_eq!(extend.send().expect(200)["expires_at"], "2026-03-01T12:11:00Z");
    let released = app.open("DELETE", &path).header("Hold-Token", &token).send().expect(200);
    assert_eq!((&released["status"], &released["hold_id"]), (&json!("released"), &hold["hold_id"]));
    let map = app.get_after(&released, &format!("/v1/shows/{show}/seats"));
    assert_eq!(map["seats"], json!({}));
    app.open("DELETE", &path).header("Hold-Token", &token).send().problem(410, "hold_released");
}

#[test]
fn a_hold_past_its_time_is_gone_and_its_seat_free() {
    let app = TestApp::start();
    let show = app.show();
    let hold = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    app.clock.advance_seconds(601);
    app.confirm(&show, &hold).problem(410, "hold_expired");
    app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
}

#[test]
fn every_seat_in_the_way_is_named() {
    let app = TestApp::start();
    let show = app.show();
    app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    let sold = app.hold(&show, &json!({"seats": ["A-2"]})).expect(201);
    app.confirm(&show, &sold).expect(201);
    let block = json!({"seats": ["A-3"], "reason": "camera"});
    let blocked = app.post(&format!("/v1/shows/{show}/blocks"), &block).expect(200);
    assert_eq!(blocked["blocked"], json!(["A-3"]));

    let problem = app.hold(&show, &json!({"seats": ["A-1", "A-2", "A-3", "A-4"]})).problem(409, "seats_unavailable");
    let seat = |seat: &str, status: &str| json!({"seat": seat, "status": status});
    assert_eq!(problem["conflicts"], json!([seat("A-1", "held"), seat("A-2", "sold"), seat("A-3", "blocked")]));
    // All or nothing: the free one was not taken.
    app.hold(&show, &json!({"seats": ["A-4"]})).expect(201);

    let unblock = app.keyed("DELETE", &format!("/v1/shows/{show}/blocks")).json(&json!({"seats": ["A-3"]}));
    assert_eq!(unblock.send().expect(200)["unblocked"], json!(["A-3"]));
}

#[test]
fn a_show_is_opened_paused_and_cancelled() {
    let app = TestApp::start();
    let show = app.scheduled(&json!({}));
    let change = |to: &str| app.keyed("POST", &format!("/v1/shows/{show}/{to}")).send();
    app.hold(&show, &json!({"seats": ["A-1"]})).problem(409, "show_not_on_sale");
    assert_eq!(change("open").expect(200)["status"], "on_sale");
    assert_eq!(change("pause").expect(200)["status"], "paused");
    app.hold(&show, &json!({"seats": ["A-1"]})).problem(409, "show_not_on_sale");
    assert_eq!(change("open").expect(200)["status"], "on_sale");
    let hold = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    let booked = app.confirm(&show, &hold).expect(201);
    let cancelled = change("cancel").expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    change("open").problem(409, "show_status_conflict");
    let read = app.get_after(&cancelled, &format!("/v1/bookings/{}", text(&booked, "booking_id")));
    assert_eq!((&read["status"], &read["total"]), (&json!("show_cancelled"), &json!(4500)));
    assert_eq!(app.get_after(&cancelled, &format!("/v1/shows/{show}"))["status"], "cancelled");
}

#[test]
fn a_show_that_should_be_on_sale_already_opens_with_its_scheduling() {
    let app = TestApp::start();
    let body = json!({"venue_id": app.venue(), "title": "Macbeth", "starts_at": "2026-07-01T19:30", "currency": "JPY",
        "time_zone": "Asia/Tokyo", "prices": {"Stalls": 9000}, "on_sale_at": "2026-03-01T12:00:00Z"});
    let answer = app.post("/v1/shows", &body);
    let show = answer.expect(201);
    assert_eq!(show["status"], "on_sale");
    assert_eq!(answer.header("location"), Some(format!("/v1/shows/{}", text(&show, "show_id")).as_str()));
    let show = app.get_after(&show, &format!("/v1/shows/{}", text(&show, "show_id")));
    assert_eq!(
        (&show["starts_at"], &show["on_sale_at"]),
        (&json!("2026-07-01T19:30:00+09:00"), &json!("2026-03-01T12:00:00Z"))
    );
    // What has no price is not for sale.
    let show = text(&show, "show_id");
    let problem = app.hold(&show, &json!({"seats": ["B-1"]})).problem(409, "seats_unavailable");
    assert_eq!(problem["conflicts"], json!([{"seat": "B-1", "status": "not_for_sale"}]));
    app.hold(&show, &json!({"general_admission": [{"area": "Pit", "quantity": 1}]})).problem(409, "area_not_for_sale");
}

#[test]
fn a_customer_may_not_go_over_the_limit_of_the_show() {
    let app = TestApp::start();
    let show = app.show_with(&json!({"max_per_customer": 2}));
    app.hold(&show, &json!({"customer_id": "c", "seats": ["A-1", "A-2"]})).expect(201);
    app.hold(&show, &json!({"customer_id": "c", "seats": ["A-3"]})).problem(409, "customer_limit");
    app.hold(&show, &json!({"customer_id": "d", "seats": ["A-3"]})).expect(201);
}
