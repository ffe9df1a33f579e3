//! One run, from putting shows on sale to its figures and its audit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use super::{Outcome, RunArguments, Stage, closing, export, probe, progress, settle, sold_out};
use crate::audit::{self, Evidence};
use crate::buyers::{Crowd, CrowdResult, Pace, Patience};
use crate::chaos::Chaos;
use crate::history::{FaultLog, Recorder, RecorderThread, RunDirectory, Setup, now_us};
use crate::measure::{Live, Summary};
use crate::server::{Office, OnSaleTerms, put_on_sale};

/// `chaos`: what is done to the server meanwhile.
pub fn run(title: &str, arguments: &RunArguments, chaos: Option<&Chaos>, directory: &RunDirectory) -> Result<Outcome> {
    let stage = Stage::set(arguments, directory)?;
    let mut office = Office::new(stage.target.clone())?;
    let setup = Arc::new(put_on_sale(&mut office, &terms(arguments)?)?);
    directory.write_setup(&setup)?;
    let pace = pace(arguments, &stage, &mut office)?;
    let crowd = crowd(arguments, &stage, setup.clone(), pace);
    let faults = FaultLog::default();
    let started_us = now_us();
    let result = play(title, &crowd, arguments, directory, &stage, chaos, &faults)?;
    if result.not_let_in > 0 {
        println!("the load could not keep its rate: {} buyers were not let in", result.not_let_in);
    }
    directory.write_faults(&faults.all())?;
    if let Some(chaos) = chaos {
        chaos.make_well(&stage)?;
    }
    if arguments.mix.checkout_percent > 0 {
        settle::wait(stage.target.clone(), &setup)?;
    }
    let summary = Summary::of(title, &pace.describe(), &result.meter, result.took, started_us, faults.all());
    let mut verdicts = Vec::new();
    if arguments.no_audit {
        stage.strike()?;
    } else {
        let evidence = collect(stage, &setup, directory)?;
        verdicts = audit::audit(&evidence, arguments.until_sold_out);
    }
    Ok(Outcome { summary, verdicts, bars: Vec::new(), pace })
}

fn terms(arguments: &RunArguments) -> Result<OnSaleTerms> {
    Ok(OnSaleTerms {
        venue: arguments.venue()?,
        shows: arguments.shows,
        hold_seconds: arguments.hold_seconds,
        max_per_customer: arguments.max_per_customer,
        seed: arguments.seed,
    })
}

fn pace(arguments: &RunArguments, stage: &Stage, office: &mut Office) -> Result<Pace> {
    if let Some(buyers) = arguments.buyers {
        return Ok(Pace::Closed { buyers });
    }
    let Some(share) = arguments.of_ceiling else {
        return Ok(Pace::Open { buyers_per_second: arguments.rate.unwrap_or(500.0) });
    };
    // Shows of their own, so that the run finds its halls empty.
    let setup = Arc::new(put_on_sale(office, &terms(arguments)?)?);
    let ceiling = probe::buyers_per_second(&crowd(arguments, stage, setup, Pace::Closed { buyers: 0 }), office)?;
    println!("ceiling of this mix: {ceiling:.0} buyers/s; the run has {:.0} % of that", share * 100.0);
    Ok(Pace::Open { buyers_per_second: ceiling * share })
}

fn crowd(arguments: &RunArguments, stage: &Stage, setup: Arc<Setup>, pace: Pace) -> Crowd {
    Crowd {
        target: stage.target.clone(),
        setup,
        mix: arguments.mix.clone(),
        pace,
        threads: arguments.threads,
        connections: arguments.connections,
        duration: Duration::from_secs(arguments.seconds),
        patience: Patience::default(),
        stop: Arc::new(AtomicBool::new(false)),
        live: Arc::new(Live::default()),
    }
}

/// The buyers, the bar, the harm and the watch for the last seat, each on a thread of its own.
fn play(
    title: &str,
    crowd: &Crowd,
    arguments: &RunArguments,
    directory: &RunDirectory,
    stage: &Stage,
    chaos: Option<&Chaos>,
    faults: &FaultLog,
) -> Result<CrowdResult> {
    let history = (!arguments.no_audit).then(|| RecorderThread::start(&directory.history())).transpose()?;
    let recorder = || history.as_ref().map_or_else(Recorder::off, RecorderThread::recorder);
    let done = Arc::new(AtomicBool::new(false));
    let result = std::thread::scope(|scope| {
        scope.spawn(|| progress::show(&crowd.live, crowd.duration, title, &done));
        let watch = arguments
            .until_sold_out
            .then(|| scope.spawn(|| sold_out::watch(stage.target.clone(), &crowd.setup, &crowd.stop, &done)));
        let harm = chaos.map(|chaos| scope.spawn(|| chaos.run(stage, crowd, faults, &done)));
        let result = crowd.run(recorder);
        done.store(true, Ordering::Relaxed);
        for thread in [watch, harm].into_iter().flatten() {
            thread.join().map_err(|_| anyhow!("a thread beside the buyers panicked"))??;
        }
        result
    });
    if let Some(history) = history {
        history.finish()?;
    }
    result
}

/// The closing reads and the journal, read back together with the history.
fn collect(stage: Stage, setup: &Setup, directory: &RunDirectory) -> Result<Evidence> {
    let calls = directory.calls()?;
    let closing = RecorderThread::start(&directory.closing())?;
    let mut recorder = closing.recorder();
    closing::read(stage.target.clone(), setup, &calls, &mut recorder)?;
    drop(recorder);
    closing.finish()?;
    let target = stage.target.clone();
    if stage.process.is_none() {
        export::of_running(target, &directory.export())?;
    } else if let Some((command, data)) = stage.strike()? {
        export::of_stopped(&command, &directory.export())?;
        if let Some(data) = data {
            std::fs::remove_dir_all(&data).with_context(|| format!("cannot remove {}", data.display()))?;
        }
    }
    Evidence::read(directory, None)
}
