//! Rules that a type alone cannot hold: what must not be zero, and what goes together.

use std::net::SocketAddr;

use super::{Auth, GatewayName, Http, Limits, Payments, Settings, SettingsError};

pub fn check(settings: &Settings) -> Result<(), SettingsError> {
    let Settings { http, shows, supervision, checkout, journal, store, .. } = settings;
    for (key, value) in [
        ("http.connections_max", http.connections_max),
        ("http.body_kib", http.body_kib),
        ("http.import_body_mib", http.import_body_mib),
        ("http.command_deadline_ms", http.command_deadline_ms),
        ("http.client_timeout_ms", http.client_timeout_ms),
        ("http.keep_alive_seconds", http.keep_alive_seconds),
        ("http.body_timeout_ms", http.body_timeout_ms),
        ("http.stall_timeout_ms", http.stall_timeout_ms),
        ("http.head_kib", http.head_kib),
        ("shows.idle_seconds", shows.idle_seconds),
        ("shows.permits_per_show", shows.permits_per_show),
        ("shows.permits_total", shows.permits_total),
        ("shows.finish_permits_per_show", shows.finish_permits_per_show),
        ("shows.finish_permits_total", shows.finish_permits_total),
        ("supervision.restarts_max", supervision.restarts_max),
        ("supervision.restarts_seconds", supervision.restarts_seconds),
        ("checkout.extend_seconds", checkout.extend_seconds),
        ("checkout.poll_first_seconds", checkout.poll_first_seconds),
        ("checkout.poll_max_seconds", checkout.poll_max_seconds),
        ("checkout.retry_first_ms", checkout.retry_first_ms),
        ("checkout.retry_max_ms", checkout.retry_max_ms),
        ("checkout.refund_tries_max", checkout.refund_tries_max),
        ("checkout.answer_wait_ms", checkout.answer_wait_ms),
        ("checkout.open_max", checkout.open_max),
        ("journal.segment_mib", journal.segment_mib),
        ("journal.recent_mib", journal.recent_mib),
        ("store.cache_mib", store.cache_mib),
    ] {
        if value == 0 {
            return Err(wrong(key, "it must be at least 1"));
        }
    }
    shares(settings)?;
    rates(&settings.limits)?;
    let key = settings.auth.bootstrap_key.expose();
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(wrong("auth.bootstrap_key", "it must be visible ASCII without blanks, to fit into a header"));
    }
    payments(&settings.payments)?;
    customers(&settings.auth)
}

/// Whoever hands out a provider's secrets means to be paid by it.
fn payments(payments: &Payments) -> Result<(), SettingsError> {
    let secrets = [
        ("payments.stripe_secret_key", &payments.stripe_secret_key),
        ("payments.stripe_webhook_secret", &payments.stripe_webhook_secret),
    ];
    match secrets.iter().find(|(_, secret)| !secret.is_empty()) {
        Some((key, _)) if payments.gateway == GatewayName::Simulated => Err(wrong(
            key,
            "it is set, but `payments.gateway` is \"simulated\": tickets would be given for nothing. Set \"stripe\", or \
             \"none\"",
        )),
        Some(_) | None => Ok(()),
    }
}

/// No share is more than all there is, nor are those of which one call has one at most.
fn shares(settings: &Settings) -> Result<(), SettingsError> {
    let of = &settings.simulated_payments;
    for (key, percent) in [
        ("trace.sample_percent", settings.trace.sample_percent),
        ("simulated_payments.declines_percent", of.declines_percent),
        ("simulated_payments.openings_refused_percent", of.openings_refused_percent),
        ("simulated_payments.unavailable_percent", of.unavailable_percent),
        ("simulated_payments.timeouts_before_effect_percent", of.timeouts_before_effect_percent),
        ("simulated_payments.timeouts_after_effect_percent", of.timeouts_after_effect_percent),
        ("simulated_payments.refund_failures_percent", of.refund_failures_percent),
        ("simulated_payments.webhooks_lost_percent", of.webhooks_lost_percent),
        ("simulated_payments.webhooks_duplicated_percent", of.webhooks_duplicated_percent),
        ("simulated_payments.webhooks_late_percent", of.webhooks_late_percent),
        ("simulated_payments.webhooks_reordered_percent", of.webhooks_reordered_percent),
    ] {
        if percent > 100 {
            return Err(wrong(key, "it is at most 100"));
        }
    }
    let faults = [of.unavailable_percent, of.timeouts_before_effect_percent, of.timeouts_after_effect_percent];
    if faults.into_iter().map(u32::from).sum::<u32>() > 100 {
        let what = "it, `simulated_payments.timeouts_before_effect_percent` and \
                    `simulated_payments.timeouts_after_effect_percent` are at most 100 together";
        return Err(wrong("simulated_payments.unavailable_percent", what));
    }
    Ok(())
}

/// How often on the whole, and how often at once, go together.
fn rates(limits: &Limits) -> Result<(), SettingsError> {
    for (key, per_minute, burst) in [
        ("limits.address_requests_burst", limits.address_requests_per_minute, limits.address_requests_burst),
        ("limits.key_requests_burst", limits.key_requests_per_minute, limits.key_requests_burst),
    ] {
        if (per_minute == 0) != (burst == 0) {
            return Err(wrong(key, "it and the requests per minute must both be 0, or neither"));
        }
    }
    Ok(())
}

/// Nobody is between here and there.
fn is_local(url: &str) -> bool {
    ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"].iter().any(|local| url.starts_with(local))
}

/// An identity provider is configured whole or not at all.
fn customers(auth: &Auth) -> Result<(), SettingsError> {
    let Auth { customer_issuer, customer_audience, customer_secret, customer_jwks_file, customer_jwks_url, .. } = auth;
    let keys = [customer_secret.is_empty(), customer_jwks_file.is_empty(), customer_jwks_url.is_empty()];
    if customer_issuer.is_empty() {
        let rest = [&keys[..], &[customer_audience.is_empty()]].concat();
        let what = "it must be set for the other settings of customers to count";
        return if rest.iter().all(|empty| *empty) { Ok(()) } else { Err(wrong("auth.customer_issuer", what)) };
    }
    if customer_audience.is_empty() {
        return Err(wrong(
            "auth.customer_audience",
            "it must be set: tokens for other services are not meant for this one",
        ));
    }
    if keys.iter().filter(|empty| !**empty).count() != 1 {
        let what = "one of it, `auth.customer_jwks_file` and `auth.customer_jwks_url` must be set, and not two";
        return Err(wrong("auth.customer_secret", what));
    }
    if !(customer_jwks_url.is_empty() || customer_jwks_url.starts_with("https://") || is_local(customer_jwks_url)) {
        let what = "it must begin with https://: whoever changes it on its way can be any customer";
        return Err(wrong("auth.customer_jwks_url", what));
    }
    if !customer_secret.is_empty() && customer_secret.expose().len() < 32 {
        return Err(wrong(
            "auth.customer_secret",
            "it must have at least 32 bytes: whoever guesses it can be any customer",
        ));
    }
    Ok(())
}

impl Settings {
    /// Where to listen. A key that the server has made for itself is good for this machine only.
    pub fn listen_address(&self) -> Result<SocketAddr, SettingsError> {
        let Http { address, port, .. } = self.http;
        if self.auth.bootstrap_key.is_empty() && !address.is_loopback() {
            return Err(SettingsError::AddressNeedsKey(address));
        }
        Ok(SocketAddr::new(address, port))
    }
}

fn wrong(key: &str, what: &str) -> SettingsError {
    SettingsError::Wrong { key: key.to_owned(), what: what.to_owned(), origin: "checked when all was read".into() }
}
