//! Answers to reads, compressed with gzip for callers who take it.
//!
//! Commands are left alone: their answers are short, and their callers wait. What is large is compressed beside the
//! threads that serve.

use std::io::Write;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{RequestHead, ServiceResponse};
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue, VARY};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, block};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

/// What is shorter fits into one packet either way.
const BYTES_MIN: usize = 1_024;
/// What is longer takes more than a few hundred microseconds.
const BYTES_AT_ONCE_MAX: usize = 64 << 10;

/// What a request wants of the body of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Never compressed, whoever asks.
    Command,
    Plain,
    Gzip,
}

impl Coding {
    pub fn wanted(head: &RequestHead) -> Self {
        match head.method {
            Method::GET | Method::HEAD if takes_gzip(&head.headers) => Self::Gzip,
            Method::GET | Method::HEAD => Self::Plain,
            _ => Self::Command,
        }
    }
}

/// RFC 9110, 12.5.3: `gzip` by its name or by `*`, unless its weight is 0.
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).filter_map(|line| line.to_str().ok());
    let mut anything = false;
    for coding in lines.flat_map(|line| line.split(',')) {
        let (name, rest) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = rest.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        let is_taken = weight.is_ok_and(|weight| weight > 0.0);
        match name.trim() {
            gzip if gzip.eq_ignore_ascii_case("gzip") => return is_taken,
            "*" => anything = is_taken,
            _ => {}
        }
    }
    anything
}

/// The answer as its caller takes it. Bodies that write themselves piece by piece see to it themselves.
pub async fn coded(response: ServiceResponse<BoxBody>, coding: Coding) -> ServiceResponse<BoxBody> {
    let is_long = matches!(response.response().body().size(), BodySize::Sized(size) if size >= BYTES_MIN as u64);
    let is_worth_it = is_long && response.status() == StatusCode::OK;
    if coding == Coding::Command || !is_worth_it || response.headers().contains_key(CONTENT_ENCODING) {
        return response;
    }
    let (request, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(bytes) => {
            response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Encoding"));
            let gzipped = if coding == Coding::Gzip { gzipped(bytes.clone()).await } else { None };
            if gzipped.is_some() {
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            BoxBody::new(gzipped.unwrap_or(bytes))
        }
        Err(body) => body,
    };
    ServiceResponse::new(request, response.set_body(body))
}

/// `None`: it could not be done, which harms nobody.
async fn gzipped(bytes: Bytes) -> Option<Bytes> {
    if bytes.len() <= BYTES_AT_ONCE_MAX { Some(gzip(&bytes)) } else { block(move || gzip(&bytes)).await.ok() }
}

fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes).expect("a Vec takes all that is written to it");
    encoder.finish().expect("a Vec takes all that is written to it").into()
}

/// Without the frame of gzip: for bodies that are put together from pieces.
pub async fn deflated(bytes: Bytes) -> Option<Vec<u8>> {
    if bytes.len() <= BYTES_AT_ONCE_MAX { Some(deflate(&bytes)) } else { block(move || deflate(&bytes)).await.ok() }
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes).expect("a Vec takes all that is written to it");
    encoder.finish().expect("a Vec takes all that is written to it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_by_its_name_or_by_a_star_unless_it_weighs_nothing() {
        let takes = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
            takes_gzip(&headers)
        };
        for good in ["gzip", "GZIP", "br, gzip;q=0.5", "*", "deflate, *;q=0.1", "gzip; q=1"] {
            assert!(takes(good), "{good}");
        }
        for bad in ["", "br", "gzip;q=0", "*, gzip;q=0", "gzip;q=x", "*;q=0", "gzipped"] {
            assert!(!takes(bad), "{bad}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
