//! The Prometheus text format: samples gathered by name, because all of one name stand together after what they mean.

use std::fmt::{Display, Write};

/// Names and values.
pub type Labels<'a> = &'a [(&'a str, &'a str)];

#[derive(Default)]
pub struct Exposition {
    families: Vec<Family>,
}

struct Family {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    samples: String,
}

impl Exposition {
    /// Only ever rises; its name ends in `_total`.
    pub fn counter(&mut self, name: &'static str, help: &'static str, labels: Labels<'_>, value: impl Display) {
        self.sample(name, "counter", help, "", labels, &value);
    }

    pub fn gauge(&mut self, name: &'static str, help: &'static str, labels: Labels<'_>, value: impl Display) {
        self.sample(name, "gauge", help, "", labels, &value);
    }

    /// `counts`: how many in each bucket alone, the last one without a bound.
    pub fn histogram(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: Labels<'_>,
        (bounds, counts): (impl Iterator<Item = f64>, &[u64]),
        sum: f64,
    ) {
        let mut total = 0;
        let bounds = bounds.map(|bound| bound.to_string()).chain(["+Inf".to_owned()]);
        for (bound, count) in bounds.zip(counts) {
            total += count;
            let labels = [labels, &[("le", bound.as_str())]].concat();
            self.sample(name, "histogram", help, "_bucket", &labels, &total);
        }
        self.sample(name, "histogram", help, "_sum", labels, &sum);
        self.sample(name, "histogram", help, "_count", labels, &total);
    }

    pub fn text(self) -> String {
        let mut text = String::new();
        for Family { name, kind, help, samples } in self.families {
            write(&mut text, format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n{samples}"));
        }
        text
    }

    fn sample(
        &mut self,
        name: &'static str,
        kind: &'static str,
        help: &'static str,
        suffix: &str,
        labels: Labels<'_>,
        value: &dyn Display,
    ) {
        let at = self.families.iter().position(|family| family.name == name).unwrap_or_else(|| {
            self.families.push(Family { name, kind, help, samples: String::new() });
            self.families.len() - 1
        });
        let samples = &mut self.families[at].samples;
        write(samples, format_args!("{name}{suffix}"));
        for (index, (label, value)) in labels.iter().enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            write(samples, format_args!("{before}{label}=\"{}\"", escaped(value)));
        }
        write(samples, format_args!("{} {value}\n", if labels.is_empty() { "" } else { "}" }));
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn write(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a String takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_one_name_stand_together_after_their_type() {
        let mut all = Exposition::default();
        all.counter("a_total", "A.", &[("of", "x\"y")], 1);
        all.gauge("b", "B.", &[], 0.5);
        all.counter("a_total", "A.", &[("of", "z")], 2);
        let text = "# HELP a_total A.\n# TYPE a_total counter\na_total{of=\"x\\\"y\"} 1\na_total{of=\"z\"} 2\n\
                    # HELP b B.\n# TYPE b gauge\nb 0.5\n";
        assert_eq!(all.text(), text);
    }

    #[test]
    fn a_histogram_counts_upwards_and_ends_with_all() {
        let mut all = Exposition::default();
        all.histogram("h_seconds", "H.", &[("of", "x")], ([0.5, 1.0].into_iter(), &[1, 0, 2]), 7.25);
        let text = all.text();
        for line in
            ["_bucket{of=\"x\",le=\"0.5\"} 1", "_bucket{of=\"x\",le=\"1\"} 1", "_bucket{of=\"x\",le=\"+Inf\"} 3"]
        {
            assert!(text.contains(&format!("h_seconds{line}\n")), "{text}");
        }
        assert!(text.ends_with("h_seconds_sum{of=\"x\"} 7.25\nh_seconds_count{of=\"x\"} 3\n"), "{text}");
    }
}
