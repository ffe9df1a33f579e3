//! Answers of success: JSON, written once into one buffer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION};
use serde::Serialize;

use super::problem::Reply;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

pub fn ok(answer: &impl Serialize) -> Reply {
    json(StatusCode::OK, answer)
}

pub fn created(answer: &impl Serialize) -> Reply {
    json(StatusCode::CREATED, answer)
}

/// Created, and to be found at this address.
pub fn created_at(location: String, answer: &impl Serialize) -> Reply {
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).content_type(JSON).body(bytes(answer)))
}

pub fn json(status: StatusCode, answer: &impl Serialize) -> Reply {
    Ok(HttpResponse::build(status).content_type(JSON).body(bytes(answer)))
}

fn bytes(answer: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    serde_json::to_writer(&mut bytes, answer).expect("answers are texts, numbers and lists, and a Vec takes them all");
    bytes
}
