//! Policy: the operator's configuration, with the changes that the tags of a group make to it.
//!
//! Rule 9. Only lifecycle hooks whose whole name is configured are ebb's: [`Policy::owns`].

use std::collections::BTreeSet;
use std::time::Duration;

use crate::signal::Transition;

/// The operator's configuration, resolved for one group once its tags are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Names of the terminating lifecycle hooks that ebb handles. No other hook is ever completed or kept alive.
    pub hooks: BTreeSet<String>,
    /// Names of the launching lifecycle hooks that ebb handles. Usually there are none.
    pub launch_hooks: BTreeSet<String>,
    /// Longest drain, counted from its lifecycle action; none: until Auto Scaling's own limit.
    pub drain_timeout: Option<Duration>,
    /// Treatment of standalone tasks.
    pub standalone: StandalonePolicy,
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
            hooks: BTreeSet::new(),
            launch_hooks: BTreeSet::new(),
            drain_timeout: None,
            standalone: StandalonePolicy::Wait,
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
mod tests {
    use super::*;

    fn tag(key: &str, value: &str) -> Vec<(String, String)> {
        vec![(key.to_owned(), value.to_owned())]
    }

    #[test]
    fn tag_of_the_group_overrides_the_configuration() {
        let (policy, bad) = Policy::default().for_group(&tag("ebb:drain-timeout", "2h"));

        assert_eq!(policy.drain_timeout, Some(Duration::from_secs(7200)));
        assert!(bad.is_empty());
    }

    #[test]
    fn each_word_of_a_tag_selects_its_policy() {
        let standalone = |word| Policy::default().for_group(&tag("ebb:standalone", word));
        let rebalance = |word| Policy::default().for_group(&tag("ebb:rebalance", word));

        for (word, meant) in [
            ("wait", StandalonePolicy::Wait),
            ("stop", StandalonePolicy::Stop),
            ("ignore", StandalonePolicy::Ignore),
        ] {
            let (policy, bad) = standalone(word);
            assert_eq!((policy.standalone, bad), (meant, Vec::new()));
        }
        for (word, meant) in [
            ("auto", RebalancePolicy::Auto),
            ("replace", RebalancePolicy::Replace),
            ("drain", RebalancePolicy::Drain),
        ] {
            let (policy, bad) = rebalance(word);
            assert_eq!((policy.rebalance, bad), (meant, Vec::new()));
        }
    }

    #[test]
    fn length_of_nothing_is_invalid() {
        assert_eq!(length(" 1h 30m "), Some(Duration::from_secs(5400)));
        assert_eq!(length("0s"), None);
        assert_eq!(length("-5m"), None);
    }

    #[test]
    fn result_is_spelled_as_in_the_api() {
        assert_eq!(CompletionResult::Continue.as_str(), "CONTINUE");
        assert_eq!(CompletionResult::Abandon.as_str(), "ABANDON");
    }

    #[test]
    fn invalid_tag_leaves_the_configured_value_and_is_returned() {
        let (policy, bad) = Policy::default().for_group(&tag("ebb:standalone", "sometimes"));

        assert_eq!(policy.standalone, StandalonePolicy::Wait);
        assert_eq!(
            bad[0].to_string(),
            "tag ebb:standalone=sometimes is invalid (expected wait, stop or ignore); using the configured value"
        );
    }

    #[test]
    fn tag_without_the_prefix_changes_nothing() {
        let (policy, bad) = Policy::default().for_group(&tag("team", "web"));

        assert_eq!(policy, Policy::default());
        assert!(bad.is_empty());
    }
}
