//! One self-contained page: no script from elsewhere, no font, no picture; light or dark as the reader's system is.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::chart;
use super::figures::{duration, rate};
use crate::measure::Summary;

const STYLE: &str = include_str!("page.css");

/// `verdicts`: a line each, with whether it holds; empty where no audit was made.
pub fn page(summary: &Summary, verdicts: &[(bool, String)]) -> String {
    let title = escape(&summary.title);
    let mut body = String::new();
    let _ =
        write!(body, "<h1>{title}</h1><p class=\"sub\">{}, {:.1} s</p>", escape(&summary.arrivals), summary.seconds);
    body += &tiles(summary);
    if !verdicts.is_empty() {
        let lines = verdicts.iter().map(|(holds, words)| {
            let (class, mark) = if *holds { ("holds", "holds") } else { ("broken", "BROKEN") };
            format!("<li class=\"{class}\"><b>{mark}</b> {}</li>", escape(words))
        });
        let _ = write!(body, "<h2>Audit</h2><ul class=\"verdicts\">{}</ul>", lines.collect::<String>());
    }
    let _ = write!(
        body,
        "<h2>Calls a second</h2>{}{}<h2>Latency</h2>{}{}",
        legend(&[("success", "successes"), ("refusal", "refusals"), ("failure", "503s and lost answers")]),
        chart::throughput(summary),
        legend(&[("p50", "p50"), ("p99", "p99")]),
        chart::latency(summary),
    );
    body += &faults(summary);
    body += &table(&super::table::calls(summary).to_string());
    body += &table(&super::table::answers(summary).to_string());
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )
}

fn tiles(summary: &Summary) -> String {
    let tile = |name: &str, figure: String| format!("<div><span>{name}</span><b>{figure}</b></div>");
    format!(
        "<section class=\"tiles\">{}{}{}{}{}{}</section>",
        tile("calls a second", rate(summary.all.per_second)),
        tile("p50", duration(summary.all.p50_us)),
        tile("p99", duration(summary.all.p99_us)),
        tile("tickets sold", summary.tickets_sold.to_string()),
        tile("faults", summary.faults.len().to_string()),
        tile("503s, lost, unexpected", summary.errors().to_string()),
    )
}

fn legend(entries: &[(&str, &str)]) -> String {
    let entries = entries.iter().map(|(class, words)| format!("<span class=\"{class}\">{words}</span>"));
    format!("<p class=\"legend\">{}</p>", entries.collect::<String>())
}

fn faults(summary: &Summary) -> String {
    if summary.faults.is_empty() {
        return String::new();
    }
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for fault in &summary.faults {
        *kinds.entry(format!("{} {}", fault.kind.name(), fault.detail)).or_default() += 1;
    }
    let lines = kinds.iter().take(60).map(|(kind, count)| format!("<li>{count} &times; {}</li>", escape(kind)));
    format!("<h2>Faults</h2><ul>{}</ul>", lines.collect::<String>())
}

fn table(text: &str) -> String {
    format!("<pre>{}</pre>", escape(text))
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::api::{AnswerKind, CallKind};
    use crate::history::{Fault, FaultKind};
    use crate::measure::{Live, Meter};

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_marks_the_faults() {
        let mut meter = Meter::new(Instant::now(), Arc::new(Live::default()));
        meter.attempt(CallKind::Hold, 201, "");
        meter.finished(CallKind::Hold, AnswerKind::Success, Duration::from_millis(2));
        let killed = Fault {
            kind: FaultKind::ProcessKilled,
            detail: "<1>".into(),
            started_us: 10,
            ended_us: 20,
            recovered_us: 20,
        };
        let summary = Summary::of("A run", "closed loop", &meter, Duration::from_secs(1), 0, vec![killed]);
        let page = page(&summary, &[(true, "no seat was sold twice".into())]);
        assert!(page.contains("class=\"fault killed\"") && page.contains("&lt;1&gt;"));
        assert!(page.contains("prefers-color-scheme: dark"));
        assert!(!page.contains("src=") && !page.contains("href=") && !page.contains("@import"));
    }
}
