//! A problem as bytes.

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;

use super::{More, Problem};
use crate::http::edge::request_id::RequestId;

#[derive(Serialize, ToSchema)]
pub struct ProblemDetails<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(flatten)]
    more: &'a More,
}

impl Problem {
    pub fn render(&self, request_id: Option<&RequestId>) -> HttpResponse {
        let document = ProblemDetails {
            r#type: format!("/docs#{}", self.kind.code),
            title: self.kind.title,
            status: self.kind.status,
            detail: &self.detail,
            code: self.kind.code,
            request_id: request_id.map(RequestId::as_str),
            more: &self.more,
        };
        let body = serde_json::to_vec(&document).expect("texts and numbers are always JSON");
        let mut response = HttpResponse::build(self.kind.status());
        response.content_type("application/problem+json");
        for (name, value) in &self.more.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        response.body(body)
    }
}
