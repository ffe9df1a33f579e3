//! Reading a JSON body, and saying what is wrong with one: not JSON (where), or JSON with a wrong field (which).

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;

use crate::http::problem::{Problem, kinds};

pub fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| explain::<T>(body, error))
}

/// Reads once more, slowly, to find out which field it was: good bodies need not pay for that.
fn explain<'a, T: Deserialize<'a>>(body: &'a [u8], error: serde_json::Error) -> Problem {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let (path, error) = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Err(traced) => (traced.path().to_string(), traced.into_inner()),
        // The value is fine; what follows it is not.
        Ok(_) => (String::new(), error),
    };
    let reason = reason(&error);
    match error.classify() {
        Category::Data => invalid(path, reason),
        // Some wrong values are mistakes of syntax to serde_json: 1e400, or a number where a name is expected.
        Category::Syntax if is_json(body) => invalid(path, reason),
        Category::Syntax | Category::Eof | Category::Io => {
            let (line, column) = (error.line(), error.column());
            let detail = format!("{reason}, at line {line}, column {column}");
            let mut problem = Problem::new(kinds::INVALID_JSON, detail);
            (problem.more.line, problem.more.column) = (Some(line), Some(column));
            problem
        }
    }
}

fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

fn invalid(path: String, reason: String) -> Problem {
    // Where a field is missing or repeated, the path leads to its object only.
    let named = ["missing field `", "duplicate field `"].iter().find_map(|text| reason.strip_prefix(text));
    let named = named.and_then(|rest| rest.strip_suffix('`'));
    let field = match (path.as_str(), named) {
        ("" | ".", Some(named)) => named.to_owned(),
        (path, Some(named)) => format!("{path}.{named}"),
        ("" | ".", None) => return Problem::new(kinds::INVALID_BODY, format!("the body: {reason}")),
        (path, None) => path.to_owned(),
    };
    let shown: String = field.chars().take(200).collect();
    Problem::field(shown.clone(), format!("{shown}: {reason}"))
}

/// Without the place, which is a member of its own, and not longer than a person would read.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    text.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Object;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its being read matters here")]
    struct Body {
        #[serde(default)]
        inner: Option<Object<Inner>>,
        #[serde(default)]
        list: Vec<u32>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its being read matters here")]
    struct Inner {
        quantity: u32,
    }

    fn problem(body: &str) -> Problem {
        read::<Object<Body>>(body.as_bytes()).expect_err(body)
    }

    #[test]
    fn a_wrong_value_is_named_by_its_field() {
        for (body, field) in [
            (r#"{"inner":{"quantity":-1}}"#, "inner.quantity"),
            (r#"{"inner":{"quantity":1.5}}"#, "inner.quantity"),
            (r#"{"inner":{"quantity":1e400}}"#, "inner.quantity"),
            (r#"{"inner":{"quantity":4294967296}}"#, "inner.quantity"),
            (r#"{"inner":{"quantity":99999999999999999999999}}"#, "inner.quantity"),
            (r#"{"inner":{"quantity":"2"}}"#, "inner.quantity"),
            (r#"{"inner":{}}"#, "inner.quantity"),
            (r#"{"inner":[2]}"#, "inner"),
            (r#"{"list":[1,null]}"#, "list[1]"),
            (r#"{"list":null}"#, "list"),
            (r#"{"list":[],"list":[]}"#, "list"),
            (r#"{"lst":[]}"#, "lst"),
            (r#"{"inner":{"quantity":1,"x":{}}}"#, "inner.x"),
        ] {
            let problem = problem(body);
            assert_eq!((problem.kind, problem.more.field.as_deref()), (kinds::INVALID_BODY, Some(field)), "{body}");
        }
    }

    #[test]
    fn what_is_not_json_is_shown_where() {
        for (body, line) in [
            ("", 1),
            ("{", 1),
            ("{\n\"list\": [1,]}", 2),
            ("{} x", 1),
            ("{\"list\": [01]}", 1),
            ("{\"list\": [nul]}", 1),
        ] {
            let problem = problem(body);
            assert_eq!((problem.kind, problem.more.line), (kinds::INVALID_JSON, Some(line)), "{body}: {problem}");
        }
        let deep = format!("{{\"x\": {}", "[".repeat(100_000));
        assert!(problem(&deep).kind.status().is_client_error());
        assert_eq!(read::<Object<Body>>(b"{\"list\": \xff}").expect_err("not UTF-8").kind, kinds::INVALID_JSON);
    }

    #[test]
    fn a_body_that_is_no_object_is_refused() {
        for body in ["[]", "null", "7", "\"text\"", "[null,[]]"] {
            assert_eq!(problem(body).kind, kinds::INVALID_BODY, "{body}");
        }
    }
}
