//! Gaps: the things that are missing until a service is stable, or until the next step.

use std::fmt;

/// One thing that is missing until a service is stable. The sentence reads after "waiting for".
#[derive(Debug, Clone, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum StabilityGap {
    /// A deployment is not complete.
    Rollout {
        /// Id of the deployment.
        id: String,
        /// `rolloutState`, or the stage.
        state: String,
    },
    /// A task set is not in steady state.
    TaskSet {
        /// Id of the task set.
        id: String,
    },
    /// Fewer tasks run than the desired count.
    Running {
        /// Number of running tasks.
        running: u32,
        /// `desiredCount`.
        desired: u32,
    },
    /// More tasks run than the desired count.
    Surplus {
        /// Number of running tasks.
        running: u32,
        /// `desiredCount`.
        desired: u32,
    },
    /// Tasks start.
    Starting {
        /// Number of tasks.
        tasks: usize,
    },
    /// Tasks are on their way out.
    Stopping {
        /// Ids of the tasks.
        tasks: Vec<String>,
    },
    /// Tasks without a health check have run for less than 40 seconds.
    JustStarted {
        /// Number of tasks.
        tasks: usize,
    },
    /// The container health of tasks is not HEALTHY.
    ContainerHealth {
        /// Ids of the tasks.
        tasks: Vec<String>,
    },
    /// Tasks are not healthy in a target group.
    TargetHealth {
        /// Ids of the tasks, each with the state of its target.
        tasks: Vec<String>,
    },
    /// Old tasks have not ended.
    OldTasks {
        /// Number of tasks.
        tasks: usize,
    },
    /// Everything is as it should be, and a second look must confirm it.
    SecondLook,
    /// `wait_time` runs.
    WaitTime,
    /// Protection of another owner ends.
    Protection {
        /// Number of tasks.
        tasks: usize,
    },
}

impl StabilityGap {
    /// Returns the code for logs, for example `target-health`.
    pub fn code(&self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for StabilityGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rollout { id, state } => write!(f, "deployment {id}, which is {state}"),
            Self::TaskSet { id } => write!(f, "the steady state of task set {id}"),
            Self::Running { running, desired } => {
                write!(f, "{desired} tasks, of which {running} run")
            }
            Self::Surplus { running, desired } => {
                write!(f, "ECS to stop {} of {running} tasks", running.saturating_sub(*desired))
            }
            Self::Starting { tasks } => write!(f, "{} to start", count(*tasks)),
            Self::Stopping { tasks } => {
                write!(f, "{} to stop ({})", count(tasks.len()), some(tasks))
            }
            Self::JustStarted { tasks } => write!(f, "{} to run for 40 seconds", count(*tasks)),
            Self::ContainerHealth { tasks } => {
                write!(f, "{} to be HEALTHY ({})", count(tasks.len()), some(tasks))
            }
            Self::TargetHealth { tasks } => {
                write!(
                    f,
                    "{} to be healthy behind the load balancer ({})",
                    count(tasks.len()),
                    some(tasks)
                )
            }
            Self::OldTasks { tasks } => write!(f, "{} of the old deployment to end", count(*tasks)),
            Self::SecondLook => f.write_str("a second look"),
            Self::WaitTime => f.write_str("the time between replacements"),
            Self::Protection { tasks } => {
                write!(f, "the end of the protection of {} by another owner", count(*tasks))
            }
        }
    }
}

fn count(tasks: usize) -> String {
    if tasks == 1 { "1 task".to_owned() } else { format!("{tasks} tasks") }
}

/// Returns the first three names, and the number of the others.
fn some(names: &[String]) -> String {
    let shown = names.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(3) {
        0 => shown,
        others => format!("{shown} and {others} more"),
    }
}
