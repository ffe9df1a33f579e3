//! From settings to the plain values that the layers take: they know no settings.

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::anyhow;

use crate::actors::{CheckoutOptions, RestartPolicy, ShowLimits};
use crate::config::{GatewayName, Pays as PaysSetting, ProxyHeader as ProxyHeaderSetting, Settings};
use crate::http::{CallerLimits, Chaos, DiskMode, Limits, Networks, Origins, Proxies, ProxyHeader, Rate, Serving};
use crate::journal::local::{DiskFaults, Fault, Options as JournalOptions};
use crate::payments::Secret;
use crate::payments::simulated::{Pays, SimulatedGateway, SimulatedOptions};
use crate::payments::stripe::{StripeGateway, StripeOptions};
use crate::store::Options as StoreOptions;

pub fn journal(settings: &Settings) -> JournalOptions {
    let of = &settings.journal;
    JournalOptions {
        segment_bytes: mib(of.segment_mib),
        preallocate_bytes: mib(of.preallocate_mib),
        recent_bytes: mib(of.recent_mib) as usize,
        check_at_start_bytes: mib(of.check_at_start_mib),
        ..JournalOptions::default()
    }
}

pub fn store(settings: &Settings) -> StoreOptions {
    StoreOptions { cache_bytes: mib(settings.store.cache_mib) }
}

pub fn limits(settings: &Settings) -> ShowLimits {
    let of = &settings.shows;
    ShowLimits {
        permits_per_show: of.permits_per_show,
        permits_total: of.permits_total,
        finish_permits_per_show: of.finish_permits_per_show,
        finish_permits_total: of.finish_permits_total,
        command_deadline: millis(settings.http.command_deadline_ms),
        idle: seconds(of.idle_seconds),
        arbiters: or_cores(of.arbiters),
    }
}

pub fn restarts(settings: &Settings) -> RestartPolicy {
    let of = &settings.supervision;
    RestartPolicy {
        restarts_max: of.restarts_max,
        within: seconds(of.restarts_seconds),
        backoff_first: millis(of.backoff_first_ms),
        backoff_max: millis(of.backoff_max_ms),
    }
}

pub fn checkout(settings: &Settings) -> CheckoutOptions {
    let of = &settings.checkout;
    let gateway = match settings.payments.gateway {
        GatewayName::None => None,
        GatewayName::Simulated => Some(SimulatedGateway::NAME.to_owned()),
        GatewayName::Stripe => Some(StripeGateway::NAME.to_owned()),
    };
    CheckoutOptions {
        gateway,
        equal_seats: of.equal_seats,
        extend_seconds: of.extend_seconds,
        poll_first_seconds: of.poll_first_seconds,
        poll_max_seconds: of.poll_max_seconds,
        retry_first: millis(of.retry_first_ms),
        retry_max: millis(of.retry_max_ms),
        refund_again_first: millis(of.refund_again_first_ms),
        refund_tries_max: of.refund_tries_max,
        answer_wait: millis(of.answer_wait_ms),
        open_max: of.open_max as usize,
    }
}

pub fn stripe(settings: &Settings) -> StripeOptions {
    let of = &settings.payments;
    let secret = |secret: &crate::config::Secret| Secret::new(secret.expose());
    StripeOptions {
        base_url: of.stripe_base_url.clone(),
        timeout_ms: of.stripe_timeout_ms,
        ..StripeOptions::new(secret(&of.stripe_secret_key), secret(&of.stripe_webhook_secret))
    }
}

pub fn simulated_payments(settings: &Settings) -> SimulatedOptions {
    let of = &settings.simulated_payments;
    SimulatedOptions {
        seed: of.seed.into(),
        pays: match of.pays {
            PaysSetting::AtOnce => Pays::AtOnce,
            PaysSetting::WhenTold => Pays::WhenTold,
            PaysSetting::ByWebhook => Pays::ByWebhook,
        },
        pays_after_ms: of.pays_after_ms,
        latency_ms: of.latency_ms,
        declines_percent: of.declines_percent,
        openings_refused_percent: of.openings_refused_percent,
        unavailable_percent: of.unavailable_percent,
        timeouts_before_effect_percent: of.timeouts_before_effect_percent,
        timeouts_after_effect_percent: of.timeouts_after_effect_percent,
        timeout_ms: of.timeout_ms,
        refund_failures_percent: of.refund_failures_percent,
        refunds_after_ms: of.refunds_after_ms,
        webhooks_lost_percent: of.webhooks_lost_percent,
        webhooks_duplicated_percent: of.webhooks_duplicated_percent,
        webhooks_late_percent: of.webhooks_late_percent,
        webhooks_late_ms: of.webhooks_late_ms,
        webhooks_reordered_percent: of.webhooks_reordered_percent,
        webhooks_reordered_ms: of.webhooks_reordered_ms,
        ..SimulatedOptions::default()
    }
}

pub fn http_limits(settings: &Settings) -> Limits {
    let of = &settings.http;
    Limits {
        import_body_bytes: mib(of.import_body_mib) as usize,
        body_bytes: of.body_kib as usize * 1_024,
        min_position_wait: millis(of.min_position_wait_ms),
        seat_map_cache_bytes: mib(of.seat_map_cache_mib) as usize,
        body_timeout: millis(of.body_timeout_ms),
        idempotency_key_required: of.idempotency_key_required,
        streams_max: of.streams_max as usize,
    }
}

pub fn caller_limits(settings: &Settings) -> anyhow::Result<CallerLimits> {
    let of = &settings.limits;
    let rate =
        |per_minute, burst| Some(Rate { per_minute: NonZeroU32::new(per_minute)?, burst: NonZeroU32::new(burst)? });
    let proxies = Networks::parse(&settings.http.trusted_proxies);
    let wrong = |part| anyhow!("the setting `http.trusted_proxies` is wrong: {part:?} is no address or range of them");
    let header = match settings.http.proxy_header {
        ProxyHeaderSetting::XForwardedFor => ProxyHeader::XForwardedFor,
        ProxyHeaderSetting::Forwarded => ProxyHeader::Forwarded,
    };
    Ok(CallerLimits {
        rate_per_address: rate(of.address_requests_per_minute, of.address_requests_burst),
        rate_per_key: rate(of.key_requests_per_minute, of.key_requests_burst),
        places_per_address_max: of.address_places_max,
        places_per_customer_max: of.customer_places_max,
        proxies: Proxies { trusted: proxies.map_err(wrong)?, header },
    })
}

pub fn serving(settings: &Settings) -> anyhow::Result<Serving> {
    let of = &settings.http;
    let origins = Origins::parse(&of.cors_origins);
    let wrong =
        |part| anyhow!("the setting `http.cors_origins` is wrong: {part:?} is not an origin like https://shop.example");
    Ok(Serving {
        workers: or_cores(of.workers),
        connections_max: of.connections_max as usize,
        client_timeout: millis(of.client_timeout_ms),
        keep_alive: seconds(of.keep_alive_seconds),
        stall_timeout: millis(of.stall_timeout_ms),
        head_bytes_max: of.head_kib as usize * 1_024,
        shutdown_seconds: of.shutdown_seconds.into(),
        origins: origins.map_err(wrong)?,
    })
}

/// The disk's switches, as HTTP knows them.
pub fn chaos(faults: Arc<DiskFaults>) -> Chaos {
    let disk = move |mode: DiskMode| {
        faults.set(match mode {
            DiskMode::Well {} => Fault::Well,
            DiskMode::Slow { milliseconds } => Fault::Slow { micros: u64::from(milliseconds) * 1_000 },
            DiskMode::Failing {} => Fault::Failing,
            DiskMode::Full {} => Fault::Full,
        });
    };
    Chaos { disk: Arc::new(disk) }
}

fn or_cores(count: u16) -> usize {
    if count == 0 { available_parallelism().map_or(2, NonZeroUsize::get) } else { count.into() }
}

fn mib(count: u32) -> u64 {
    u64::from(count) << 20
}

fn millis(count: u32) -> Duration {
    Duration::from_millis(count.into())
}

fn seconds(count: u32) -> Duration {
    Duration::from_secs(count.into())
}
