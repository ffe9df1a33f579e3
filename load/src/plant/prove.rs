//! Plants one fault after the other, each into the same whole evidence, and sees each found.

use anyhow::{Result, ensure};

use super::Fault;
use crate::audit::{self, Evidence, Verdict};

/// Whether all of `faults` were found. `aloud`: with the history that shows each.
pub fn prove(evidence: &Evidence, faults: &[&Fault], aloud: bool) -> Result<bool> {
    let broken: Vec<Verdict> = audit::audit(evidence, false).into_iter().filter(|verdict| !verdict.holds()).collect();
    broken.iter().for_each(|verdict| print!("{verdict}"));
    ensure!(broken.is_empty(), "the evidence is broken as it is: a planted fault would prove nothing");
    println!("nothing planted: every property holds");
    let mut found_all = true;
    for fault in faults {
        let mut planted = evidence.clone();
        (fault.plant)(&mut planted).map_err(|error| error.context(format!("{} cannot be planted", fault.name)))?;
        let verdicts = audit::audit(&planted, false);
        let found = verdicts.iter().find(|verdict| verdict.property == fault.found_by && !verdict.holds());
        match found {
            Some(_) => println!("found   {}: {}", fault.name, fault.words),
            None => println!("MISSED  {}: {}", fault.name, fault.words),
        }
        if aloud {
            found.iter().for_each(|verdict| print!("{verdict}"));
        }
        found_all &= found.is_some();
    }
    Ok(found_all)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use clap::Parser;

    use super::*;
    use crate::history::RunDirectory;
    use crate::onsale::{self, RunArguments};
    use crate::plant::ALL;
    use crate::{audit, model};

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        run: RunArguments,
    }

    /// Buyers at the model box office, everything that they can do among it.
    fn evidence(out: &Path) -> Evidence {
        let url = model::start(200).expect("a free port");
        let out = out.to_str().expect("a temporary directory has a name in ASCII");
        let arguments = "load --key k --rate 400 --seconds 4 --shows 2 --hold-seconds 1 --think-ms 100 --read 0.3 \
                         --map-age-ms 300 --max-per-customer 6 --cancel 0.2 --give-up 1 --checkout-percent 50";
        let arguments = arguments.split_whitespace().chain(["--url", &url, "--out", out]);
        let arguments = Arguments::parse_from(arguments).run;
        let directory = RunDirectory::create(&arguments.out).expect("a directory");
        let outcome = onsale::run("A test", &arguments, None, &directory).expect("a run");
        // With one attempt each, some never learn what became of their command.
        assert!(outcome.summary.errors() > 0);
        Evidence::read(&directory, None).expect("evidence")
    }

    #[test]
    fn every_planted_fault_is_found_and_every_property_finds_one() {
        let out = tempfile::tempdir().expect("a temporary directory");
        let evidence = evidence(out.path());
        let all: Vec<&Fault> = ALL.iter().collect();
        assert!(prove(&evidence, &all, true).expect("every fault can be planted"));
        let properties: BTreeSet<&str> = audit::audit(&evidence, false).iter().map(|it| it.property).collect();
        let finders: BTreeSet<&str> = ALL.iter().map(|fault| fault.found_by).collect();
        assert_eq!(properties, finders, "a property that no planted fault breaks may be blind");
    }
}
