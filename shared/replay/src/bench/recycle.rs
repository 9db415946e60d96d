//! The comparison of four ways to replace the tasks of a service, in one world.

use std::time::Duration;

use serde::Serialize;
use sim::ServiceSettings;
use sim::account::{failed_requests, service_counts};
use sim::scenario::Scenario;

use super::player::BenchProgress;
use super::recycle_method::RecycleMethod;
use super::recycle_world::{CLUSTER, SERVICE, world};
use super::service_process::{BEGIN, ComparedRuns, ServiceRun, seconds_since_begin};
use crate::error::ReplayError;
use crate::operations::OperationSpan;

/// Figures of one method.
#[derive(Debug, Clone, Serialize)]
pub struct RecycleFigures {
    /// Outcome that the operator sees.
    pub outcome: String,
    /// Seconds from the begin to this outcome.
    pub seconds: f64,
    /// AWS calls in this time, apart from SQS.
    pub aws_calls: usize,
    /// Tasks from before the recycle that were not STOPPED at this outcome.
    pub tasks_left: usize,
    /// Effects on the service until the end of the world.
    pub effects: RecycleEffects,
    /// Seconds from the begin to the kill, in the run with a crash.
    pub killed_after_seconds: f64,
    /// Effects on the service in the run with a crash: the process is killed just after its middle call.
    pub effects_with_crash: RecycleEffects,
}

/// Effects of a run on the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecycleEffects {
    /// Least number of healthy tasks.
    pub min_healthy_tasks: usize,
    /// Greatest number of healthy tasks.
    pub max_healthy_tasks: usize,
    /// Number of requests that failed.
    pub requests_failed: u64,
    /// Tasks from before the recycle that are left at the end of the world.
    pub tasks_left: usize,
    /// Desired count before the recycle.
    pub original_desired_count: usize,
    /// Desired count at the end of the world.
    pub final_desired_count: usize,
    /// Number of tasks under scale-in protection at the end of the world. None was protected before.
    pub protected_tasks: usize,
    /// True if a bound or a flag of the scalable target differs at the end of the world.
    pub scaling_changed: bool,
}

/// Bench of all methods on a service behind a load balancer.
#[derive(Debug, Clone, Copy)]
pub struct Recycle {
    /// True if the scheduler replaces a task at its StopTask, false if it waits for STOPPED. AWS documents neither.
    pub replaces_at_once: bool,
    /// Seed of the world.
    pub seed: u64,
}

impl Recycle {
    /// Recycles the service with each method, without and with a crash.
    ///
    /// # Errors
    ///
    /// Requests that the simulated AWS does not know.
    pub fn run(
        self,
        progress: BenchProgress<'_>,
    ) -> Result<Vec<(RecycleMethod, RecycleFigures)>, ReplayError> {
        let world = world(self.seed, self.replaces_at_once);
        let figures = |method: RecycleMethod| Ok((method, method.figures(&world, progress)?));
        RecycleMethod::ALL.into_iter().map(figures).collect()
    }
}

impl RecycleMethod {
    fn figures(
        self,
        world: &Scenario,
        progress: BenchProgress<'_>,
    ) -> Result<RecycleFigures, ReplayError> {
        let played = ComparedRuns::play(&self.process(), world, progress)?;
        Ok(RecycleFigures {
            seconds: seconds_since_begin(played.at),
            aws_calls: played.aws_calls,
            tasks_left: tasks_left(&played.run, Some(played.at)),
            effects: RecycleEffects::of(&played.run),
            killed_after_seconds: seconds_since_begin(played.killed_at),
            effects_with_crash: RecycleEffects::of(&played.crashed),
            outcome: played.outcome,
        })
    }
}

/// Returns the number of tasks from before the recycle that are left at this time, or at the end of the world.
fn tasks_left(run: &ServiceRun, at: Option<Duration>) -> usize {
    let (cluster, service) = (CLUSTER.to_owned(), SERVICE.to_owned());
    let span = OperationSpan { cluster, service, began: BEGIN, ended: at };
    span.tasks_left(&run.at_start, &run.history).len()
}

/// Returns the settings of the service in the bench.
fn settings(all: &[ServiceSettings]) -> Option<&ServiceSettings> {
    all.iter().find(|it| (it.cluster.as_str(), it.name.as_str()) == (CLUSTER, SERVICE))
}

impl RecycleEffects {
    fn of(run: &ServiceRun) -> Self {
        let counts = service_counts(&run.history, CLUSTER, SERVICE);
        let healthy = counts.iter().map(|it| it.healthy);
        let failed = failed_requests(&run.history);
        let (before, after) = (settings(&run.before), settings(&run.after));
        Self {
            min_healthy_tasks: healthy.clone().min().unwrap_or_default(),
            max_healthy_tasks: healthy.max().unwrap_or_default(),
            requests_failed: failed.iter().map(|it| it.count).sum(),
            tasks_left: tasks_left(run, None),
            original_desired_count: before.map_or(0, |it| it.desired_count),
            final_desired_count: after.map_or(0, |it| it.desired_count),
            protected_tasks: after.map_or(0, |it| it.protected_tasks.len()),
            scaling_changed: before.map(|it| it.scaling) != after.map(|it| it.scaling),
        }
    }

    /// Returns true if the desired count, protection or scaling differ from those before the recycle.
    pub fn leaves_changes(&self) -> bool {
        self.final_desired_count != self.original_desired_count
            || self.protected_tasks > 0
            || self.scaling_changed
    }

    fn has_losses(&self) -> bool {
        self.requests_failed > 0 || self.tasks_left > 0 || self.leaves_changes()
    }
}

impl RecycleFigures {
    /// Returns true if a request failed, an old task was left or a setting stayed changed, without or with the crash.
    pub fn has_losses(&self) -> bool {
        self.tasks_left > 0 || self.effects.has_losses() || self.effects_with_crash.has_losses()
    }

    /// Returns the virtual time from the begin to the kill.
    pub fn killed_after(&self) -> Duration {
        Duration::from_secs_f64(self.killed_after_seconds)
    }

    /// Returns the virtual time from the begin to the outcome.
    pub fn virtual_time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}
