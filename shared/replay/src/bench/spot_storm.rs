//! The bench of a crowd of Spot interruption warnings.

use std::collections::BTreeMap;
use std::time::Duration;

use aws::feed::Feed;
use serde::Serialize;
use sim::account::Percentiles;
use sim::history::{Fact, TaskKind};

use super::bounds::{BoundSeconds, Crowd, StopBudget};
use super::call_counts::CallCounts;
use super::percentiles::{percentiles, seconds, thousandth};
use super::player::{BenchProgress, BenchRun, play};
use super::responders::BenchResponder;
use super::role::BenchRole;
use super::stop_estimates::{StopEstimate, stop_estimates};
use super::task_outcomes::{TaskOutcomes, task_outcomes};
use super::worlds;
use crate::error::ReplayError;

/// Times after the first warning, in seconds, at which the bench computes the share of DRAINING instances.
const SHARES: [(&str, u64); 3] = [("30", 30), ("60", 60), ("120", 120)];

/// Beginning of the history's name for the message of a warning, before the instance.
const WARNING: &str = "EC2 Spot Instance Interruption Warning ";

/// Crowd of Spot interruption warnings: EC2 warns half of the instances of a cluster within ten seconds.
#[derive(Debug, Clone, Copy)]
pub struct SpotStorm {
    /// Number of instances with a warning.
    pub instances: usize,
    /// Form in which ebb runs.
    pub role: BenchRole,
    /// Seed of all draws.
    pub seed: u64,
}

/// Figures of a Spot storm.
#[derive(Debug, Clone, Serialize)]
pub struct SpotStormFigures {
    /// Seconds from an instance's warning to its DRAINING, or to its interruption if it never was DRAINING.
    pub draining_seconds: Percentiles,
    /// Share of the warned instances that were DRAINING, by seconds after the first warning.
    pub share_draining: BTreeMap<&'static str, f64>,
    /// Least seconds that the request buckets allow.
    pub bound_seconds: BoundSeconds,
    /// Standalone tasks on warned instances.
    pub standalone: TaskOutcomes,
    /// Replica tasks on warned instances.
    pub replica: TaskOutcomes,
    /// Number of calls of ECS and Auto Scaling, throttled ones included.
    pub aws_calls: usize,
    /// These calls, divided by the number of warned instances.
    pub calls_per_instance: f64,
    /// Number of these calls that AWS throttled.
    pub throttled: usize,
    /// Estimates of the stops that are ahead, each with the true number.
    pub stop_estimates: Vec<StopEstimate>,
    /// Figures that only the table has.
    #[serde(skip)]
    pub details: SpotStormDetails,
}

/// Further figures of a Spot storm.
#[derive(Debug, Clone, Default)]
pub struct SpotStormDetails {
    /// Number of warned instances that never were DRAINING.
    pub never_draining: usize,
    /// Seconds from the first warning to the last DRAINING.
    pub last_draining: f64,
    /// Daemon tasks on warned instances.
    pub daemon: TaskOutcomes,
    /// StopTask calls needed, and StopTask calls that the request bucket allows.
    pub stops: StopBudget,
    /// Calls by feed and operation.
    pub calls: CallCounts,
}

/// Course of one warned instance.
#[derive(Debug, Clone, Copy, Default)]
struct WarnedInstance {
    warned: Duration,
    /// Time at which its warning was visible in the queue.
    arrived: Option<Duration>,
    draining: Option<Duration>,
    /// Time at which EC2 interrupted it.
    interrupted: Option<Duration>,
}

impl SpotStorm {
    /// Plays the storm and returns its figures.
    ///
    /// # Errors
    ///
    /// Requests that the simulated AWS does not know.
    pub fn run(&self, progress: BenchProgress<'_>) -> Result<SpotStormFigures, ReplayError> {
        let scenario = worlds::spot_storm(self.instances, self.seed);
        let run = play(&scenario, BenchResponder::Ebb(self.role), progress)?;
        Ok(figures(&run))
    }
}

impl SpotStormFigures {
    /// Returns the number of killed tasks of all kinds.
    pub fn tasks_killed(&self) -> usize {
        self.standalone.killed + self.replica.killed + self.details.daemon.killed
    }
}

fn figures(run: &BenchRun) -> SpotStormFigures {
    let instances = warned_instances(run);
    let all = instances.values();
    let first = all.clone().map(|it| it.warned).min().unwrap_or_default();
    let delays = all.clone().map(|it| {
        let end = it.draining.or(it.interrupted).unwrap_or(it.warned);
        end.saturating_sub(it.warned)
    });
    let since_first = |at: Duration| at.saturating_sub(first);
    let drained: Vec<Duration> =
        all.clone().filter_map(|it| it.draining).map(since_first).collect();
    let share = |within: u64| {
        let within = Duration::from_secs(within);
        let in_time = drained.iter().filter(|at| **at <= within).count();
        thousandth(in_time as f64 / instances.len().max(1) as f64)
    };
    let outcomes = task_outcomes(&run.at_start, &run.history);
    let of_kind = |kind: TaskKind| outcomes.get(&kind).copied().unwrap_or_default();
    let crowd = Crowd {
        instances: instances.len(),
        tasks: outcomes.values().map(|it| it.total).sum(),
        stops: outcomes.values().map(|it| it.stopped_in_time + it.killed).sum(),
        last_arrival: all
            .clone()
            .filter_map(|it| it.arrived)
            .map(since_first)
            .max()
            .unwrap_or_default(),
        last_warning: all.clone().map(|it| since_first(it.warned)).max().unwrap_or_default(),
    };
    let calls = CallCounts::of_history(&run.history);
    SpotStormFigures {
        draining_seconds: percentiles(delays.collect()),
        share_draining: SHARES.iter().map(|(name, within)| (*name, share(*within))).collect(),
        bound_seconds: crowd.bound_seconds(),
        standalone: of_kind(TaskKind::Standalone),
        replica: of_kind(TaskKind::Replica),
        aws_calls: calls.total(),
        calls_per_instance: thousandth(calls.total() as f64 / instances.len().max(1) as f64),
        throttled: calls.total_throttled(),
        stop_estimates: stop_estimates(&run.estimates, &run.history, first),
        details: SpotStormDetails {
            never_draining: instances.len() - drained.len(),
            last_draining: seconds(drained.iter().max().copied().unwrap_or_default()),
            daemon: of_kind(TaskKind::Daemon),
            stops: crowd.stop_budget(),
            calls,
        },
    }
}

/// Returns the instances that got a Spot interruption warning, by EC2 instance id.
fn warned_instances(run: &BenchRun) -> BTreeMap<&str, WarnedInstance> {
    let mut instances: BTreeMap<&str, WarnedInstance> = BTreeMap::new();
    for entry in &run.history {
        match &entry.fact {
            Fact::Notice { ec2_instance, .. } => {
                let warned = WarnedInstance { warned: entry.at, ..WarnedInstance::default() };
                instances.entry(ec2_instance).or_insert(warned);
            }
            Fact::Message { queue, about, .. } if queue == Feed::SpotInterruption.name() => {
                let id = about.strip_prefix(WARNING).unwrap_or_default();
                if let Some(instance) = instances.get_mut(id) {
                    instance.arrived.get_or_insert(entry.at);
                }
            }
            Fact::ContainerInstance { ec2_instance, status: "DRAINING", .. } => {
                if let Some(instance) = instances.get_mut(ec2_instance.as_str()) {
                    instance.draining.get_or_insert(entry.at);
                }
            }
            Fact::Ec2Instance { ec2_instance, state: "shutting-down" | "stopping" } => {
                if let Some(instance) = instances.get_mut(ec2_instance.as_str()) {
                    instance.interrupted.get_or_insert(entry.at);
                }
            }
            _ => {}
        }
    }
    instances
}
