//! One call: what it takes, what it answers, what it may refuse.

use std::collections::BTreeMap;

use actix_web::http::Method;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::{examples, parameters, problems};
use crate::http::access::{Admits, Party};
use crate::http::problem::Kind;

pub struct Operation {
    pub method: Method,
    pub path: &'static str,
    pub summary: &'static str,
    pub body: Option<Body>,
    answer: (u16, Answer),
    /// Under which other status the same may be answered, and what that means.
    also: Option<(u16, &'static str)>,
    /// Kinds of its own, besides those that follow from what kind of a call it is.
    pub kinds: &'static [Kind],
    pub needs_hold_token: bool,
    /// In place of a key.
    pub may_have_hold_token: bool,
    pub is_paged: bool,
    /// Its answer has an `ETag`, and is left out for who has it.
    pub is_tagged: bool,
    /// Its answer says where what was made can be read.
    pub is_located: bool,
    /// What a list can be filtered by.
    pub filters: Vec<Described>,
    /// Headers that no other call takes.
    pub headers: Vec<Described>,
}

/// A name, what it means, and its schema.
pub type Described = (&'static str, &'static str, Value);

pub struct Body {
    shape: Shape,
    is_required: bool,
}

enum Answer {
    Json(Shape),
    Text(&'static str),
}

/// A schema and those it refers to.
pub struct Shape {
    name: String,
    of: fn() -> RefOr<Schema>,
    referred: fn(&mut Vec<(String, RefOr<Schema>)>),
}

impl Shape {
    pub fn of<T: ToSchema>() -> Self {
        Self { name: T::name().into_owned(), of: T::schema, referred: T::schemas }
    }

    pub fn collect(&self, into: &mut BTreeMap<String, RefOr<Schema>>) {
        let mut all = Vec::new();
        (self.referred)(&mut all);
        into.extend(all);
        into.insert(self.name.clone(), (self.of)());
    }

    fn content(&self, example: Option<&Value>) -> Value {
        let mut content = json!({"schema": {"$ref": format!("#/components/schemas/{}", self.name)}});
        if let Some(example) = example {
            content["example"] = example.clone();
        }
        content
    }
}

impl Operation {
    /// A call that answers with JSON of this type.
    pub fn new<T: ToSchema>(method: Method, path: &'static str, summary: &'static str, status: u16) -> Self {
        Self::answering(method, path, summary, (status, Answer::Json(Shape::of::<T>())))
    }

    /// A call that answers with something else than JSON.
    pub fn text(path: &'static str, summary: &'static str, content_type: &'static str) -> Self {
        Self::answering(Method::GET, path, summary, (200, Answer::Text(content_type)))
    }

    fn answering(method: Method, path: &'static str, summary: &'static str, answer: (u16, Answer)) -> Self {
        Self {
            method,
            path,
            summary,
            body: None,
            answer,
            also: None,
            kinds: &[],
            needs_hold_token: false,
            may_have_hold_token: false,
            is_paged: false,
            is_tagged: false,
            is_located: false,
            filters: Vec::new(),
            headers: Vec::new(),
        }
    }

    pub fn takes<T: ToSchema>(self) -> Self {
        Self { body: Some(Body { shape: Shape::of::<T>(), is_required: true }), ..self }
    }

    pub fn may_take<T: ToSchema>(self) -> Self {
        Self { body: Some(Body { shape: Shape::of::<T>(), is_required: false }), ..self }
    }

    pub fn refuses(self, kinds: &'static [Kind]) -> Self {
        Self { kinds, ..self }
    }

    /// The same answer under another status: one that says to come back.
    pub fn also_answers(self, status: u16, meaning: &'static str) -> Self {
        Self { also: Some((status, meaning)), ..self }
    }

    pub fn needs_hold_token(self) -> Self {
        Self { needs_hold_token: true, ..self }
    }

    pub fn may_have_hold_token(self) -> Self {
        Self { may_have_hold_token: true, ..self }
    }

    pub fn paged(self) -> Self {
        Self { is_paged: true, ..self }
    }

    pub fn tagged(self) -> Self {
        Self { is_tagged: true, ..self }
    }

    pub fn located(self) -> Self {
        Self { is_located: true, ..self }
    }

    pub fn filtered_by(self, filters: Vec<Described>) -> Self {
        Self { filters, ..self }
    }

    pub fn with_header(mut self, name: &'static str, meaning: &'static str, schema: Value) -> Self {
        self.headers.push((name, meaning, schema));
        self
    }

    pub fn shapes(&self) -> impl Iterator<Item = &Shape> {
        let answer = match &self.answer.1 {
            Answer::Json(shape) => Some(shape),
            Answer::Text(_) => None,
        };
        self.body.iter().map(|body| &body.shape).chain(answer)
    }

    pub fn json(&self, admits: Admits) -> Value {
        let mut responses = problems::responses(self, admits);
        responses.insert(self.answer.0.to_string(), self.success());
        if let Some((status, meaning)) = self.also {
            let mut answer = self.success();
            answer["description"] = meaning.into();
            answer["headers"]["Retry-After"] = parameters::retry_after();
            responses.insert(status.to_string(), answer);
        }
        if self.is_tagged {
            let headers = parameters::of_answer(self);
            responses.insert("304".into(), json!({"description": "The caller has the latest.", "headers": headers}));
        }
        let mut operation = json!({
            "operationId": self.id(),
            "summary": self.summary,
            "parameters": parameters::of(self),
            "responses": responses,
        });
        let mut security = Vec::new();
        if admits.admits(Party::Public) {
            security.push(json!({}));
        }
        if !admits.is_anyone() {
            security.push(json!({"key": []}));
            operation["x-roles"] = admits.names().collect();
        }
        if !admits.is_anyone() && admits.admits(Party::Customer) {
            security.push(json!({"customer": []}));
        }
        operation["security"] = security.into();
        if let Some(Body { shape, is_required }) = &self.body {
            let content = json!({"application/json": shape.content(examples::of_body(self))});
            operation["requestBody"] = json!({"required": is_required, "content": content});
        }
        operation
    }

    fn success(&self) -> Value {
        let content = match &self.answer.1 {
            Answer::Json(shape) => json!({"application/json": shape.content(examples::of_answer(self))}),
            Answer::Text(kind) => json!({*kind: {"schema": {"type": "string"}}}),
        };
        json!({"description": self.summary, "headers": parameters::of_answer(self), "content": content})
    }

    /// `post_shows_holds_confirm`
    fn id(&self) -> String {
        let parts = self.path.split('/').filter(|part| !part.is_empty() && *part != "v1");
        let parts = parts.map(|part| if part.starts_with('{') { "one" } else { part });
        let words: Vec<&str> = [self.method.as_str()].into_iter().chain(parts).collect();
        words.join("_").to_lowercase().replace('.', "_")
    }
}
