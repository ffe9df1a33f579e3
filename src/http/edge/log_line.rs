//! What the log says of an answer that is not what was asked for.

use std::sync::atomic::Ordering;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;

use crate::http::metrics::BEHIND;
use crate::http::problem::{Kind, kinds};

/// `kind`: of the problem that it tells of.
pub fn write(response: &ServiceResponse<BoxBody>, kind: Option<Kind>) {
    let (head, status) = (response.request().head(), response.status());
    let (method, path, code) = (&head.method, head.uri.path(), kind.map(|kind| kind.code));
    if kind == Some(kinds::VIEW_BEHIND) {
        BEHIND.fetch_add(1, Ordering::Relaxed);
    }
    if status.is_server_error() && !kind.is_some_and(is_told_by_figures) {
        tracing::warn!(%method, path, status = status.as_u16(), code, "a request was not served");
    } else if status.is_server_error() || status.is_client_error() {
        tracing::debug!(%method, path, status = status.as_u16(), code, "a request was refused");
    }
}

/// What a crowd, or anybody who likes, can make as often as they ask: the figures tell, and the log stays readable.
fn is_told_by_figures(kind: Kind) -> bool {
    [kinds::VIEW_BEHIND, kinds::OVERLOADED, kinds::STOPPING, kinds::TOO_MANY_STREAMS].contains(&kind)
}
