//! What the log says of an answer that is not what was asked for.

use std::sync::atomic::Ordering;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;

use crate::http::metrics::BEHIND;

/// `is_behind`: a view is not as far as the request asked for.
pub fn write(response: &ServiceResponse<BoxBody>, is_behind: bool) {
    let status = response.status();
    if is_behind {
        BEHIND.fetch_add(1, Ordering::Relaxed);
        // Anybody may ask for a position that nobody has; that a view lags is told by its own figures.
        tracing::debug!(status = status.as_u16(), "a view is not as far as a request asked for");
    } else if status.is_server_error() {
        let head = response.request().head();
        tracing::warn!(method = %head.method, path = head.uri.path(), status = status.as_u16(), "a request was not served");
    } else if status.is_client_error() {
        tracing::debug!(status = status.as_u16(), "a request was refused");
    }
}
