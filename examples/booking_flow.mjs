// The whole way of a booking, with nothing but what Node has on board (18 or later).
//
//     UNDERSTUDY_URL=http://127.0.0.1:8080 UNDERSTUDY_KEY=... node examples/booking_flow.mjs
//
// Two things make it safe to copy: every command has an Idempotency-Key of its own, and is sent again under the same key
// when the answer is lost or 503; and the seat map is watched with the last id that was seen. A browser's EventSource does
// the latter by itself.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const URL = (process.env.UNDERSTUDY_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");
const AUTHORIZATION = `Bearer ${process.env.UNDERSTUDY_KEY}`;
const ATTEMPTS_MAX = 10;

/** One call, repeated until it is answered. A command keeps its key, so repeating it does nothing twice. */
async function call(method, path, body, more = {}) {
  const headers = { Authorization: AUTHORIZATION, ...more };
  if (method !== "GET") headers["Idempotency-Key"] = randomUUID();
  if (body) headers["Content-Type"] = "application/json";
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    let waitMs = 100 * 2 ** attempt;
    try {
      const signal = AbortSignal.timeout(30_000);
      const answer = await fetch(URL + path, { method, headers, body: body && JSON.stringify(body), signal });
      const text = await answer.text();
      if (answer.ok) return JSON.parse(text);
      // 429, 503, and 409 while the first try is still inside: all say when to come again.
      if (!answer.headers.has("Retry-After")) throw new Refused(`${method} ${path}: ${answer.status} ${text}`);
      waitMs = 1000 * Number(answer.headers.get("Retry-After"));
    } catch (error) {
      // The answer was lost, perhaps the request too. The same key finds out.
      if (error instanceof Refused) throw error;
    }
    await sleep(waitMs);
  }
  throw new Error(`${method} ${path}: no answer after ${ATTEMPTS_MAX} attempts`);
}

class Refused extends Error {}

/** Watches a show, and comes back with the last id whenever the stream ends. */
class SeatMap {
  seats = {};
  lastId = undefined;
  closed = new AbortController();

  async watch(show) {
    while (!this.closed.signal.aborted) {
      const headers = { Authorization: AUTHORIZATION };
      if (this.lastId) headers["Last-Event-ID"] = this.lastId;
      try {
        const answer = await fetch(`${URL}/v1/shows/${show}/seats/stream`, { headers, signal: this.closed.signal });
        if (answer.ok) await this.read(answer.body);
      } catch {
        // It was lost; the next one goes on after the last id.
      }
      await sleep(200);
    }
  }

  async read(body) {
    let text = "";
    for await (const piece of body.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const blocks = text.split("\n\n");
      text = blocks.pop();
      blocks.forEach((block) => this.take(block));
    }
  }

  take(block) {
    const event = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2)));
    if (!event.data) return;
    const { seats = {} } = JSON.parse(event.data);
    this.seats = event.event === "snapshot" ? seats : { ...this.seats, ...seats };
    this.lastId = event.id;
  }

  async waitFor(seats, status) {
    const deadline = Date.now() + 60_000;
    while (!seats.every((seat) => (this.seats[seat] ?? "free") === status)) {
      if (Date.now() > deadline) throw new Error(`nobody told that ${seats} are ${status}`);
      await sleep(20);
    }
    console.log(`the seat map shows ${seats.join(", ")}: ${status}`);
  }
}

const seats = Array.from({ length: 8 }, (_, index) => index + 1).map((number) => ({
  seat_guid: `A-${number}`,
  seat_number: String(number),
  category: "Stalls",
  position: { x: number, y: 0 },
}));
const rows = [{ row_number: "A", seats }];
const plan = { name: "Studio", categories: [{ name: "Stalls" }], zones: [{ name: "House", rows }] };
const venue = await call("POST", "/v1/venues", { name: "Studio", plan });
const { show_id: show } = await call("POST", "/v1/shows", {
  venue_id: venue.venue_id,
  title: "The Understudy",
  starts_at: "2031-06-01T20:00",
  time_zone: "Europe/London",
  currency: "GBP",
  prices: { Stalls: 4500 },
});
const opened = await call("POST", `/v1/shows/${show}/open`);
// The map must know of the show before anybody watches it.
await call("GET", `/v1/shows/${show}/seats`, undefined, { "Min-Position": opened.position });
const seatMap = new SeatMap();
const watching = seatMap.watch(show);

const hold = await call("POST", `/v1/shows/${show}/holds`, { best_available: { quantity: 2 } });
const taken = hold.seats.map((seat) => seat.seat);
console.log(`held ${taken.join(", ")} for ${hold.total} ${hold.currency} until ${hold.expires_at}`);
await seatMap.waitFor(taken, "held");
const [path, token] = [`/v1/shows/${show}/holds/${hold.hold_id}`, { "Hold-Token": hold.hold_token }];
await call("PATCH", path, { extend_seconds: 60 }, token);
const booking = await call("POST", `${path}/confirm`, { payment_reference: "order 1" }, token);
console.log(`booked: ${booking.booking_id}`);
await seatMap.waitFor(taken, "sold");

// A read that names the position of an answer shows what that answer told of.
const after = { "Min-Position": booking.position };
const read = await call("GET", `/v1/bookings/${booking.booking_id}`, undefined, after);
console.log(`read back: ${read.tickets.length} tickets`);
await call("POST", `/v1/shows/${show}/bookings/${booking.booking_id}/cancel`);
await seatMap.waitFor(taken, "free");
seatMap.closed.abort();
await watching;
console.log("done");
