//! `[http]`: where the server listens, and what it bears from whoever connects.

use std::net::IpAddr;

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    pub address: IpAddr,
    pub port: u16,
    /// 0: as many as there are cores.
    pub workers: u16,
    pub connections_max: u32,
    pub body_kib: u32,
    pub import_body_mib: u32,
    pub command_deadline_ms: u32,
    pub min_position_wait_ms: u32,
    pub client_timeout_ms: u32,
    pub keep_alive_seconds: u32,
    pub drain_ms: u32,
    pub shutdown_seconds: u32,
    pub seat_map_cache_mib: u32,
    pub streams_max: u32,
    /// Separated by commas; empty: none.
    pub cors_origins: String,
    pub body_timeout_ms: u32,
    pub stall_timeout_ms: u32,
    pub head_kib: u32,
    pub idempotency_key_required: bool,
    /// Separated by commas; empty: none.
    pub trusted_proxies: String,
    pub proxy_header: ProxyHeader,
}

/// Which header the trusted proxies write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyHeader {
    XForwardedFor,
    Forwarded,
}
