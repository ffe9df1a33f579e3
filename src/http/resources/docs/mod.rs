//! `GET /docs`: the routes and the problems there are, made from the tables that the server itself works with; and every
//! call in full, which the page makes from `/openapi.json`. It loads nothing from anywhere else.
//!
//! Every problem's `type` leads here.

use std::fmt::Write;
use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

use crate::http::access::Party;
use crate::http::conditional::Tag;
use crate::http::openapi::{self, Operation};
use crate::http::problem::kinds;
use crate::http::routes;

/// Both are the same for as long as the process runs.
static PAGE: LazyLock<Bytes> = LazyLock::new(|| page().into());
static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| openapi::document().to_string().into());

pub async fn get(request: HttpRequest) -> HttpResponse {
    let mut answer = latest(&request, &PAGE, "text/html; charset=utf-8");
    let policy = "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    answer
}

/// `GET /openapi.json`: the same for machines, and with bodies and answers.
pub async fn openapi(request: HttpRequest) -> HttpResponse {
    latest(&request, &DOCUMENT, "application/json")
}

fn latest(request: &HttpRequest, bytes: &'static Bytes, kind: &'static str) -> HttpResponse {
    let tag = Tag::of(blake3::hash(bytes).to_hex());
    if tag.is_known(request.headers()) {
        return tag.not_modified();
    }
    tag.on(HttpResponse::Ok().content_type(kind).body(bytes.clone()))
}

const HEAD: &str = concat!(
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
    "<title>Understudy: HTTP API</title><style>",
    include_str!("page.css"),
    "</style><h1>Understudy: HTTP API</h1>"
);
const CALLS: &str = concat!("<h2>Calls</h2><div id=calls></div><script>", include_str!("page.js"), "</script>");

const NOTES: &str = "<p>JSON in and out. Money is in minor units of the show's currency, times are RFC 3339. Commands take \
    <code>Idempotency-Key</code> (1 to 255 visible ASCII characters; use UUIDs): the same key with the same bytes of body \
    gets the same answer, a checkout as it stands now. Without a key or a token, <code>customer_id</code> is taken at its \
    word where no identity provider is configured, and refused (403) where one is. They answer with a <code>position</code>; a read with that in <code>Min-Position</code> shows what they did. Extending, \
    releasing, confirming and paying for a hold takes its <code>hold_token</code> in <code>Hold-Token</code>. Errors are RFC 9457 \
    problem details; a 429, a 503, or a 409 <code>idempotency_key_in_flight</code> says in <code>Retry-After</code> when to try \
    again, with the same key. Any other refusal is final: take a new key for a new try.</p>";

fn page() -> String {
    let mut page = format!("{HEAD}{NOTES}{CALLS}<h2>Who may call what</h2><table><tr><th>call");
    for party in Party::ALL {
        write!(page, "<th>{}", party.name()).expect("a String takes it");
    }
    for route in routes::all() {
        write!(page, "<tr><td><code>{} {}</code>", route.method, route.path).expect("a String takes it");
        for party in Party::ALL {
            page.push_str(if route.admits.admits(party) { "<td>yes" } else { "<td>" });
        }
    }
    page.push_str("</table><h2>Problems</h2><table><tr><th>code<th>status<th>meaning");
    for kind in kinds::ALL {
        let (code, status, title) = (kind.code, kind.status, kind.title);
        write!(page, "<tr id={code}><td><code>{code}</code><td>{status}<td>{title}").expect("a String takes it");
    }
    page.push_str("</table></html>");
    page
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::text("/docs", "The calls and the problems, for people", "text/html").tagged(),
        Operation::new::<serde_json::Value>(Method::GET, "/openapi.json", "This document", 200).tagged(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_and_every_problem_is_on_the_page() {
        let page = page();
        for route in routes::all() {
            assert!(page.contains(&format!("{} {}<", route.method, route.path)), "{}", route.path);
        }
        for kind in kinds::ALL {
            assert!(page.contains(&format!("id={}>", kind.code)), "{}", kind.code);
        }
    }
}
