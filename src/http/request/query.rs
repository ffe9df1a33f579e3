//! The query of an address: every parameter is known and given once, or the request is refused by its name.

use std::borrow::Cow;

use actix_web::HttpRequest;

use crate::http::problem::{Problem, kinds};

/// This address takes no parameters.
pub fn none(request: &HttpRequest) -> Result<(), Problem> {
    pairs(request.query_string(), &[]).map(|_| ())
}

/// A parameter's name and value.
pub type Pair<'q> = (Cow<'q, str>, Cow<'q, str>);

/// The parameters in their order, decoded.
pub fn pairs<'q>(query: &'q str, known: &[&str]) -> Result<Vec<Pair<'q>>, Problem> {
    let mut pairs: Vec<Pair<'q>> = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        if !known.contains(&name.as_ref()) {
            return Err(wrong(&name, unknown(&name, known)));
        }
        if pairs.iter().any(|(other, _)| *other == name) {
            return Err(wrong(&name, format!("the parameter `{name}` is given twice")));
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}

pub fn wrong(name: &str, detail: impl Into<String>) -> Problem {
    Problem::new(kinds::INVALID_QUERY, detail).about(name)
}

fn unknown(name: &str, known: &[&str]) -> String {
    let name: String = name.chars().take(100).collect();
    match known {
        [] => format!("there is no parameter `{name}` here, nor any other"),
        known => format!("there is no parameter `{name}` here; there is `{}`", known.join("`, `")),
    }
}

fn decoded(text: &str) -> Result<Cow<'_, str>, Problem> {
    let spaced = if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    if !spaced.contains('%') {
        return Ok(spaced);
    }
    percent_decoded(&spaced).map(Cow::Owned).ok_or_else(|| wrong(text, "its percent-encoding is not one of UTF-8"))
}

/// `None`: not two hexadecimal digits after a `%`, or not UTF-8 in the end.
pub fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' { hexadecimal(rest.next(), rest.next())? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

fn hexadecimal(high: Option<u8>, low: Option<u8>) -> Option<u8> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let pairs = pairs("limit=1%30&cursor=a+b%C3%A9", &["limit", "cursor"]).expect("good");
        assert_eq!(pairs, [("limit".into(), "10".into()), ("cursor".into(), "a bé".into())]);
    }

    #[test]
    fn what_is_unknown_repeated_or_garbled_is_refused_by_name() {
        for (query, name) in
            [("page=2", "page"), ("limit=1&limit=2", "limit"), ("limit=%zz", "%zz"), ("limit=%ff", "%ff"), ("x", "x")]
        {
            let problem = pairs(query, &["limit"]).expect_err(query);
            assert_eq!((problem.kind, problem.more.field.as_deref()), (kinds::INVALID_QUERY, Some(name)));
        }
        assert!(pairs("", &[]).expect("empty").is_empty());
    }
}
