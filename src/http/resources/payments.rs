//! Messages of payment providers. A message proves itself by its signature; it is a hint to look, in any order and any
//! number of times, so all that it is answered is that it has arrived. One that nothing else would tell is answered once it
//! has been heeded.

use actix_web::http::Method;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::answer;
use crate::http::openapi::Operation;
use crate::http::problem::{Reply, kinds};
use crate::http::request::Incoming;

#[derive(Serialize, ToSchema)]
#[schema(as = WebhookReceived)]
struct Received {
    received: bool,
}

pub async fn webhook(incoming: Incoming) -> Reply {
    let request = &incoming.request;
    // What is not text is no header of any provider's signature.
    let headers = request.headers().iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    let headers: Vec<_> = headers.collect();
    let gateway = request.match_info().query("gateway");
    incoming.state().parts.checkouts.notice(gateway, &headers, &incoming.body)?.heeded().await?;
    answer::ok(&Received { received: true })
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<Received>(
            Method::POST,
            "/v1/payments/{gateway}/webhooks",
            "For payment providers: tell that something has happened to a payment",
            200,
        )
        .refuses(&[
            kinds::GATEWAY_NOT_FOUND,
            kinds::WEBHOOK_NOT_GENUINE,
            kinds::WEBHOOK_MALFORMED,
            kinds::WEBHOOK_NOT_HEEDED,
        ]),
    ]
}
