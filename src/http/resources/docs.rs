//! `GET /docs`: the routes and the problems there are, made from the tables that the server itself works with.
//!
//! Every problem's `type` leads here. Bodies and answers are not described here.

use std::fmt::Write;

use actix_web::HttpResponse;
use actix_web::http::Method;

use crate::http::access::Party;
use crate::http::answer;
use crate::http::openapi::{self, Operation};
use crate::http::problem::{Reply, kinds};
use crate::http::routes;

pub async fn get() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page())
}

/// `GET /openapi.json`: the same for machines, and with bodies and answers.
pub async fn openapi() -> Reply {
    answer::ok(&openapi::document())
}

const HEAD: &str = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
    <title>Understudy: HTTP API</title><style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}\
    td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}:target{background:#fe9}</style>\
    <h1>Understudy: HTTP API</h1>";

const NOTES: &str = "<p>JSON in and out. Money is in minor units of the show's currency, times are RFC 3339. Commands take \
    <code>Idempotency-Key</code> (1 to 255 visible ASCII characters; use UUIDs): the same key gets the same answer. They \
    answer with a <code>position</code>; a read with that in <code>Min-Position</code> shows what they did. Extending, \
    releasing and confirming a hold takes its <code>hold_token</code> in <code>Hold-Token</code>. Errors are RFC 9457 \
    problem details; a 503 says in <code>Retry-After</code> when to try again, with the same key.</p>";

fn page() -> String {
    let mut page = format!("{HEAD}{NOTES}<h2>Calls</h2><table><tr><th>call");
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
        Operation::text("/docs", "The calls and the problems, for people", "text/html"),
        Operation::new::<serde_json::Value>(Method::GET, "/openapi.json", "This document", 200),
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
