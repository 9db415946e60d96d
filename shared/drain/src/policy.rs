//! Policy: the operator's configuration, with the changes that the tags of a group make to it.
//!
//! Rule 9. Only lifecycle hooks whose whole name is configured are ebb's: [`Policy::owns`].

use std::collections::BTreeSet;
use std::time::Duration;

use crate::mode::Mode;
use crate::signal::Transition;

/// The operator's configuration, resolved for one group once its tags are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Actions that ebb performs.
    pub mode: Mode,
    /// Names of the terminating lifecycle hooks that ebb handles. No other hook is ever completed or kept alive.
    pub hooks: BTreeSet<String>,
    /// Names of the launching lifecycle hooks that ebb handles. Usually there are none.
    pub launch_hooks: BTreeSet<String>,
    /// Longest drain, counted from its lifecycle action. None: until Auto Scaling's own limit.
    pub drain_timeout: Option<Duration>,
    /// Treatment of standalone tasks.
    pub standalone: StandalonePolicy,
    /// Treatment of service tasks before a deadline at which their host is certain to go.
    pub service_tasks: ServiceTaskPolicy,
    /// Time that deregistration from a load balancer adds to the stop time of a service task behind one.
    pub deregistration_delay: Duration,
    /// True if ebb has a queue for stop plans. Then the look at a Spot warning plans the stops before the interruption.
    pub plans_stops: bool,
    /// Effect of a rebalance recommendation.
    pub rebalance: RebalancePolicy,
    /// Effect of a scheduled change.
    pub scheduled_change: ScheduledChangePolicy,
    /// Result of the lifecycle action of a drain that reaches its deadline.
    pub at_deadline: CompletionResult,
    /// Time from DRAINING, or from a first look, to the look that proves an instance empty.
    pub settle_time: Duration,
    /// Longest wait for daemon tasks once nothing else is left.
    pub daemon_grace: Duration,
    /// Time for which an agent may be disconnected before ebb reports it.
    pub agent_limit: Duration,
    /// Stop timeout of containers that set none, as the agents are configured.
    pub default_stop_timeout: Duration,
    /// Margin that is added to a task's stop time before a deadline.
    pub stop_margin: Duration,
    /// Share of a group, in percent, that may leave at once by a decision of ebb.
    pub replace_budget_percent: u32,
    /// Length of a drain for a rebalance recommendation if EC2 does not take the instance.
    pub rebalance_drain: Duration,
    /// Time for which a launching instance may take to register in its cluster.
    pub launch_timeout: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            mode: Mode::Act,
            hooks: BTreeSet::new(),
            launch_hooks: BTreeSet::new(),
            drain_timeout: None,
            standalone: StandalonePolicy::Wait,
            service_tasks: ServiceTaskPolicy::Stop,
            deregistration_delay: Duration::ZERO,
            plans_stops: false,
            rebalance: RebalancePolicy::Auto,
            scheduled_change: ScheduledChangePolicy::Note,
            at_deadline: CompletionResult::Continue,
            settle_time: Duration::from_secs(10),
            daemon_grace: Duration::from_secs(60),
            agent_limit: Duration::from_secs(600),
            default_stop_timeout: Duration::from_secs(30),
            stop_margin: Duration::from_secs(10),
            replace_budget_percent: 20,
            rebalance_drain: Duration::from_secs(1800),
            launch_timeout: Duration::from_secs(900),
        }
    }
}

/// Treatment of a standalone task on an instance that goes out of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandalonePolicy {
    /// ebb waits for the task until the deadline, and stops it in time before.
    Wait,
    /// ebb stops the task now, gracefully.
    Stop,
    /// The task does not hold the instance. ebb stops it once nothing else is left.
    Ignore,
}

/// Treatment of a service task before a deadline at which its host is certain to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceTaskPolicy {
    /// ebb stops the task in time, so that it gets SIGTERM and its whole stop time.
    Stop,
    /// ebb leaves the task to its service.
    Leave,
}

/// Effect of a rebalance recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RebalancePolicy {
    /// ebb notes it. Capacity Rebalancing replaces the instance if the group has it.
    Auto,
    /// ebb terminates the instance in its group, without a decrement.
    Replace,
    /// ebb sets the instance to DRAINING for a set time.
    Drain,
}

/// Effect of a scheduled change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduledChangePolicy {
    /// ebb notes it.
    Note,
    /// ebb terminates the instance in its group, without a decrement, some time ahead of the change.
    Replace {
        /// Time ahead of the change.
        ahead: Duration,
    },
}

/// The result of a lifecycle action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionResult {
    /// `CONTINUE`.
    Continue,
    /// `ABANDON`.
    Abandon,
}

impl CompletionResult {
    /// Parses the value of the tag `ebb:at-deadline`.
    fn from_tag(text: &str) -> Result<Self, &'static str> {
        let results = [Self::Continue, Self::Abandon];
        let is_named = |result: &Self| result.as_str().eq_ignore_ascii_case(text.trim());
        results.into_iter().find(is_named).ok_or("continue or abandon")
    }

    /// Returns the word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Continue => "CONTINUE",
            Self::Abandon => "ABANDON",
        }
    }
}

/// A tag with a value that ebb cannot use. The configured value is used instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("tag {key}={value} is invalid (expected {expected}); using the configured value")]
pub struct BadTag {
    /// Key of the tag.
    pub key: String,
    /// Value of the tag.
    pub value: String,
    /// Description of the values that ebb can use.
    pub expected: &'static str,
}

impl Policy {
    /// Returns true if a lifecycle hook of this name is configured for this transition.
    pub fn owns(&self, hook: &str, transition: Transition) -> bool {
        match transition {
            Transition::Terminating => self.hooks.contains(hook),
            Transition::Launching => self.launch_hooks.contains(hook),
        }
    }

    /// Returns the policy of a group with these tags, and the tags that cannot be used.
    pub fn for_group(&self, tags: &[(String, String)]) -> (Self, Vec<BadTag>) {
        let mut policy = self.clone();
        let bad =
            tags.iter().filter_map(|(key, value)| policy.apply_tag(key, value).err()).collect();
        (policy, bad)
    }

    fn apply_tag(&mut self, key: &str, value: &str) -> Result<(), BadTag> {
        let bad = |expected| BadTag { key: key.to_owned(), value: value.to_owned(), expected };
        match key {
            "ebb:drain-timeout" => {
                self.drain_timeout =
                    Some(length(value).ok_or_else(|| bad("a length such as 90m or 12h"))?)
            }
            "ebb:standalone" => self.standalone = value.parse().map_err(bad)?,
            "ebb:service-tasks" => self.service_tasks = value.parse().map_err(bad)?,
            "ebb:mode" => self.mode = self.mode.with_tag(value.parse().map_err(bad)?),
            "ebb:at-deadline" => {
                self.at_deadline = CompletionResult::from_tag(value).map_err(bad)?;
            }
            "ebb:rebalance" => self.rebalance = value.parse().map_err(bad)?,
            _ => {}
        }
        Ok(())
    }
}

/// Parses a positive length of time such as `90s`, `30m`, `12h`, `1h 30m`, `2d`. A day has 24 hours.
pub fn length(text: &str) -> Option<Duration> {
    let span: jiff::Span = text.trim().parse().ok()?;
    let length = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(length).ok().filter(|length| !length.is_zero())
}

impl std::str::FromStr for StandalonePolicy {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "wait" => Ok(Self::Wait),
            "stop" => Ok(Self::Stop),
            "ignore" => Ok(Self::Ignore),
            _ => Err("wait, stop or ignore"),
        }
    }
}

impl std::str::FromStr for ServiceTaskPolicy {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "stop" => Ok(Self::Stop),
            "leave" => Ok(Self::Leave),
            _ => Err("stop or leave"),
        }
    }
}

impl std::str::FromStr for RebalancePolicy {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "auto" => Ok(Self::Auto),
            "replace" => Ok(Self::Replace),
            "drain" => Ok(Self::Drain),
            _ => Err("auto, replace or drain"),
        }
    }
}

#[cfg(test)]
mod tests;
