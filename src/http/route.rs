//! One route as a value: method, address, who may call it, and its handler.
//!
//! Addresses are registered with an answer for every method they do not take, and with figures of their own.

use std::sync::Arc;

use actix_web::dev::Handler;
use actix_web::guard::fn_guard;
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::{ServiceConfig, route as any_route};
use actix_web::{FromRequest, Resource, Responder};

use super::access::{Admits, Gate, Guarded};
use super::limits::Counted;
use super::metrics::{Figures, RouteFigures};
use super::problem::{Problem, kinds};
use super::request::BodyBytesMax;

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    /// Checked before anything of the request is looked at.
    pub admits: Admits,
    handler: actix_web::Route,
}

pub fn route<F, Args>(method: Method, admits: Admits, path: &'static str, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let behind_gate = move |_: Gate, args: Args| handler.call(args);
    let wanted = method.clone();
    // HEAD is GET without its body, which the server leaves out by itself. Not `guard::Method`, which notes every method
    // that it was asked for with every request.
    let of_method = fn_guard(move |asked| {
        let asked = &asked.head().method;
        *asked == wanted || *asked == Method::HEAD && wanted == Method::GET
    });
    Route { method, path, admits, handler: any_route().guard(of_method).to(behind_gate) }
}

/// Registers routes in their order; neighbours with one address become one resource.
pub fn register(
    routes: Vec<Route>,
    figures: &[Arc<Figures>],
    body_bytes: impl Fn(&str) -> usize,
    config: &mut ServiceConfig,
) {
    let mut rest = routes.into_iter().peekable();
    while let Some(first) = rest.next() {
        let path = first.path;
        let mut guarded = vec![(first.method.clone(), first.admits)];
        let mut resource = Resource::new(path).route(first.handler);
        while let Some(next) = rest.next_if(|route| route.path == path) {
            guarded.push((next.method.clone(), next.admits));
            resource = resource.route(next.handler);
        }
        let own = figures.iter().filter(|figures| figures.path == path).cloned().collect();
        let allowed = allowed(&guarded);
        let resource = resource
            .app_data(BodyBytesMax(body_bytes(path)))
            .app_data(RouteFigures(own))
            .app_data(Guarded(guarded))
            .default_service(any_route().to(move |_: Counted| not_allowed(allowed.clone())));
        config.service(resource);
    }
}

/// As the header `Allow` says it.
fn allowed(guarded: &[(Method, Admits)]) -> String {
    let names = guarded.iter().flat_map(|(method, _)| match *method {
        Method::GET => vec!["GET", "HEAD"],
        _ => vec![method.as_str()],
    });
    names.collect::<Vec<_>>().join(", ")
}

async fn not_allowed(allowed: String) -> Result<&'static str, Problem> {
    let header = HeaderValue::from_str(&allowed).expect("names of methods fit into a header");
    Err(Problem::new(kinds::METHOD_NOT_ALLOWED, format!("it takes {allowed}")).header(ALLOW, header))
}
