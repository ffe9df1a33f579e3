//! How often a key or an address may ask.
//!
//! Everybody has a bucket of `burst` requests, which fills up again at `per_minute`. What is remembered is bounded: buckets
//! that are full are forgotten, and while there are too many of the others, neighbours share one.

use std::hash::Hash;
use std::io::{Cursor, Write};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::Network;
use crate::http::problem::{Problem, kinds};

/// Buckets that are remembered one by one.
const BUCKETS_MAX: usize = 200_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub per_minute: NonZeroU32,
    pub burst: NonZeroU32,
}

/// `None`: as often as they like.
pub struct Rates {
    addresses: Option<Meter<Network>>,
    keys: Option<Meter<[u8; 32]>>,
}

struct Meter<K: Hash + Eq + Clone> {
    name: &'static str,
    rate: Rate,
    /// What `RateLimit-Policy` says: the same to everybody.
    policy: HeaderValue,
    limiter: Limiter<K>,
    is_crowded: AtomicBool,
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K, ahash::RandomState>, DefaultClock, StateInformationMiddleware>;

/// Where a caller stands with its limit: what the headers `RateLimit` and `RateLimit-Policy` say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    name: &'static str,
    rate: Rate,
    policy: HeaderValue,
    remaining: u32,
    /// Until one more is let in, where none is.
    wait_seconds: u64,
}

impl Rates {
    pub fn new(per_address: Option<Rate>, per_key: Option<Rate>) -> Self {
        Self {
            addresses: per_address.map(|rate| Meter::new("address", rate)),
            keys: per_key.map(|rate| Meter::new("key", rate)),
        }
    }

    pub fn count_addresses(&self) -> bool {
        self.addresses.is_some()
    }

    /// `None`: addresses are not counted.
    pub fn address(&self, network: Network) -> Option<Standing> {
        let meter = self.addresses.as_ref()?;
        let crowded = meter.is_crowded.load(Ordering::Relaxed);
        Some(meter.ask(&if crowded { network.neighbourhood() } else { network }))
    }

    /// `None`: keys are not counted. There are never more of them than were handed out.
    pub fn key(&self, hash: &blake3::Hash) -> Option<Standing> {
        self.keys.as_ref().map(|meter| meter.ask(hash.as_bytes()))
    }

    /// To be done every second or so.
    pub fn forget_the_idle(&self) {
        if let Some(meter) = &self.addresses {
            meter.limiter.retain_recent();
            meter.is_crowded.store(meter.limiter.len() > BUCKETS_MAX, Ordering::Relaxed);
        }
        if let Some(meter) = &self.keys {
            meter.limiter.retain_recent();
        }
    }
}

impl<K: Hash + Eq + Clone> Meter<K> {
    fn new(name: &'static str, rate: Rate) -> Self {
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        let limiter = RateLimiter::dashmap_with_hasher(quota, ahash::RandomState::new()).with_middleware();
        let policy = format!("\"{name}\";q={};w={}", rate.burst, rate.seconds_for(rate.burst.get()));
        let policy = HeaderValue::from_str(&policy).expect("words and digits fit into a header");
        Self { name, rate, policy, limiter, is_crowded: AtomicBool::new(false) }
    }

    fn ask(&self, key: &K) -> Standing {
        let (remaining, wait_seconds) = match self.limiter.check_key(key) {
            Ok(snapshot) => (snapshot.remaining_burst_capacity(), 0),
            Err(until) => (0, until.wait_time_from(DefaultClock::default().now()).as_secs() + 1),
        };
        Standing { name: self.name, rate: self.rate, policy: self.policy.clone(), remaining, wait_seconds }
    }
}

impl Rate {
    fn seconds_for(self, requests: u32) -> u64 {
        (u64::from(requests) * 60).div_ceil(u64::from(self.per_minute.get()))
    }
}

impl Standing {
    /// Whether this request is let in.
    pub fn check(&self) -> Result<(), Problem> {
        if self.wait_seconds == 0 {
            return Ok(());
        }
        let Self { name, rate: Rate { per_minute, burst }, wait_seconds, .. } = self;
        let detail = format!("one {name} may ask {per_minute} times a minute, and {burst} times at once");
        Err(Problem::new(kinds::RATE_LIMITED, detail).header(RETRY_AFTER, HeaderValue::from(*wait_seconds)))
    }

    /// As draft-ietf-httpapi-ratelimit-headers has them.
    pub fn write_to(&self, headers: &mut HeaderMap) {
        const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
        const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
        let Self { name, rate, policy, remaining, wait_seconds } = self;
        // Until the bucket is full again; never before the next one is let in.
        let reset = rate.seconds_for(rate.burst.get().saturating_sub(*remaining)).max(*wait_seconds);
        // On the stack, because this is done for every request.
        let mut text = Cursor::new([0_u8; 64]);
        write!(text, "\"{name}\";r={remaining};t={reset}").expect("a word and two numbers fit");
        let length = text.position() as usize;
        let limit = HeaderValue::from_bytes(&text.get_ref()[..length]);
        headers.insert(LIMIT, limit.expect("words and digits fit into a header"));
        headers.insert(POLICY, policy.clone());
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn rate(per_minute: u32, burst: u32) -> Option<Rate> {
        Some(Rate { per_minute: per_minute.try_into().expect("not 0"), burst: burst.try_into().expect("not 0") })
    }

    fn network(number: u8) -> Network {
        Network::of(IpAddr::from([192, 0, 2, number]))
    }

    #[test]
    fn a_bucket_is_emptied_by_its_own_address_only() {
        let rates = Rates::new(rate(1, 2), None);
        let let_in = |number| rates.address(network(number)).expect("counted").check().is_ok();
        assert!(let_in(1) && let_in(1) && !let_in(1));
        assert!(let_in(2));
        assert!(rates.key(&blake3::hash(b"key")).is_none());
    }

    #[test]
    fn the_headers_say_what_is_left_and_when_there_is_more() {
        let rates = Rates::new(None, rate(30, 2));
        let ask = || {
            let standing = rates.key(&blake3::hash(b"key")).expect("counted");
            let mut headers = HeaderMap::new();
            standing.write_to(&mut headers);
            let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
            (standing.check(), text("ratelimit"), text("ratelimit-policy"))
        };
        let (first, limit, policy) = ask();
        assert!(first.is_ok());
        assert_eq!((limit.as_str(), policy.as_str()), ("\"key\";r=1;t=2", "\"key\";q=2;w=4"));
        assert!(ask().0.is_ok());
        let (third, limit, _) = ask();
        let problem = third.expect_err("the bucket is empty");
        assert_eq!(problem.kind.status, 429);
        assert!(limit.starts_with("\"key\";r=0;t="), "{limit}");
        assert!(problem.more.headers.iter().any(|(name, _)| name == RETRY_AFTER));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let rates = Rates::new(rate(1, 1), None);
        let meter = rates.addresses.as_ref().expect("counted");
        for number in 0..=BUCKETS_MAX as u32 {
            let address = IpAddr::from((0x0a00_0000 + number).to_be_bytes());
            rates.address(Network::of(address)).expect("counted");
        }
        rates.forget_the_idle();
        assert!(meter.is_crowded.load(Ordering::Relaxed));
        let before = meter.limiter.len();
        for number in 0..10_000_u32 {
            rates.address(Network::of(IpAddr::from((0x0b00_0000 + number).to_be_bytes()))).expect("counted");
        }
        assert_eq!(meter.limiter.len(), before + 1, "neighbours share one bucket");
    }
}
