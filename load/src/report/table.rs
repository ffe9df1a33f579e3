//! Tables for the terminal: the first column left, the others right.

use std::fmt;

use super::figures::{duration, rate};
use crate::measure::Summary;

pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(heads: &[&str]) -> Self {
        Self { rows: vec![heads.iter().map(|head| (*head).to_owned()).collect()] }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let width = widths[column];
                line += &if column == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") };
            }
            writeln!(f, "{}", line.trim_end())?;
            if number == 0 {
                writeln!(f, "{}", "-".repeat(widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1)))?;
            }
        }
        Ok(())
    }
}

/// Throughput and latency by call.
pub fn calls(summary: &Summary) -> Table {
    let mut table = Table::new(&["call", "calls", "per second", "p50", "p90", "p99", "p99.9", "max"]);
    for call in summary.calls.iter().chain([&summary.all]) {
        let latencies = [call.p50_us, call.p90_us, call.p99_us, call.p999_us, call.max_us].map(duration);
        let mut row = vec![call.call.clone(), call.count.to_string(), rate(call.per_second)];
        row.extend(latencies);
        table.row(row);
    }
    table
}

/// Attempts by status and code.
pub fn answers(summary: &Summary) -> Table {
    let mut table = Table::new(&["answer to", "status", "code", "stands for", "count"]);
    for answer in &summary.answers {
        let status = if answer.status == 0 { "none".to_owned() } else { answer.status.to_string() };
        table.row(vec![
            answer.call.clone(),
            status,
            answer.code.clone(),
            answer.stands_for.clone(),
            answer.count.to_string(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(&["call", "n"]);
        table.row(vec!["hold".into(), "12345".into()]);
        assert_eq!(table.to_string(), "call      n\n-----------\nhold  12345\n");
    }
}
