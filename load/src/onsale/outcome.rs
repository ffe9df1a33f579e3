//! What a run came to: written down, and said.

use anyhow::Result;

use crate::audit::Verdict;
use crate::buyers::Pace;
use crate::history::RunDirectory;
use crate::measure::Summary;
use crate::report;

pub struct Outcome {
    pub summary: Summary,
    /// Empty where no audit was asked for.
    pub verdicts: Vec<Verdict>,
    /// What was asked of the figures, and whether they are so.
    pub bars: Vec<(bool, String)>,
    pub pace: Pace,
}

impl Outcome {
    /// Tables on the terminal, `summary.json` and `report.html` in the run's directory.
    pub fn report(&self, directory: &RunDirectory) -> Result<()> {
        println!("\n{} ({}, {:.1} s)\n", self.summary.title, self.summary.arrivals, self.summary.seconds);
        println!("{}", report::calls(&self.summary));
        println!("{}", report::answers(&self.summary));
        let mut lines = self.bars.clone();
        lines.extend(self.verdicts.iter().map(|verdict| (verdict.holds(), verdict.line())));
        for verdict in &self.verdicts {
            print!("{verdict}");
        }
        for (holds, words) in &self.bars {
            println!("{} {words}", if *holds { "holds  " } else { "BROKEN " });
        }
        directory.write_json("summary.json", &self.summary)?;
        directory.write_text("report.html", &report::page(&self.summary, &lines))?;
        println!("\nreport: {}", directory.file("report.html").display());
        Ok(())
    }

    pub fn holds(&self) -> bool {
        self.verdicts.iter().all(Verdict::holds) && self.bars.iter().all(|(holds, _)| *holds)
    }

    /// The last line of a run.
    pub fn verdict(&self) -> bool {
        let broken = self.verdicts.iter().filter(|verdict| !verdict.holds()).count();
        let missed = self.bars.iter().filter(|(holds, _)| !holds).count();
        match (broken, missed) {
            (0, 0) => println!("verdict: every property holds"),
            (broken, missed) => println!("verdict: {broken} properties are broken, {missed} bars are missed"),
        }
        self.holds()
    }
}
