//! Requests counted and timed by route: atomics only, because every request passes here.
//!
//! How the figures are written down for Prometheus is in `resources/metrics/of_requests.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::http::{Method, StatusCode};

/// Upper bounds of the latency histogram, in microseconds.
pub const BUCKETS_MICROS: [u64; 14] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 10_000_000,
];

const STATUSES: usize = 500;

/// Requests that ended in a panic: nothing is left of them that knows their route.
pub static PANICKED: AtomicU64 = AtomicU64::new(0);

/// Reads whose view was not as far as they asked for, which callers can make by themselves: among the answers with 503.
pub static BEHIND: AtomicU64 = AtomicU64::new(0);

/// The figures of one route: a method at an address.
#[derive(Debug)]
pub struct Figures {
    pub method: Method,
    pub path: &'static str,
    /// By status, from 100.
    by_status: Box<[AtomicU64]>,
    /// By class of status: 1xx to 5xx.
    by_class: [Latencies; 5],
}

/// By bucket; the last is everything slower. What is quick shares one cache line with the sum.
#[derive(Debug, Default)]
#[repr(C, align(64))]
struct Latencies {
    micros: AtomicU64,
    buckets: [AtomicU64; BUCKETS_MICROS.len() + 1],
}

/// The answers of one class of statuses.
pub struct ClassFigures {
    pub class: &'static str,
    pub buckets: Vec<u64>,
    pub total_micros: u64,
}

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The figures of all methods of one address; kept in the resource's data.
#[derive(Clone, Debug)]
pub struct RouteFigures(pub Vec<Arc<Figures>>);

impl RouteFigures {
    /// The address as the table of routes has it.
    pub fn path(&self) -> Option<&'static str> {
        self.0.first().map(|figures| figures.path)
    }

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
        Self { method, path, by_status, by_class: Default::default() }
    }

    fn count(&self, status: StatusCode, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS_MICROS.partition_point(|bound| *bound < micros);
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.by_class[class].buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.by_class[class].micros.fetch_add(micros, Ordering::Relaxed);
        if let Some(counter) = self.by_status.get(usize::from(status.as_u16()).wrapping_sub(100)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Statuses that were ever answered, with how often; and 500, so that the first one is an increase.
    pub fn statuses(&self) -> impl Iterator<Item = (usize, u64)> {
        let counts =
            self.by_status.iter().enumerate().map(|(index, count)| (index + 100, count.load(Ordering::Relaxed)));
        counts.filter(|(status, count)| *count > 0 || *status == 500)
    }

    /// Requests per bucket, the last one without an upper bound; classes that were never answered are left out.
    pub fn classes(&self) -> impl Iterator<Item = ClassFigures> {
        let of = |(latencies, class): (&Latencies, &'static str)| {
            let buckets = latencies.buckets.iter().map(|count| count.load(Ordering::Relaxed)).collect();
            ClassFigures { class, buckets, total_micros: latencies.micros.load(Ordering::Relaxed) }
        };
        self.by_class.iter().zip(CLASSES).map(of).filter(|class| class.buckets.iter().any(|count| *count > 0))
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
        assert_eq!(figures.statuses().collect::<Vec<_>>(), [(200, 1), (409, 1), (500, 0)]);
        let classes: Vec<_> = figures.classes().map(|class| (class.class, class.buckets, class.total_micros)).collect();
        assert_eq!((classes.len(), classes[0].0, classes[1].0), (2, "2xx", "4xx"));
        assert_eq!((classes[0].1[1], classes[0].2, classes[1].1[14]), (1, 500, 1));
    }
}
