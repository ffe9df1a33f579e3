"""The whole way of a booking, with nothing but the standard library.

    UNDERSTUDY_URL=http://127.0.0.1:8080 UNDERSTUDY_KEY=... python3 examples/booking_flow.py

Two things make it safe to copy: every command has an Idempotency-Key of its own, and is sent again under the same key
when the answer is lost or 503; and the seat map is watched with the last id that was seen.
"""

import http.client
import json
import os
import threading
import time
import urllib.error
import urllib.request
import uuid

URL = os.environ.get("UNDERSTUDY_URL", "http://127.0.0.1:8080").rstrip("/")
KEY = os.environ["UNDERSTUDY_KEY"]
ATTEMPTS_MAX = 10
LOST = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


def call(method, path, body=None, **headers):
    """One call, repeated until it is answered. A command keeps its key, so repeating it does nothing twice."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    headers |= {"Authorization": f"Bearer {KEY}", "Connection": "close"}
    if method != "GET":
        headers["Idempotency-Key"] = str(uuid.uuid4())
    data = None if body is None else json.dumps(body).encode()
    if data is not None:
        headers["Content-Type"] = "application/json"
    for attempt in range(ATTEMPTS_MAX):
        request = urllib.request.Request(URL + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            problem = error.read().decode()
            # 429, 503, and 409 while the first try is still inside: all say when to come again.
            if "Retry-After" not in error.headers:
                raise SystemExit(f"{method} {path}: {error.code} {problem}") from error
            wait = float(error.headers["Retry-After"])
        except LOST:
            # The answer was lost, perhaps the request too. The same key finds out.
            wait = 0.1 * 2**attempt
        time.sleep(wait)
    raise SystemExit(f"{method} {path}: no answer after {ATTEMPTS_MAX} attempts")


class SeatMap(threading.Thread):
    """Watches a show, and comes back with the last id whenever the stream ends."""

    def __init__(self, show_id):
        super().__init__(daemon=True)
        self.path, self.last_id = f"/v1/shows/{show_id}/seats/stream", None
        self.seats, self.changed, self.seen = {}, threading.Condition(), []

    def run(self):
        while True:
            headers = {"Authorization": f"Bearer {KEY}"}
            if self.last_id:
                headers["Last-Event-ID"] = self.last_id
            try:
                request = urllib.request.Request(URL + self.path, headers=headers)
                with urllib.request.urlopen(request, timeout=60) as stream:
                    self.read(stream)
            except LOST:
                pass
            time.sleep(0.2)

    def read(self, stream):
        event = {}
        for line in stream:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                event[name] = value
            elif "data" in event:
                self.take(event)
                event = {}

    def take(self, event):
        data = json.loads(event["data"])
        with self.changed:
            if event["event"] == "snapshot":
                self.seats = {}
            self.seats |= data.get("seats", {})
            self.last_id = event["id"]
            self.changed.notify_all()

    def wait_for(self, seats, status):
        with self.changed:
            told = self.changed.wait_for(lambda: all(self.seats.get(s, "free") == status for s in seats), timeout=60)
        if not told:
            raise SystemExit(f"nobody told that {seats} are {status}")
        print(f"the seat map shows {', '.join(seats)}: {status}")


def main():
    seats = [
        {"seat_guid": f"A-{n}", "seat_number": str(n), "category": "Stalls", "position": {"x": n, "y": 0}}
        for n in range(1, 9)
    ]
    rows = [{"row_number": "A", "seats": seats}]
    plan = {"name": "Studio", "categories": [{"name": "Stalls"}], "zones": [{"name": "House", "rows": rows}]}
    venue = call("POST", "/v1/venues", {"name": "Studio", "plan": plan})
    terms = {
        "venue_id": venue["venue_id"],
        "title": "The Understudy",
        "starts_at": "2031-06-01T20:00",
        "time_zone": "Europe/London",
        "currency": "GBP",
        "prices": {"Stalls": 4500},
    }
    show = call("POST", "/v1/shows", terms)["show_id"]
    opened = call("POST", f"/v1/shows/{show}/open")
    # The map must know of the show before anybody watches it.
    call("GET", f"/v1/shows/{show}/seats", Min_Position=opened["position"])
    seat_map = SeatMap(show)
    seat_map.start()

    hold = call("POST", f"/v1/shows/{show}/holds", {"best_available": {"quantity": 2}})
    taken = [seat["seat"] for seat in hold["seats"]]
    print(f"held {', '.join(taken)} for {hold['total']} {hold['currency']} until {hold['expires_at']}")
    seat_map.wait_for(taken, "held")
    path, token = f"/v1/shows/{show}/holds/{hold['hold_id']}", hold["hold_token"]
    call("PATCH", path, {"extend_seconds": 60}, Hold_Token=token)
    booking = call("POST", f"{path}/confirm", {"payment_reference": "order 1"}, Hold_Token=token)
    print(f"booked: {booking['booking_id']}")
    seat_map.wait_for(taken, "sold")

    # A read that names the position of an answer shows what that answer told of.
    read = call("GET", f"/v1/bookings/{booking['booking_id']}", Min_Position=booking["position"])
    print(f"read back: {len(read['tickets'])} tickets")
    call("POST", f"/v1/shows/{show}/bookings/{booking['booking_id']}/cancel")
    seat_map.wait_for(taken, "free")
    print("done")


if __name__ == "__main__":
    main()
