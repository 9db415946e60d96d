//! `ebb bench recycle` and `ebb bench shutdown`.

use clap::Args;
use replay::ReplayError;
use replay::bench::{Recycle, RecycleMethod, Shutdown, ShutdownMethod};

use super::bench_figures::{CommonArguments, lost, measured, print};
use crate::exit::Exit;
use crate::output::{recycle_bench, shutdown_bench};

pub(super) const RECYCLE: &str = "\
Examples:
  ebb bench recycle
  ebb bench recycle --replace-at-once --seed 7 --json";

pub(super) const SHUTDOWN: &str = "\
Examples:
  ebb bench shutdown
  ebb bench shutdown --seed 7 --json";

/// `ebb bench recycle`.
#[derive(Debug, Args)]
pub(crate) struct RecycleArguments {
    /// Let ECS replace a task at its StopTask [default: once it is STOPPED]
    ///
    /// AWS does not document when the scheduler replaces such a task.
    #[arg(long)]
    replace_at_once: bool,
    #[command(flatten)]
    common: CommonArguments,
}

pub(super) fn compare_recycles(arguments: &RecycleArguments) -> Result<Exit, ReplayError> {
    let RecycleArguments { replace_at_once, common } = arguments;
    let bench = Recycle { replaces_at_once: *replace_at_once, seed: common.seed };
    let compared = measured(|progress| bench.run(progress))?;
    let ebb = compared.iter().find(|(method, _)| *method == RecycleMethod::Ebb);
    let lost_work = ebb.is_some_and(|(_, figures)| figures.has_losses());
    let json = recycle_bench::json(&compared);
    let text = || recycle_bench::table(bench, &compared);
    Ok(print(common, &json, text).max(lost(lost_work)))
}

pub(super) fn compare_shutdowns(common: &CommonArguments) -> Result<Exit, ReplayError> {
    let bench = Shutdown { seed: common.seed };
    let compared = measured(|progress| bench.run(progress))?;
    let ebb = compared.iter().find(|(method, _)| *method == ShutdownMethod::Ebb);
    let lost_work = ebb.is_some_and(|(_, figures)| figures.has_losses());
    let json = shutdown_bench::json(&compared);
    let text = || shutdown_bench::table(bench, &compared);
    Ok(print(common, &json, text).max(lost(lost_work)))
}
