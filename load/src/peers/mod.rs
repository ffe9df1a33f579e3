//! `load peers`: the same jobs by the server over HTTP, and by PostgreSQL through pgbench without HTTP, in turn on the
//! same cores and the same disk.

mod postgres;

use std::time::Duration;

use anyhow::Result;

use crate::ceiling::{Arena, CeilingArguments, Scenario, fdatasync_us};
use crate::history::RunDirectory;
use crate::report::{Table, duration, rate};
use postgres::{Postgres, Script};

struct Duel {
    job: &'static str,
    scenario: Scenario,
    script: Script,
    /// How many times as fast the server is to be.
    bar: f64,
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

/// `Ok(true)` too where PostgreSQL is not on the machine: then nothing is shown, and that is said.
pub fn run(arguments: &CeilingArguments) -> Result<bool> {
    let directory = RunDirectory::create(&arguments.out)?;
    let Some(postgres) = Postgres::start()? else {
        println!("verdict: skipped, because PostgreSQL (initdb, pg_ctl, psql, pgbench) is not on this machine");
        return Ok(true);
    };
    let fdatasync = duration(fdatasync_us(&arguments.out)?);
    let arena = Arena::open(arguments, &directory)?;
    let mut duels = duels();
    for round in 1..=arguments.rounds {
        println!("round {round} of {}", arguments.rounds);
        for duel in &mut duels {
            play(duel, &arena, &postgres, arguments.connections, arguments.length())?;
        }
    }
    arena.close()?;
    let table = table(&duels).to_string();
    println!(
        "\n{} connections, medians of {} rounds; fdatasync of 4 KB: {fdatasync}",
        arguments.connections, arguments.rounds
    );
    println!("PostgreSQL with synchronous_commit = on, in SQL through pgbench -M prepared, without HTTP\n\n{table}");
    directory.write_text("peers.txt", &table)?;
    let held = duels.iter().all(|duel| duel.ratio() >= duel.bar);
    println!("verdict: {}", if held { "every bar is met" } else { "a bar is missed" });
    Ok(held)
}

fn duels() -> Vec<Duel> {
    let duel = |job, scenario, script, bar| Duel { job, scenario, script, bar, ours: Vec::new(), theirs: Vec::new() };
    vec![
        duel("hold + confirm a chosen seat", Scenario::HoldAndConfirm, Script::Chosen, 2.0),
        duel("hold any 2 seats (SKIP LOCKED)", Scenario::BestAvailable, Script::AnyTwo, 8.0),
        duel("hold a standing place (counter row)", Scenario::Standing, Script::Counter, 10.0),
    ]
}

fn play(duel: &mut Duel, arena: &Arena, postgres: &Postgres, connections: usize, length: Duration) -> Result<()> {
    let ours = arena.play(duel.scenario, connections, length)?.per_second;
    let theirs = postgres.bench(duel.script, connections, length)?;
    println!("  {:<36} {:>8}/s to {:>8}/s", duel.job, rate(ours), rate(theirs));
    duel.ours.push(ours);
    duel.theirs.push(theirs);
    Ok(())
}

fn table(duels: &[Duel]) -> Table {
    let mut table = Table::new(&["commands a second", "understudy", "PostgreSQL", "times", "bar"]);
    for duel in duels {
        table.row(vec![
            duel.job.to_owned(),
            rate(median(&duel.ours)),
            rate(median(&duel.theirs)),
            format!("{:.1}", duel.ratio()),
            format!("{:.0}", duel.bar),
        ]);
    }
    table
}

impl Duel {
    fn ratio(&self) -> f64 {
        median(&self.ours) / median(&self.theirs).max(1e-9)
    }
}

fn median(rates: &[f64]) -> f64 {
    let mut sorted = rates.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}
