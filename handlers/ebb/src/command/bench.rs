//! `ebb bench`: arguments and execution.

use clap::{Args, Subcommand, ValueEnum};
use replay::ReplayError;
use replay::bench::{BenchRole, Idle, Refresh, SpotStorm, Strategy, strategies};

use super::bench_figures::{CommonArguments, lost, measured, print};
use super::complain;
#[cfg(feature = "operations")]
use super::service_bench::{
    RECYCLE, RecycleArguments, SHUTDOWN, compare_recycles, compare_shutdowns,
};
use crate::exit::Exit;
use crate::output::bench as tables;

const EXIT_CODES: &str = "\
Exit codes:
  0  no task was killed
  1  a task was killed, or a request failed; of strategies, recycle and shutdown, in ebb's own run
  2  a mistake in the command line, or output that cannot be written
  3  the simulated AWS got a request that it does not know";

const SPOT_STORM: &str = "\
Examples:
  ebb bench spot-storm --instances 100 --as worker
  ebb bench spot-storm --instances 300 --as lambda --seed 7 --json";

const REFRESH: &str = "\
Examples:
  ebb bench refresh --instances 100 --as worker
  ebb bench refresh --instances 100 --standalone-hours 10 --as lambda --json";

const IDLE: &str = "\
Examples:
  ebb bench idle --clusters 1 --groups 1
  ebb bench idle --clusters 200 --with-instances 10 --groups 200 --as worker --json";

const STRATEGIES: &str = "\
Examples:
  ebb bench strategies
  ebb bench strategies --seed 7 --json";

/// Bench.
#[derive(Debug, Subcommand)]
#[command(after_help = EXIT_CODES)]
pub(crate) enum BenchCommand {
    /// Warn half of the instances of a cluster of a Spot interruption within 10 s
    ///
    /// Each instance has twelve replica tasks of four services, a daemon task and four standalone tasks with 2 to 40 minutes of
    /// work left. Bounds are what ebb's share (75 %) of the documented request buckets of ECS allows. Other tools take a quarter
    /// of the read bucket.
    #[command(after_help = SPOT_STORM)]
    SpotStorm(SpotStormArguments),
    /// Refresh all instances of a group, 90 % healthy
    ///
    /// The world is that of spot-storm. The figure of the sweep is about its worst minute: the one that exceeds the bound most.
    #[command(after_help = REFRESH)]
    Refresh(RefreshArguments),
    /// Let half an hour pass in which nothing happens
    ///
    /// The figure is the average of the minutes in which ebb renews no read that it keeps for five minutes.
    #[command(after_help = IDLE)]
    Idle(IdleArguments),
    /// Compare count-and-poll, ECS managed draining and ebb in one world
    ///
    /// The world has 24 instances of capacity providers in instance refreshes, half of them without standalone tasks.
    /// Four more instances get Spot interruption warnings. Requests come to one service behind a load balancer.
    #[command(after_help = STRATEGIES)]
    Strategies(CommonArguments),
    /// Compare StopTask in a loop, a forced deployment, the usual recycle Lambda and ebb
    ///
    /// Each replaces the twelve tasks of a service behind a load balancer with the default deregistration delay. New tasks need 60 to
    /// 90 s to become healthy. The scalable target of the service is at its upper bound. In a second run of each, the process is
    /// killed just after its middle call.
    #[cfg(feature = "operations")]
    #[command(after_help = RECYCLE)]
    Recycle(RecycleArguments),
    /// Compare desired count 0, StopTask for each task, bounds of 0 and ebb
    ///
    /// Each stops two services of a cluster. One is behind a load balancer with the default deregistration delay, and has a scaling
    /// policy and a scheduled action 40 minutes after the start. The tasks of the other ignore SIGTERM. In a second run of each, the
    /// process is killed just after its middle call.
    #[cfg(feature = "operations")]
    #[command(after_help = SHUTDOWN)]
    Shutdown(CommonArguments),
}

/// Form in which ebb runs.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum BenchRoleArgument {
    /// One process that polls all queues, as `ebb worker`
    Worker,
    /// Lambda functions, as the template deploys them
    Lambda,
}

/// `ebb bench spot-storm`.
#[derive(Debug, Args)]
pub(crate) struct SpotStormArguments {
    /// Number of instances with a Spot interruption warning
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=20_000))]
    instances: u64,
    /// Run ebb as
    #[arg(long = "as", value_enum, value_name = "ROLE")]
    role: BenchRoleArgument,
    #[command(flatten)]
    common: CommonArguments,
}

/// `ebb bench refresh`.
#[derive(Debug, Args)]
pub(crate) struct RefreshArguments {
    /// Number of instances; the refresh replaces all of them
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=5_000))]
    instances: u64,
    /// Hours of work that standalone tasks have left [default: 2 to 40 minutes]
    ///
    /// All tasks of a batch end at one moment. A lifecycle action lasts at most 48 hours.
    #[arg(long, value_name = "H", value_parser = clap::value_parser!(u32).range(1..=47))]
    standalone_hours: Option<u32>,
    /// Run ebb as
    #[arg(long = "as", value_enum, value_name = "ROLE")]
    role: BenchRoleArgument,
    #[command(flatten)]
    common: CommonArguments,
}

/// `ebb bench idle`.
#[derive(Debug, Args)]
pub(crate) struct IdleArguments {
    /// Number of clusters
    #[arg(long, value_name = "C", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    clusters: u64,
    /// Number of clusters with a container instance [default: one for each group]
    #[arg(long, value_name = "I")]
    with_instances: Option<u64>,
    /// Number of Auto Scaling groups
    #[arg(long, value_name = "G", value_parser = clap::value_parser!(u64).range(0..=10_000))]
    groups: u64,
    /// Run ebb as
    #[arg(long = "as", value_enum, value_name = "ROLE", default_value = "lambda")]
    role: BenchRoleArgument,
    #[command(flatten)]
    common: CommonArguments,
}

impl From<BenchRoleArgument> for BenchRole {
    fn from(argument: BenchRoleArgument) -> Self {
        match argument {
            BenchRoleArgument::Worker => Self::Worker,
            BenchRoleArgument::Lambda => Self::Lambda,
        }
    }
}

/// Runs a bench and prints its figures.
pub(crate) fn bench(command: &BenchCommand) -> Exit {
    let exit = match command {
        BenchCommand::SpotStorm(arguments) => spot_storm(arguments),
        BenchCommand::Refresh(arguments) => refresh(arguments),
        BenchCommand::Idle(arguments) => match arguments.idle() {
            Ok(bench) => idle(&bench, &arguments.common),
            Err(mistake) => return complain(&mistake),
        },
        BenchCommand::Strategies(arguments) => compare(arguments),
        #[cfg(feature = "operations")]
        BenchCommand::Recycle(arguments) => compare_recycles(arguments),
        #[cfg(feature = "operations")]
        BenchCommand::Shutdown(arguments) => compare_shutdowns(arguments),
    };
    exit.unwrap_or_else(|error| complain(&error.to_string()).max(Exit::from(&error)))
}

fn spot_storm(arguments: &SpotStormArguments) -> Result<Exit, ReplayError> {
    let SpotStormArguments { instances, role, common } = arguments;
    let bench = SpotStorm { instances: count(*instances), role: (*role).into(), seed: common.seed };
    let figures = measured(|progress| bench.run(progress))?;
    let text = || tables::spot_storm(&bench, &figures);
    Ok(print(common, &figures, text).max(lost(figures.tasks_killed() > 0)))
}

fn refresh(arguments: &RefreshArguments) -> Result<Exit, ReplayError> {
    let RefreshArguments { instances, standalone_hours, role, common } = arguments;
    let bench = Refresh {
        instances: count(*instances),
        standalone_hours: *standalone_hours,
        role: (*role).into(),
        seed: common.seed,
    };
    let figures = measured(|progress| bench.run(progress))?;
    let text = || tables::refresh(&bench, &figures);
    Ok(print(common, &figures, text).max(lost(figures.tasks_killed > 0)))
}

impl IdleArguments {
    /// Returns the bench, or the mistake if the numbers contradict each other.
    fn idle(&self) -> Result<Idle, String> {
        let with_instances = self.with_instances.unwrap_or(self.clusters.min(self.groups));
        if with_instances > self.clusters.min(self.groups) {
            return Err(format!(
                "--with-instances {with_instances}: expected at most --clusters {} and --groups {}: each such cluster has a group",
                self.clusters, self.groups
            ));
        }
        Ok(Idle {
            clusters: count(self.clusters),
            with_instances: count(with_instances),
            groups: count(self.groups),
            role: self.role.into(),
            seed: self.common.seed,
        })
    }
}

fn idle(bench: &Idle, common: &CommonArguments) -> Result<Exit, ReplayError> {
    let figures = measured(|progress| bench.run(progress))?;
    Ok(print(common, &figures, || tables::idle(bench, &figures)))
}

fn compare(common: &CommonArguments) -> Result<Exit, ReplayError> {
    let compared = measured(|progress| strategies(common.seed, progress))?;
    let ebb = compared.iter().find(|(strategy, _)| *strategy == Strategy::Ebb);
    let lost_work = ebb.is_some_and(|(_, figures)| figures.has_losses());
    let json = tables::strategies_json(&compared);
    let text = || tables::strategies(&compared, common.seed);
    Ok(print(common, &json, text).max(lost(lost_work)))
}

/// Returns an argument as a `usize`. The ranges of the arguments are far below its limit.
fn count(argument: u64) -> usize {
    usize::try_from(argument).unwrap_or(usize::MAX)
}
