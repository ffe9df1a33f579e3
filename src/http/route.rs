//! One route as a value: method, address, who may call it, and its handler.
//!
//! Addresses are registered with an answer for every method they do not take, and with figures of their own.

use std::sync::Arc;

use actix_web::dev::Handler;
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::{PayloadConfig, ServiceConfig, route};
use actix_web::{FromRequest, Resource, Responder, guard};

use super::metrics::{Figures, RouteFigures};
use super::problem::{Problem, kinds};
use super::request::authorization::Keyed;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Anyone,
    /// Only with a key, checked before anything of the request is looked at.
    Key,
}

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    handler: actix_web::Route,
}

/// A route for anyone.
pub fn open<F, Args>(method: Method, path: &'static str, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let handler = route().guard(guard::Method(method.clone())).to(handler);
    Route { method, path, access: Access::Anyone, handler }
}

/// A route for holders of a key.
pub fn keyed<F, Args>(method: Method, path: &'static str, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let behind_key = move |_: Keyed, args: Args| handler.call(args);
    let handler = route().guard(guard::Method(method.clone())).to(behind_key);
    Route { method, path, access: Access::Key, handler }
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
        let mut methods = vec![first.method.clone()];
        let mut resource = Resource::new(path).route(first.handler);
        while let Some(next) = rest.next_if(|route| route.path == path) {
            methods.push(next.method.clone());
            resource = resource.route(next.handler);
        }
        let own = figures.iter().filter(|figures| figures.path == path).cloned().collect();
        let resource = resource
            .app_data(PayloadConfig::new(body_bytes(path)))
            .app_data(RouteFigures(own))
            .default_service(route().to(move || not_allowed(methods.clone())));
        config.service(resource);
    }
}

async fn not_allowed(methods: Vec<Method>) -> Result<&'static str, Problem> {
    let allowed = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    let header = HeaderValue::from_str(&allowed).expect("names of methods fit into a header");
    Err(Problem::new(kinds::METHOD_NOT_ALLOWED, format!("it takes {allowed}")).header(ALLOW, header))
}
