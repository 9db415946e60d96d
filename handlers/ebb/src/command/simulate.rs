//! `ebb simulate`: arguments and execution.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use replay::every_call::{CallSlice, EveryCallOptions, FaultClass};
use replay::random::RandomWorlds;
use replay::scenario_file::read_scenario_file;
use replay::shrink::shrink;
use replay::staleness::{SETTLE_TIMES, losses_by_settle_time};
use replay::{Program, ReplayError, RunOutcome, SimulationOptions, regression};
use sim::scenario::Length;

use super::complain;
use super::progress::Progress;
use crate::exit::Exit;
use crate::output::{printing, report};

const EXAMPLES: &str = "\
Examples:
  ebb simulate --seeds 0..300
  ebb simulate --seed 17
  ebb simulate --seeds 0..50 --scenario fixtures/scenarios/instance-refresh.toml
  ebb simulate --kill-everywhere fixtures/scenarios/scale-in.toml
  ebb simulate --faults-at-every-call fixtures/scenarios/scale-in.toml
  ebb simulate --stale-reads 30s --seeds 0..50

Exit codes:
  0  no invariant broke
  2  a mistake in the command line or in a file
  3  an invariant broke: the failing run is made smaller and written as a scenario";

/// `ebb simulate`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimulateArguments {
    /// Simulate one seed
    #[arg(long, value_name = "N", conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Simulate every seed from A to B - 1
    #[arg(long, value_name = "A..B", value_parser = range, default_value = "0..100")]
    seeds: Range<u64>,
    /// Virtual minutes in which incidents begin; a run lasts until the last one ends
    #[arg(long, value_name = "M", default_value_t = RandomWorlds::MINUTES, value_parser = clap::value_parser!(u64).range(10..=10_000))]
    minutes: u64,
    /// Use the world of a scenario, with random faults
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Kill the process before and after each AWS call, one run for each kill
    #[arg(long, value_name = "SCENARIO", conflicts_with_all = ["seed", "seeds", "scenario"])]
    kill_everywhere: Vec<PathBuf>,
    /// Fail each AWS call in all ways but a kill, one run for each failure
    #[arg(long, value_name = "SCENARIO", conflicts_with_all = ["seed", "seeds", "scenario"])]
    faults_at_every_call: Vec<PathBuf>,
    /// Run slice K of N of the call list, to split a long run over machines
    #[arg(long, value_name = "K/N", default_value = "1/1")]
    part: CallSlice,
    /// Let stale reads of random worlds lag this long; report losses by settle time
    #[arg(long, value_name = "LENGTH", conflicts_with_all = ["kill_everywhere", "faults_at_every_call"])]
    stale_reads: Option<Length>,
    /// Draw Spot Instances also in groups with a warm pool
    #[arg(long)]
    spot_in_warm_pools: bool,
    /// Draw denied clusters, full groups, managed draining and root volume replacements
    #[arg(long)]
    real_accounts: bool,
    /// Draw a crowd, 20 to 60 instances that leave at once, in every world [default: in 5 % of worlds]
    #[arg(long)]
    crowds: bool,
    /// Draw recycles and restarts of services
    #[arg(long)]
    operations: bool,
    /// Number of runs at once [default: one for each core]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Folder for failing runs
    #[arg(long, value_name = "FOLDER", default_value = "fixtures/regressions")]
    keep: PathBuf,
    /// Continue after a failing run, and shrink no failing run
    #[arg(long)]
    go_on: bool,
    /// Print the world and the faults of the seed as a scenario, without a run
    #[arg(long, requires = "seed")]
    plan: bool,
    /// Print one JSON document for each scenario
    #[arg(long)]
    json: bool,
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let wrong = || format!("`{text}` is not a range of seeds: write 0..300");
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let (from, to) = (from.parse().map_err(|_| wrong())?, to.parse().map_err(|_| wrong())?);
    if from < to { Ok(from..to) } else { Err(format!("`{text}` holds no seed")) }
}

/// Runs the simulation.
pub(crate) fn simulate(arguments: &SimulateArguments) -> Exit {
    let at_every_call = [
        (FaultClass::Kills, &arguments.kill_everywhere),
        (FaultClass::Others, &arguments.faults_at_every_call),
    ];
    let named =
        at_every_call.iter().flat_map(|(faults, files)| files.iter().map(|file| (*faults, file)));
    let named: Vec<_> = named.collect();
    let exit = if named.is_empty() { seeds(arguments) } else { scenarios(arguments, &named) };
    exit.unwrap_or_else(|error| complain(&error.to_string()).max(Exit::from(&error)))
}

impl SimulateArguments {
    fn jobs(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.jobs.unwrap_or_else(cores)
    }

    /// Returns the command that runs a seed again.
    fn command_for(&self, seed: u64) -> String {
        let scenario = self.scenario.as_ref();
        let scenario = scenario.map(|file| format!(" --scenario {}", file.display()));
        format!(
            "ebb simulate --seed {seed} --minutes {}{}{}{}{}{}",
            self.minutes,
            if self.real_accounts { " --real-accounts" } else { "" },
            if self.spot_in_warm_pools { " --spot-in-warm-pools" } else { "" },
            if self.crowds { " --crowds" } else { "" },
            if self.operations { " --operations" } else { "" },
            scenario.unwrap_or_default()
        )
    }
}

fn seeds(arguments: &SimulateArguments) -> Result<Exit, ReplayError> {
    let scenario = match &arguments.scenario {
        Some(file) => Some((file.clone(), read_scenario_file(file)?)),
        None => None,
    };
    let seeds = arguments.seed.map_or(arguments.seeds.clone(), |seed| seed..seed + 1);
    let worlds = RandomWorlds {
        minutes: arguments.minutes,
        spot_in_warm_pools: arguments.spot_in_warm_pools,
        real_accounts: arguments.real_accounts,
        crowds: arguments.crowds,
        operations: arguments.operations,
    };
    let (jobs, program) = (arguments.jobs(), Program::default());
    let options = SimulationOptions { seeds, worlds, scenario, jobs, program };
    if arguments.plan {
        return plan(&options);
    }
    if let Some(Length(stale)) = arguments.stale_reads {
        return stale_reads(arguments, &options, stale);
    }
    let mut progress = Progress::start(options.seeds.end - options.seeds.start);
    let result = options.run_all(|outcome| {
        progress.advance();
        if !outcome.broken.is_empty() {
            let failure = report::failure(outcome, &arguments.command_for(outcome.seed));
            progress.print_above(|| report_failure(&failure));
        }
        outcome.broken.is_empty() || arguments.go_on
    });
    let took = progress.end();
    let result = result?;
    let printed =
        print(arguments, &report::json(&result, took), &report::text(&options, &result, took));
    if !arguments.go_on {
        result.broken.iter().for_each(|failed| keep(arguments, failed));
    }
    Ok(printed.max(if result.broken.is_empty() { Exit::NothingLost } else { Exit::Broken }))
}

fn plan(options: &SimulationOptions) -> Result<Exit, ReplayError> {
    let scenario = options.scenario_of_seed(options.seeds.start);
    Ok(match regression::to_toml(&scenario) {
        Ok(text) => print_text(&text),
        Err(error) => complain(&error.to_string()),
    })
}

/// Reports losses by settle time. Losses are expected here, so they do not change the exit code.
fn stale_reads(
    arguments: &SimulateArguments,
    options: &SimulationOptions,
    stale: Duration,
) -> Result<Exit, ReplayError> {
    let seeds = options.seeds.end - options.seeds.start;
    let mut progress = Progress::start(seeds * SETTLE_TIMES.len() as u64);
    let losses = losses_by_settle_time(options, stale, || progress.advance());
    progress.end();
    let losses = losses?;
    Ok(print(arguments, &report::losses_json(stale, &losses), &report::losses(stale, &losses)))
}

/// Shrinks a failing run and writes it as a scenario.
fn keep(arguments: &SimulateArguments, failed: &RunOutcome) {
    let smaller = shrink(failed, &Program::default());
    match regression::write_seed(&arguments.keep, &smaller.scenario, &smaller.broken) {
        Ok(path) => report_failure(&report::kept(&smaller, &path)),
        Err(error) => {
            report_failure(&format!("  not written: {}: {error}\n", arguments.keep.display()))
        }
    }
}

/// Runs one scenario after the other. Without `--go-on`, stops after the first that breaks an invariant.
fn scenarios(
    arguments: &SimulateArguments,
    named: &[(FaultClass, &PathBuf)],
) -> Result<Exit, ReplayError> {
    let mut worst = Exit::NothingLost;
    for (faults, file) in named {
        worst = worst.max(at_every_call(arguments, *faults, file)?);
        if worst == Exit::Broken && !arguments.go_on {
            break;
        }
    }
    Ok(worst)
}

fn at_every_call(
    arguments: &SimulateArguments,
    faults: FaultClass,
    file: &Path,
) -> Result<Exit, ReplayError> {
    let scenario = read_scenario_file(file)?;
    let mut progress = Progress::start(0);
    let options = EveryCallOptions {
        path: file,
        scenario: &scenario,
        faults,
        slice: arguments.part,
        jobs: arguments.jobs(),
        program: Program::default(),
    };
    let result = options.run(|done, of, outcome| {
        progress.set(done as u64, of as u64);
        if !outcome.broken.is_empty() {
            progress.print_above(|| keep_point(arguments, file, outcome));
        }
        outcome.broken.is_empty() || arguments.go_on
    });
    progress.end();
    let result = result?;
    let name = file.display().to_string();
    let printed = print(
        arguments,
        &report::every_call_json(&name, &result),
        &report::every_call(&name, faults, &result),
    );
    Ok(printed.max(if result.broken.is_empty() { Exit::NothingLost } else { Exit::Broken }))
}

/// Reports a failing run of a scenario, and writes it as a scenario.
fn keep_point(arguments: &SimulateArguments, file: &Path, failed: &RunOutcome) {
    report_failure(&report::failure(failed, "see the file below"));
    match regression::write_point(&arguments.keep, file, failed) {
        Ok(path) => report_failure(&format!("  replay: ebb replay {}\n", path.display())),
        Err(error) => {
            report_failure(&format!("  not written: {}: {error}\n", arguments.keep.display()))
        }
    }
}

/// Prints the report, as `print_text` does.
fn print(arguments: &SimulateArguments, json: &serde_json::Value, text: &str) -> Exit {
    if arguments.json { print_text(&format!("{json}\n")) } else { print_text(text) }
}

/// Prints a text. Returns the exit code 0, or that of output that cannot be written.
fn print_text(text: &str) -> Exit {
    printing::print(text).unwrap_or(Exit::NothingLost)
}

/// Reports a failure on standard error, apart from the JSON document.
fn report_failure(text: &str) {
    printing::report(text);
}
