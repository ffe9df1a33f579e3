//! Which kind of problem an error of actix-web itself is.

use actix_web::Error;
use actix_web::error::PayloadError;

use super::{Problem, kinds};

pub fn of_framework(error: &Error) -> Problem {
    if let Some(error) = error.as_error::<PayloadError>() {
        return of_payload(error);
    }
    let status = error.as_response_error().status_code();
    if status.is_client_error() {
        return Problem::new(kinds::BAD_REQUEST, error.to_string());
    }
    tracing::error!(%error, "actix-web failed a request in a way that is not foreseen");
    Problem::new(kinds::INTERNAL_ERROR, "this should not have happened, and was logged")
}

fn of_payload(error: &PayloadError) -> Problem {
    match error {
        PayloadError::Overflow => Problem::new(kinds::BODY_TOO_LARGE, "the body is larger than this address takes"),
        PayloadError::Incomplete(_) | PayloadError::Io(_) => {
            Problem::new(kinds::INCOMPLETE_BODY, "the body ended before its announced length")
        }
        other => Problem::new(kinds::BAD_REQUEST, format!("the body cannot be read: {other}")),
    }
}
