//! What every request passes, whatever its route: it gets an id, is counted and timed, and a panic becomes a 500. Pages of
//! other sites are let in or not ([`cors`]), and answers to reads are compressed for who takes that.
//!
//! actix-web drops the connection of a handler that panics; callers would see a reset instead of an answer.

pub mod cors;
mod log_line;
pub mod request_id;
mod trace_context;
mod unanswered;

use std::future::{Future, Ready, ready};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{RequestHead, Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::TRANSFER_ENCODING;
use actix_web::http::{ConnectionType, Version};
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};
use futures_util::FutureExt;

use super::compression::{Coding, coded};
use super::connections::Connection;
use super::limits::Standing;
use super::metrics::{PANICKED, RouteFigures};
use super::problem::{Problem, kinds, of_framework};
use super::state::State;
use crate::telemetry::{Served, Serving};
use cors::{Origins, Sharing};
use request_id::RequestId;
use trace_context::TraceContext;
use tracing::field::Empty;
use tracing::{Instrument, Level, Span};
use unanswered::Unanswered;

pub struct Edge {
    pub origins: Origins,
    /// Of the address and the headers of a request.
    pub head_bytes_max: usize,
}

type Answering = Pin<Box<dyn Future<Output = Result<ServiceResponse<BoxBody>, Error>>>>;

pub struct EdgeService<S> {
    inner: Rc<S>,
    origins: Origins,
    head_bytes_max: usize,
}

impl<S> Transform<S, ServiceRequest> for Edge
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = EdgeService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(EdgeService {
            inner: Rc::new(service),
            origins: self.origins.clone(),
            head_bytes_max: self.head_bytes_max,
        }))
    }
}

impl<S> Service<ServiceRequest> for EdgeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Serving<Answering>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let started = Instant::now();
        let id = RequestId::of(request.headers());
        let trace = TraceContext::of(request.headers());
        let span = span(&request, &id, trace.as_ref());
        let trace_id = trace.as_ref().map(|trace| trace.trace_id.as_str().into());
        let served = Served { request_id: id.text(), trace_id };
        let (sharing, coding) = (self.origins.sharing(request.headers()), Coding::wanted(request.head()));
        let too_large = head_bytes(request.head()) > self.head_bytes_max;
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let inner = self.inner.clone();
        let inside = request.conn_data::<Arc<Connection>>().map(Connection::enter);
        let answering = async move {
            let _inside = inside;
            if let Some(answer) = sharing.preflight(request.head()) {
                return Ok(finished(request.into_response(answer), &id, &sharing));
            }
            if too_large {
                let problem =
                    Problem::new(kinds::HEAD_TOO_LARGE, "its address and its headers are longer than is read here");
                return Ok(finished(request.error_response(problem), &id, &sharing));
            }
            // Handlers share nothing with later requests but what is behind locks and actors of its own.
            let outcome = AssertUnwindSafe(async { inner.call(request).await }).catch_unwind().await;
            match outcome {
                Ok(Ok(response)) => {
                    let mut response = coded(finished(response, &id, &sharing), coding).await;
                    if let Some(trace) = trace {
                        trace.write_to(response.headers_mut());
                    }
                    count(&response, started);
                    Ok(response)
                }
                Ok(Err(error)) => Err(Unanswered { problem: of_framework(&error), id, sharing }.into()),
                Err(_) => {
                    PANICKED.fetch_add(1, Ordering::Relaxed);
                    // The panic hook has logged the place and the message already.
                    tracing::error!(%method, path = uri.path(), "a request failed by a panic and was answered with 500");
                    let problem = Problem::new(kinds::INTERNAL_ERROR, "this should not have happened, and was logged");
                    Err(Unanswered { problem, id, sharing }.into())
                }
            }
        };
        let answering: Answering =
            if span.is_disabled() { Box::pin(answering) } else { Box::pin(answering.instrument(span)) };
        Serving::new(served, answering)
    }
}

/// Problems get their bodies here, because only here the request's id is known; every answer gets the id.
fn finished(response: ServiceResponse<BoxBody>, id: &RequestId, sharing: &Sharing) -> ServiceResponse<BoxBody> {
    let problem = response.response().error();
    let kind = problem.and_then(Error::as_error::<Problem>).map(|problem| problem.kind);
    let mut response = match problem.map(|error| rendered(error, id)) {
        Some(rendered) => response.into_response(rendered),
        None => response,
    };
    id.write_to(response.headers_mut());
    sharing.write_to(response.headers_mut());
    let standing = response.request().extensions().get::<Standing>().cloned();
    if let Some(standing) = standing {
        standing.write_to(response.headers_mut());
    }
    // What its client goes on to send is nobody's: it has no time limit any more.
    if is_stopping(&response) || is_unread(&response) {
        // Clients let go of their connections themselves: none is closed under a request that is on its way.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    if is_without_chunks(&response) {
        let head = response.response_mut().head_mut();
        head.no_chunking(true);
        head.set_connection_type(ConnectionType::Close);
    }
    log_line::write(&response, kind);
    response
}

fn head_bytes(head: &RequestHead) -> usize {
    let address = head.uri.path_and_query().map_or(0, |address| address.as_str().len());
    head.headers.iter().fold(address, |sum, (name, value)| sum + name.as_str().len() + value.len())
}

fn is_stopping(response: &ServiceResponse<BoxBody>) -> bool {
    response.request().app_data::<Data<State>>().is_some_and(|state| !state.parts.readiness.is_serving())
}

/// HTTP/1.0 does not know chunks: what has no length lasts as long as its connection.
fn is_without_chunks(response: &ServiceResponse<BoxBody>) -> bool {
    response.request().version() < Version::HTTP_11 && response.response().body().size() == BodySize::Stream
}

/// A body of unknown length that nobody has read to its end, or asked for.
fn is_unread(response: &ServiceResponse<BoxBody>) -> bool {
    let request = response.request();
    let is_refused = response.status().is_client_error() || response.status().is_server_error();
    request.headers().contains_key(TRANSFER_ENCODING) && (is_refused || request.method().is_safe())
}

fn rendered(error: &Error, id: &RequestId) -> HttpResponse {
    match error.as_error::<Problem>() {
        Some(problem) => problem.render(Some(id)),
        None => of_framework(error).render(Some(id)),
    }
}

/// Only where lines are many, or traces are gathered; lines say by themselves whose they are.
fn span(request: &ServiceRequest, id: &RequestId, trace: Option<&TraceContext>) -> Span {
    tracing::debug_span!(
        "request",
        request_id = id.as_str(),
        method = request.method().as_str(),
        path = request.path(),
        trace_id = trace.map(|trace| trace.trace_id.as_str()),
        span_id = trace.map(|trace| trace.span_id.as_str()),
        parent_id = trace.map(|trace| trace.parent_id.as_str()),
        is_sampled = trace.map(|trace| trace.is_sampled),
        route = Empty,
        status = Empty,
    )
}

fn count(response: &ServiceResponse<BoxBody>, started: Instant) {
    let (took, figures) = (started.elapsed(), response.request().app_data::<RouteFigures>());
    if tracing::enabled!(Level::DEBUG) {
        let (span, status) = (Span::current(), response.status().as_u16());
        span.record("status", status);
        span.record("route", figures.and_then(RouteFigures::path));
        tracing::debug!(status, micros = took.as_micros() as u64, "a request was answered");
    }
    if let Some(figures) = figures {
        figures.count(response.request().method(), response.status(), took);
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use actix_web::test::{TestRequest, init_service};
    use actix_web::web::get;
    use actix_web::{App, Responder};
    use serde_json::Value;

    use super::*;

    async fn breaks() -> impl Responder {
        if std::hint::black_box(true) {
            panic!("on purpose");
        }
        "never"
    }

    #[actix_web::test]
    async fn a_handler_that_panics_is_a_problem_with_the_id_of_its_request() {
        let app = init_service(
            App::new().wrap(Edge { origins: Origins::Nobodys, head_bytes_max: 1_024 }).route("/", get().to(breaks)),
        )
        .await;
        let request = TestRequest::get().insert_header(("X-Request-Id", "order-17")).to_request();
        let before = PANICKED.load(Ordering::Relaxed);
        let error = app.call(request).await.expect_err("the edge has no request left to answer");
        assert_eq!(PANICKED.load(Ordering::Relaxed), before + 1);
        let response = error.error_response();
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers().get("x-request-id"), Some(&HeaderValue::from_static("order-17")));
        let body = actix_web::body::to_bytes(response.into_body()).await.expect("a body");
        let problem: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!((&problem["code"], &problem["request_id"]), (&"internal_error".into(), &"order-17".into()));
    }
}
