//! Two charts over one time axis, as inline SVG: throughput above, latency (logarithmic) below, faults across both.

use std::fmt::Write;

use super::figures::{duration, rate};
use crate::history::{Fault, FaultKind};
use crate::measure::{Moment, Summary};

const WIDTH: f64 = 1000.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 12.0;
const HEIGHT: f64 = 220.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 26.0;

struct Frame {
    seconds: f64,
}

impl Frame {
    fn x(&self, seconds: f64) -> f64 {
        LEFT + (seconds / self.seconds).clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
    }

    /// `share` 0: bottom line; 1: top.
    fn y(share: f64) -> f64 {
        HEIGHT - BOTTOM - share.clamp(0.0, 1.0) * (HEIGHT - BOTTOM - TOP)
    }

    fn line(&self, moments: &[Moment], class: &str, share: impl Fn(&Moment) -> Option<f64>) -> String {
        let mut path = String::new();
        let mut pen_down = false;
        for moment in moments {
            let Some(share) = share(moment) else {
                pen_down = false;
                continue;
            };
            let command = if pen_down { 'L' } else { 'M' };
            let _ = write!(path, "{command}{:.1} {:.1}", self.x(moment.seconds), Self::y(share));
            pen_down = true;
        }
        format!("<path class=\"{class}\" d=\"{path}\"/>")
    }
}

pub fn throughput(summary: &Summary) -> String {
    let frame = frame(summary);
    let moments = &summary.timeline;
    let top = moments.iter().map(|moment| moment.successes + moment.refusals).fold(1.0, f64::max) * 1.08;
    let grid = axis(&frame, &[0.25, 0.5, 0.75, 1.0].map(|share| (share, rate(share * top))));
    let lines = [
        frame.line(moments, "success", |moment| Some(moment.successes / top)),
        frame.line(moments, "refusal", |moment| Some(moment.refusals / top)),
        frame.line(moments, "failure", |moment| Some(moment.failures / top)),
    ];
    svg("Calls a second", &format!("{}{grid}{}", faults(&frame, summary), lines.concat()))
}

pub fn latency(summary: &Summary) -> String {
    let frame = frame(summary);
    let slowest = summary.timeline.iter().map(|moment| moment.p99_us).max().unwrap_or(1).max(1_000) as f64;
    // From 100 us up, in decades.
    let decades = (slowest / 100.0).log10().ceil().max(1.0);
    let share = |micros: u64| (micros > 0).then(|| ((micros as f64 / 100.0).log10() / decades).max(0.0));
    let labels: Vec<(f64, String)> =
        (0..=decades as u32).map(|decade| (f64::from(decade) / decades, duration(100 * 10u64.pow(decade)))).collect();
    let lines = [
        frame.line(&summary.timeline, "p50", |moment| share(moment.p50_us)),
        frame.line(&summary.timeline, "p99", |moment| share(moment.p99_us)),
    ];
    svg("Latency", &format!("{}{}{}", faults(&frame, summary), axis(&frame, &labels), lines.concat()))
}

fn frame(summary: &Summary) -> Frame {
    let last = summary.timeline.last().map_or(1.0, |moment| moment.seconds);
    Frame { seconds: last.max(1.0) }
}

fn svg(label: &str, inside: &str) -> String {
    format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{label} over time\">{inside}</svg>")
}

fn axis(frame: &Frame, labels: &[(f64, String)]) -> String {
    let mut out = String::new();
    for (share, label) in labels {
        let y = Frame::y(*share);
        let right = WIDTH - RIGHT;
        let _ = write!(out, "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>");
        let _ = write!(out, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>", LEFT - 6.0, y + 4.0);
    }
    let step = [1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 120.0, 300.0, 600.0]
        .into_iter()
        .find(|step| frame.seconds / step <= 12.0)
        .unwrap_or(1_200.0);
    let mut at = 0.0;
    while at <= frame.seconds {
        let (x, y) = (frame.x(at), HEIGHT - 8.0);
        let _ = write!(out, "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{at:.0} s</text>");
        at += step;
    }
    out
}

/// What the server itself went through is a band; crashes of actors are many, and are ticks along the bottom.
fn faults(frame: &Frame, summary: &Summary) -> String {
    let mut out = String::new();
    for fault in &summary.faults {
        let seconds = |micros: i64| (micros - summary.started_us) as f64 / 1e6;
        let (from, to) = (frame.x(seconds(fault.started_us)), frame.x(seconds(fault.ended_us)));
        if matches!(fault.kind, FaultKind::ActorCrash | FaultKind::CheckoutCrash) {
            let y = HEIGHT - BOTTOM;
            let _ =
                write!(out, "<line class=\"crash\" x1=\"{from:.1}\" x2=\"{from:.1}\" y1=\"{y}\" y2=\"{}\"/>", y + 6.0);
        } else {
            let (width, height) = ((to - from).max(1.5), HEIGHT - BOTTOM - TOP);
            let _ = write!(
                out,
                "<rect class=\"fault {}\" x=\"{from:.1}\" y=\"{TOP}\" width=\"{width:.1}\" height=\"{height}\"><title>{}</title></rect>",
                class(fault.kind),
                title(fault),
            );
        }
    }
    out
}

fn class(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::ActorCrash | FaultKind::CheckoutCrash => "crash",
        FaultKind::ProcessKilled => "killed",
        FaultKind::ProcessPaused => "paused",
        FaultKind::DiskSlow | FaultKind::DiskFailing | FaultKind::DiskFull => "disk",
    }
}

fn title(fault: &Fault) -> String {
    let took = duration((fault.ended_us - fault.started_us).unsigned_abs());
    super::html::escape(&format!("{}, {took} {}", fault.kind.name(), fault.detail))
}
