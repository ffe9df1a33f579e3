//! A header that may come once: of two, one hop would read the first and another the last.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::http::problem::{Problem, kinds};

pub fn one(headers: &HeaderMap, name: HeaderName) -> Result<Option<&HeaderValue>, Problem> {
    let mut all = headers.get_all(&name);
    let first = all.next();
    if all.next().is_some() {
        let detail = format!("the header `{name}` came more than once");
        return Err(Problem::new(kinds::INVALID_HEADER, detail).about(name.as_str()));
    }
    Ok(first)
}
