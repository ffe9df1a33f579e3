//! What a call takes besides its body: ids in the address, headers, the part of a list; and what every answer carries.

use serde_json::{Map, Value, json};

use super::spelling::PRINTABLE;
use super::{Operation, is_command, is_read};

const KEY_OF_COMMAND: &str = "The same key from the same caller at the same show is the same command; once accepted, it \
    gets the same answer for 24 hours. Repeat the body byte for byte: in another order or with other spaces it is another \
    request, and refused. A refusal is remembered for a while too: take a new key for a new try. Hard to guess: use a UUID.";
const KEY_OF_CHECKOUT: &str = "The same key from the same caller is the same checkout, which is answered as it stands now: \
    its status and payment may have moved on. Hard to guess: use a UUID.";
const NEXT_PAGE: &str = "The `next_cursor` of the page before. A page may be short, or empty, and still have one: the list \
    has ended when it is null.";

pub fn of(operation: &Operation) -> Vec<Value> {
    let ids = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<Value> = ids.map(id).collect();
    if is_command(&operation.method, operation.path) {
        all.push(header(
            "Idempotency-Key",
            false,
            if operation.path.ends_with("/checkout") { KEY_OF_CHECKOUT } else { KEY_OF_COMMAND },
            json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}),
        ));
    }
    if operation.needs_hold_token || operation.may_have_hold_token {
        let schema = json!({"type": "string", "pattern": "^[0-9a-f]{64}$"});
        all.push(header("Hold-Token", operation.needs_hold_token, "The `hold_token` of the hold.", schema));
    }
    if is_read(&operation.method, operation.path) {
        let text = "The `position` of an answer: this read waits until it shows what that answer told of, or answers `view_behind`.";
        // All numbers of so many digits fit, and no journal will have more commits.
        all.push(header("Min-Position", false, text, json!({"type": "string", "pattern": "^[0-9]{1,19}$"})));
    }
    if operation.is_tagged {
        let text = "The `ETag` of an earlier answer: 304 and no body while there is nothing later.";
        all.push(header("If-None-Match", false, text, json!({"type": "string"})));
    }
    if operation.is_paged {
        let limit = json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50});
        all.push(query("limit", "How many a page has at most.", limit));
        all.push(query("cursor", NEXT_PAGE, json!({"type": "string", "format": "uuid"})));
    }
    let own = operation.headers.iter().map(|(name, meaning, schema)| header(name, false, meaning, schema.clone()));
    all.extend(own);
    all.extend(operation.filters.iter().map(|(name, meaning, schema)| query(name, meaning, schema.clone())));
    all
}

/// Headers of a success.
pub fn of_answer(operation: &Operation) -> Value {
    let mut headers = of_every_answer();
    if operation.is_tagged {
        headers["ETag"] = json!({"description": "For `If-None-Match`.", "schema": {"type": "string"}});
    }
    if operation.is_located {
        headers["Location"] = json!({"description": "Where it can be read.", "required": true,
            "schema": {"type": "string", "format": "uri-reference"}});
    }
    headers
}

pub fn retry_after() -> Value {
    json!({"description": "Seconds.", "schema": {"type": "integer"}})
}

pub fn of_every_answer() -> Value {
    let names = ["X-Request-Id", "RateLimit", "RateLimit-Policy"];
    let references = names.map(|name| (name.to_owned(), json!({"$ref": format!("#/components/headers/{name}")})));
    references.into_iter().collect::<Map<_, _>>().into()
}

/// What they mean, once for all answers.
pub fn headers() -> Value {
    let header = |what: &str| json!({"description": what, "schema": {"type": "string"}});
    json!({
        "X-Request-Id": header("Names this request in the server's log."),
        "RateLimit": header("Where requests are limited: how many are left (`r`), and the seconds until all are there again (`t`)."),
        "RateLimit-Policy": header("Where requests are limited: how many at once (`q`), and in how many seconds they come back (`w`)."),
    })
}

fn id(name: &str) -> Value {
    let schema = match name {
        "customer_id" => json!({"type": "string", "minLength": 1, "maxLength": 128, "pattern": PRINTABLE}),
        "gateway" => json!({"type": "string"}),
        _ => json!({"type": "string", "format": "uuid"}),
    };
    json!({"name": name, "in": "path", "required": true, "schema": schema})
}

fn header(name: &str, is_required: bool, description: &str, schema: Value) -> Value {
    json!({"name": name, "in": "header", "required": is_required, "description": description, "schema": schema})
}

fn query(name: &str, description: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema})
}
