//! A request as bytes.

/// What a call says, before it is given its place on a connection.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    pub method: &'static str,
    pub path: &'a str,
    pub idempotency_key: Option<&'a str>,
    pub hold_token: Option<&'a str>,
    pub min_position: Option<&'a str>,
    /// JSON; empty: no body.
    pub body: &'a [u8],
}

impl Request<'_> {
    /// Writes the request over `out`; `key` is the bearer's.
    pub fn encode(&self, key: Option<&str>, out: &mut Vec<u8>) {
        out.clear();
        for part in [self.method, " ", self.path, " HTTP/1.1\r\nhost: localhost"] {
            out.extend_from_slice(part.as_bytes());
        }
        if let Some(key) = key {
            header(out, "authorization", Some("Bearer "));
            out.extend_from_slice(key.as_bytes());
        }
        header(out, "idempotency-key", self.idempotency_key);
        header(out, "hold-token", self.hold_token);
        header(out, "min-position", self.min_position);
        if !self.body.is_empty() {
            header(out, "content-type", Some("application/json"));
        }
        if self.method != "GET" {
            header(out, "content-length", Some(&self.body.len().to_string()));
        }
        out.extend_from_slice(b"\r\n\r\n");
        out.extend_from_slice(self.body);
    }
}

fn header(out: &mut Vec<u8>, name: &str, value: Option<&str>) {
    let Some(value) = value else { return };
    for part in ["\r\n", name, ": ", value] {
        out.extend_from_slice(part.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_carries_its_key_its_headers_and_its_body() {
        let mut out = Vec::new();
        let request =
            Request { method: "POST", path: "/v1/x", idempotency_key: Some("k"), body: b"{}", ..Request::default() };
        request.encode(Some("secret"), &mut out);
        let text = String::from_utf8(out.clone()).expect("ascii");
        assert!(text.starts_with("POST /v1/x HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer secret\r\n"));
        assert!(text.contains("\r\nidempotency-key: k\r\n"));
        assert!(text.ends_with("\r\ncontent-length: 2\r\n\r\n{}"));
        request.encode(None, &mut out);
        assert!(!String::from_utf8(out).expect("ascii").contains("authorization"));
    }
}
