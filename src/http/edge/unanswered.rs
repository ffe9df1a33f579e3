//! A problem on its way out where no response could be built: it carries its request's id itself.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use super::cors::Sharing;
use super::request_id::RequestId;
use crate::http::problem::Problem;

#[derive(Debug)]
pub struct Unanswered {
    pub problem: Problem,
    pub id: RequestId,
    pub sharing: Sharing,
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl ResponseError for Unanswered {
    fn status_code(&self) -> StatusCode {
        self.problem.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = self.problem.render(Some(&self.id));
        self.id.write_to(response.headers_mut());
        self.sharing.write_to(response.headers_mut());
        response
    }
}
