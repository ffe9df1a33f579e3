//! Requests counted and timed by route: atomics only, because every request passes here.
//!
//! How the figures are written down for Prometheus is in `resources/metrics.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::http::{Method, StatusCode};

/// Upper bounds of the latency histogram, in microseconds.
pub const BUCKETS_MICROS: [u64; 14] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 10_000_000,
];

const STATUSES: usize = 500;

/// The figures of one route: a method at an address.
#[derive(Debug)]
pub struct Figures {
    pub method: Method,
    pub path: &'static str,
    /// By status, from 100.
    by_status: Box<[AtomicU64]>,
    /// By bucket; the last is everything slower.
    by_latency: [AtomicU64; BUCKETS_MICROS.len() + 1],
    micros: AtomicU64,
}

/// The figures of all methods of one address; kept in the resource's data.
#[derive(Clone, Debug)]
pub struct RouteFigures(pub Vec<Arc<Figures>>);

impl RouteFigures {
    /// A method that the address does not take is counted with the first one it does.
    pub fn count(&self, method: &Method, status: StatusCode, took: Duration) {
        // HEAD is a GET whose body is left out.
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        let figures = self.0.iter().find(|figures| figures.method == *method).or_else(|| self.0.first());
        if let Some(figures) = figures {
            figures.count(status, took);
        }
    }
}

impl Figures {
    pub fn new(method: Method, path: &'static str) -> Self {
        let by_status = (0..STATUSES).map(|_| AtomicU64::new(0)).collect();
        Self { method, path, by_status, by_latency: Default::default(), micros: AtomicU64::new(0) }
    }

    fn count(&self, status: StatusCode, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS_MICROS.partition_point(|bound| *bound < micros);
        self.by_latency[bucket].fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
        if let Some(counter) = self.by_status.get(usize::from(status.as_u16()).wrapping_sub(100)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Statuses that were ever answered, with how often.
    pub fn statuses(&self) -> impl Iterator<Item = (usize, u64)> {
        let counts =
            self.by_status.iter().enumerate().map(|(index, count)| (index + 100, count.load(Ordering::Relaxed)));
        counts.filter(|(_, count)| *count > 0)
    }

    /// Requests per bucket, the last one without an upper bound.
    pub fn latencies(&self) -> impl Iterator<Item = u64> {
        self.by_latency.iter().map(|count| count.load(Ordering::Relaxed))
    }

    pub fn total_micros(&self) -> u64 {
        self.micros.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_by_its_status_and_in_the_first_bucket_that_holds_it() {
        let figures = Figures::new(Method::GET, "/");
        figures.count(StatusCode::OK, Duration::from_micros(500));
        figures.count(StatusCode::CONFLICT, Duration::from_secs(60));
        assert_eq!(figures.statuses().collect::<Vec<_>>(), [(200, 1), (409, 1)]);
        let latencies: Vec<u64> = figures.latencies().collect();
        assert_eq!((latencies[0], latencies[1], latencies[14]), (0, 1, 1));
    }
}
