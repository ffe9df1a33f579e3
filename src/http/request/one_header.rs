//! A header that may come once: of two, one hop would read the first and another the last.

use actix_web::http::header::{HeaderMap, HeaderValue};

use crate::http::problem::{Problem, kinds};

pub fn one<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<Option<&'h HeaderValue>, Problem> {
    let mut all = headers.get_all(name);
    let first = all.next();
    if all.next().is_some() {
        let detail = format!("the header `{name}` came more than once");
        return Err(Problem::new(kinds::INVALID_HEADER, detail).about(name));
    }
    Ok(first)
}
