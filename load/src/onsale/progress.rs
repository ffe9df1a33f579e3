//! The bar with live figures.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::measure::Live;
use crate::report::{duration, rate};

const STEP: Duration = Duration::from_millis(500);

/// Shows how the run goes until `done`. Where no terminal is, a line every five seconds instead.
pub fn show(live: &Live, length: Duration, title: &str, done: &Arc<AtomicBool>) {
    let bar = ProgressBar::new(length.as_millis() as u64);
    let style = ProgressStyle::with_template("{prefix} [{bar:30}] {elapsed} {msg}").expect("the template is valid");
    bar.set_style(style.progress_chars("=> "));
    bar.set_prefix(title.to_owned());
    let start = Instant::now();
    let (mut before, mut at, mut said) = (live.figures(), start, start);
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(50));
        if at.elapsed() < STEP {
            continue;
        }
        let now = live.figures();
        let calls = (now.calls() - before.calls()) as f64 / at.elapsed().as_secs_f64();
        let p99 = now.p99_since(&before).as_micros() as u64;
        let words = format!(
            "{}/s, p99 {}, sold {}, refused {}, failed {}, unexpected {}",
            rate(calls),
            duration(p99),
            now.tickets,
            now.refusals,
            now.failures,
            now.unexpected,
        );
        (before, at) = (now, Instant::now());
        bar.set_position((start.elapsed().as_millis() as u64).min(length.as_millis() as u64));
        if bar.is_hidden() && said.elapsed() >= Duration::from_secs(5) {
            println!("{title} {:.0} s: {words}", start.elapsed().as_secs_f64());
            said = Instant::now();
        }
        bar.set_message(words);
    }
    bar.finish_and_clear();
}
