//! What a run came to: written down, and said.

use anyhow::Result;

use crate::audit::Verdict;
use crate::history::RunDirectory;
use crate::measure::Summary;
use crate::report;

pub struct Outcome {
    pub summary: Summary,
    /// Empty where no audit was asked for.
    pub verdicts: Vec<Verdict>,
}

impl Outcome {
    /// Tables on the terminal, `summary.json` and `report.html` in the run's directory.
    pub fn report(&self, directory: &RunDirectory) -> Result<()> {
        println!("\n{} ({}, {:.1} s)\n", self.summary.title, self.summary.arrivals, self.summary.seconds);
        println!("{}", report::calls(&self.summary));
        println!("{}", report::answers(&self.summary));
        let lines: Vec<(bool, String)> =
            self.verdicts.iter().map(|verdict| (verdict.holds(), verdict.line())).collect();
        for verdict in &self.verdicts {
            print!("{verdict}");
        }
        directory.write_json("summary.json", &self.summary)?;
        directory.write_text("report.html", &report::page(&self.summary, &lines))?;
        println!("\nreport: {}", directory.file("report.html").display());
        Ok(())
    }

    pub fn holds(&self) -> bool {
        self.verdicts.iter().all(Verdict::holds)
    }
}
