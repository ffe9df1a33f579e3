//! What the Stripe adapter must be told. Everything is checked before the first call.

use super::StripeError;
use crate::payments::Secret;

pub const BASE_URL: &str = "https://api.stripe.com";

#[derive(Clone, Debug)]
pub struct StripeOptions {
    /// `sk_live_...`, `sk_test_...` or a restricted key that may write PaymentIntents and refunds.
    pub secret_key: Secret,
    /// `whsec_...` of the webhook endpoint.
    pub webhook_secret: Secret,
    /// Another one for a stand-in server. Without TLS on this machine only: the key travels with every call.
    pub base_url: String,
    pub connect_timeout_ms: u32,
    /// For a whole call, the connection included.
    pub timeout_ms: u32,
    pub calls_at_once_max: u16,
    /// How old a message may be, by its signature; and how far ahead of this machine's clock.
    pub webhook_tolerance_seconds: u32,
}

impl StripeOptions {
    pub fn new(secret_key: Secret, webhook_secret: Secret) -> Self {
        Self {
            secret_key,
            webhook_secret,
            base_url: BASE_URL.to_owned(),
            connect_timeout_ms: 3_000,
            timeout_ms: 20_000,
            calls_at_once_max: 32,
            webhook_tolerance_seconds: 300,
        }
    }

    pub(super) fn check(&self) -> Result<(), StripeError> {
        let key = self.secret_key.expose();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(StripeError::SecretKey);
        }
        if self.webhook_secret.is_empty() {
            return Err(StripeError::WebhookSecret);
        }
        if !is_safe(&self.base_url) {
            return Err(StripeError::BaseUrl(self.base_url.clone()));
        }
        let limits = [
            ("connect_timeout_ms", self.connect_timeout_ms),
            ("timeout_ms", self.timeout_ms),
            ("calls_at_once_max", self.calls_at_once_max.into()),
        ];
        match limits.into_iter().find(|(_, limit)| *limit == 0) {
            Some((name, _)) => Err(StripeError::Zero(name)),
            None => Ok(()),
        }
    }
}

fn is_safe(base_url: &str) -> bool {
    let host = |rest: &str| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if host.contains('@') { String::new() } else { host.to_owned() }
    };
    if let Some(rest) = base_url.strip_prefix("https://") {
        return !host(rest).is_empty();
    }
    let Some(rest) = base_url.strip_prefix("http://") else { return false };
    let host = host(rest);
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
    ["127.0.0.1", "localhost", "[::1]"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> StripeOptions {
        StripeOptions::new(Secret::new("sk_test_1"), Secret::new("whsec_1"))
    }

    #[test]
    fn the_key_leaves_this_machine_under_tls_only() {
        let check = |base_url: &str| StripeOptions { base_url: base_url.into(), ..options() }.check().is_ok();
        assert!(check(BASE_URL));
        assert!(check("http://127.0.0.1:8420") && check("http://localhost:1/") && check("http://[::1]:9"));
        assert!(!check("http://api.stripe.com"));
        assert!(!check("http://localhost.example.com"));
        assert!(!check("http://127.0.0.1@example.com"));
        assert!(!check("ftp://api.stripe.com") && !check("api.stripe.com") && !check("https://") && !check(""));
    }

    #[test]
    fn what_is_missing_is_named() {
        let without_key = StripeOptions { secret_key: Secret::new(""), ..options() };
        assert!(matches!(without_key.check(), Err(StripeError::SecretKey)));
        let with_blank = StripeOptions { secret_key: Secret::new("sk_test 1\n"), ..options() };
        assert!(matches!(with_blank.check(), Err(StripeError::SecretKey)));
        let without_webhooks = StripeOptions { webhook_secret: Secret::new(""), ..options() };
        assert!(matches!(without_webhooks.check(), Err(StripeError::WebhookSecret)));
        let without_time = StripeOptions { timeout_ms: 0, ..options() };
        assert!(matches!(without_time.check(), Err(StripeError::Zero("timeout_ms"))));
    }

    #[test]
    fn options_do_not_show_their_secrets() {
        let shown = format!("{:?}", options());
        assert!(!shown.contains("sk_test_1") && !shown.contains("whsec_1"), "{shown}");
    }
}
