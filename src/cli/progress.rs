//! Progress bars on standard error, where that is a terminal; elsewhere nothing, so that logs stay readable.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts bytes.
pub fn bytes_bar(what: &'static str, total: u64) -> ProgressBar {
    bar(what, total, "{msg:<18} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}")
}

/// A bar that counts commits.
pub fn commits_bar(what: &'static str, total: u64) -> ProgressBar {
    bar(what, total, "{msg:<18} {wide_bar} {human_pos}/{human_len} commits {per_sec} {eta}")
}

fn bar(what: &'static str, total: u64, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).expect("the templates above are right");
    ProgressBar::new(total).with_style(style).with_message(what)
}
