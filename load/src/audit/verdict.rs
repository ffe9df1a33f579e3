//! What the audit says of one property.

use std::fmt;

/// Violations that are told in full; the others are counted.
const TOLD_MAX: usize = 3;
/// Lines of one violation's history.
const LINES_MAX: usize = 24;

#[derive(Clone, Debug)]
pub struct Verdict {
    /// A sentence that is true when the property holds.
    pub property: &'static str,
    /// How much was looked at: a property that looked at nothing has proven nothing.
    pub checked: u64,
    pub unit: &'static str,
    /// In every run there is something to look at.
    has_work: bool,
    /// Things that could not be judged, and why.
    pub remark: String,
    violations: Vec<Violation>,
    count: u64,
}

/// One way in which it does not hold, and the smallest history that shows it.
#[derive(Clone, Debug)]
pub struct Violation {
    pub what: String,
    pub history: Vec<String>,
}

impl Verdict {
    pub fn new(property: &'static str, unit: &'static str) -> Self {
        Self { property, checked: 0, unit, has_work: false, remark: String::new(), violations: Vec::new(), count: 0 }
    }

    /// It holds only where something was looked at.
    pub fn with_work(self) -> Self {
        Self { has_work: true, ..self }
    }

    /// Another one was looked at.
    pub fn looked(&mut self) {
        self.checked += 1;
    }

    pub fn broken(&mut self, what: String, history: Vec<String>) {
        self.count += 1;
        // The one with the shortest history is told first.
        let at = self.violations.partition_point(|told| told.history.len() <= history.len());
        if at < TOLD_MAX {
            self.violations.insert(at, Violation { what, history });
            self.violations.truncate(TOLD_MAX);
        }
    }

    pub fn holds(&self) -> bool {
        self.count == 0 && !self.has_proven_nothing()
    }

    fn has_proven_nothing(&self) -> bool {
        self.has_work && self.checked == 0
    }

    pub fn line(&self) -> String {
        let remark = if self.remark.is_empty() { String::new() } else { format!("; {}", self.remark) };
        match self.count {
            0 if self.has_proven_nothing() => format!("{}: nothing was looked at", self.property),
            0 => format!("{} ({} {}{remark})", self.property, self.checked, self.unit),
            count => format!("{}: {count} times not ({} {}{remark})", self.property, self.checked, self.unit),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", if self.holds() { "holds  " } else { "BROKEN " }, self.line())?;
        for violation in &self.violations {
            writeln!(f, "        {}", violation.what)?;
            for line in violation.history.iter().take(LINES_MAX) {
                writeln!(f, "            {line}")?;
            }
            if violation.history.len() > LINES_MAX {
                writeln!(f, "            ... and {} lines more", violation.history.len() - LINES_MAX)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_looked_at_nothing_does_not_hold_where_there_is_always_something() {
        let mut verdict = Verdict::new("all is well", "things").with_work();
        assert!(!verdict.holds() && verdict.to_string().starts_with("BROKEN"), "{verdict}");
        verdict.looked();
        assert!(verdict.holds());
        assert!(Verdict::new("all is well", "things").holds(), "it may have had nothing to do");
    }

    #[test]
    fn the_smallest_history_is_told_first_and_the_rest_is_counted() {
        let mut verdict = Verdict::new("all is well", "things");
        for size in [5, 1, 3, 2, 4] {
            verdict.broken(format!("with {size}"), vec!["line".into(); size]);
        }
        assert!(!verdict.holds());
        let text = verdict.to_string();
        assert!(text.contains("5 times not") && text.contains("with 1") && !text.contains("with 5"), "{text}");
    }
}
