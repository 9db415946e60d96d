//! The comparison of four ways to stop all services of a cluster, in one world.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;
use sim::history::{Entry, Fact, TaskKind, TaskRef};
use sim::scenario::Scenario;

use super::player::BenchProgress;
use super::service_process::{BEGIN, ComparedRuns, ServiceRun, seconds_since_begin};
use super::shutdown_method::ShutdownMethod;
use super::shutdown_world::world;
use crate::error::ReplayError;

/// Time after the reported outcome in which tasks that start are counted, one hour.
const AFTERWARDS: Duration = Duration::from_secs(3_600);

/// Figures of one method.
#[derive(Debug, Clone, Serialize)]
pub struct ShutdownFigures {
    /// Outcome that the operator sees.
    pub outcome: String,
    /// Seconds from the begin to this outcome.
    pub seconds: f64,
    /// AWS calls in this time, apart from SQS.
    pub aws_calls: usize,
    /// Tasks of the services at the begin.
    pub tasks: usize,
    /// Tasks that were not STOPPED at this outcome.
    pub tasks_left: usize,
    /// Tasks that started within an hour of this outcome.
    pub tasks_started_again: usize,
    /// Number of services.
    pub services: usize,
    /// State after a crash: the process is killed just after its middle call.
    pub after_crash: ShutdownCrash,
}

/// State at the end of the world, after a process was killed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShutdownCrash {
    /// Tasks that are not STOPPED.
    pub tasks_left: usize,
    /// Services whose desired count or scaling differs from that before.
    pub services_changed: usize,
    /// Changed services whose former settings are recorded, so that they can be restored.
    pub services_recorded: usize,
}

/// Bench of all methods on a cluster with two services.
#[derive(Debug, Clone, Copy)]
pub struct Shutdown {
    /// Seed of the world.
    pub seed: u64,
}

impl Shutdown {
    /// Stops the services with each method, without and with a crash.
    ///
    /// # Errors
    ///
    /// Requests that the simulated AWS does not know.
    pub fn run(
        self,
        progress: BenchProgress<'_>,
    ) -> Result<Vec<(ShutdownMethod, ShutdownFigures)>, ReplayError> {
        let world = world(self.seed);
        let figures = |method: ShutdownMethod| Ok((method, method.figures(&world, progress)?));
        ShutdownMethod::ALL.into_iter().map(figures).collect()
    }
}

impl ShutdownMethod {
    fn figures(
        self,
        world: &Scenario,
        progress: BenchProgress<'_>,
    ) -> Result<ShutdownFigures, ReplayError> {
        let played = ComparedRuns::play(&self.process(), world, progress)?;
        Ok(ShutdownFigures {
            seconds: seconds_since_begin(played.at),
            aws_calls: played.aws_calls,
            tasks: live_tasks(&played.run, BEGIN).len(),
            tasks_left: live_tasks(&played.run, played.at).len(),
            tasks_started_again: started(&played.run, played.at),
            services: played.run.before.len(),
            after_crash: ShutdownCrash::of_run(&played.crashed),
            outcome: played.outcome,
        })
    }
}

impl ShutdownCrash {
    fn of_run(run: &ServiceRun) -> Self {
        let pairs = run.before.iter().zip(&run.after);
        let changed = pairs.filter(|(before, after)| {
            (before.desired_count, before.scaling) != (after.desired_count, after.scaling)
        });
        let changed: Vec<_> = changed.collect();
        let is_recorded = |cluster: &str, service: &str| {
            run.parameters.contains_key(&format!("/ebb/operations/{cluster}/{service}/before"))
        };
        let recorded =
            changed.iter().filter(|(before, _)| is_recorded(&before.cluster, &before.name));
        Self {
            tasks_left: live_tasks(run, Duration::MAX).len(),
            services_changed: changed.len(),
            services_recorded: recorded.count(),
        }
    }
}

impl ShutdownFigures {
    /// Returns true if a task was left or came back, or if a crash left settings changed without a record.
    pub fn has_losses(&self) -> bool {
        let crash = &self.after_crash;
        self.tasks_left > 0
            || self.tasks_started_again > 0
            || crash.tasks_left > 0
            || crash.services_recorded < crash.services_changed
    }

    /// Returns the virtual time from the begin to the outcome.
    pub fn virtual_time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

/// Returns the ARNs of the service tasks that are not STOPPED at this time.
fn live_tasks(run: &ServiceRun, at: Duration) -> BTreeSet<&str> {
    let is_replica = |task: &&TaskRef| task.kind == TaskKind::Replica;
    let at_start = run.at_start.iter().filter(is_replica);
    let mut live: BTreeSet<&str> = at_start.map(|task| task.arn.as_str()).collect();
    for (_, task, last_status) in changes(&run.history).filter(|(when, ..)| *when <= at) {
        match last_status {
            "STOPPED" => live.remove(task.arn.as_str()),
            _ => live.insert(&task.arn),
        };
    }
    live
}

/// Returns the number of service tasks that appeared in the hour after this time.
fn started(run: &ServiceRun, at: Duration) -> usize {
    let hour = at..at.saturating_add(AFTERWARDS);
    let of_hour = changes(&run.history).filter(|(when, ..)| hour.contains(when) && *when > at);
    let appeared = of_hour.filter(|(_, _, last_status)| *last_status == "PROVISIONING");
    appeared.map(|(_, task, _)| task.arn.as_str()).collect::<BTreeSet<_>>().len()
}

/// Returns the changes of the status of service tasks, with their times.
fn changes(history: &[Entry]) -> impl Iterator<Item = (Duration, &TaskRef, &str)> {
    history.iter().filter_map(|entry| match &entry.fact {
        Fact::Task { task, last_status, .. } if task.kind == TaskKind::Replica => {
            Some((entry.at, task, *last_status))
        }
        _ => None,
    })
}
