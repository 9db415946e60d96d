//! What is wanted: the configuration, and what tags change of it.

use std::collections::BTreeSet;
use std::time::Duration;

/// What an operator configured, for one group after its tags were read.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Names of the terminating lifecycle hooks that are ours. No other hook is ever completed or heartbeated.
    pub hooks: BTreeSet<String>,
    /// Names of the launching lifecycle hooks that are ours. Usually there are none.
    pub launch_hooks: BTreeSet<String>,
    /// How long a drain may take, counted from its lifecycle action; none: until Auto Scaling's own limit.
    pub drain_timeout: Option<Duration>,
    /// What becomes of standalone tasks.
    pub standalone: StandalonePolicy,
    /// What a rebalance recommendation does.
    pub rebalance: RebalancePolicy,
    /// What a scheduled change does.
    pub scheduled_change: ScheduledChangePolicy,
    /// The result with which a drain that reaches its deadline is completed.
    pub at_deadline: CompletionResult,
    /// How long after DRAINING an instance that looks empty is looked at once more.
    pub settle_time: Duration,
    /// How long daemon tasks are waited for when nothing else is left.
    pub daemon_grace: Duration,
    /// How long an agent may be disconnected before that is an alarm.
    pub agent_limit: Duration,
    /// The stop timeout of containers that have none, as the agents are configured.
    pub default_stop_timeout: Duration,
    /// Added to a task's stop time before a deadline.
    pub stop_margin: Duration,
    /// Share of a group, in percent, that ebb itself may send on its way out at once.
    pub replace_budget_percent: u32,
    /// How long a drain that a rebalance recommendation began lasts if nothing else comes.
    pub rebalance_drain: Duration,
    /// How long a launching instance may take to join its cluster.
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

/// What becomes of a standalone task on an instance that goes out of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandalonePolicy {
    /// It is waited for until the deadline, and stopped in time before it.
    Wait,
    /// It is stopped now, gracefully.
    Stop,
    /// It does not hold the instance while others run; it is stopped when nothing else is left.
    Ignore,
}

/// What a rebalance recommendation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RebalancePolicy {
    /// It is noted; Capacity Rebalancing, where the group has it, replaces the instance.
    Auto,
    /// The instance is terminated in its group, without decrement.
    Replace,
    /// The instance is set DRAINING for a set time.
    Drain,
}

/// What a scheduled change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduledChangePolicy {
    /// It is noted.
    Note,
    /// The instance is terminated in its group, without decrement, so long ahead of the change.
    Replace {
        /// How long ahead.
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
    /// As the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Continue => "CONTINUE",
            Self::Abandon => "ABANDON",
        }
    }
}

/// A tag whose value ebb cannot use: the configured value stands, and the mistake is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("tag {key}={value}: {expected}")]
pub struct BadTag {
    /// The tag's key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// What it should be.
    pub expected: &'static str,
}

impl Policy {
    /// The policy of a group: what its tags say, else what is configured. Tags that cannot be used are returned.
    pub fn for_group(&self, tags: &[(String, String)]) -> (Self, Vec<BadTag>) {
        let mut policy = self.clone();
        let bad =
            tags.iter().filter_map(|(key, value)| policy.take_tag(key, value).err()).collect();
        (policy, bad)
    }

    fn take_tag(&mut self, key: &str, value: &str) -> Result<(), BadTag> {
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

/// A positive length of time such as `90s`, `30m`, `12h`, `1h 30m`.
pub fn length(text: &str) -> Option<Duration> {
    let length: jiff::SignedDuration = text.trim().parse().ok()?;
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
    fn a_tag_of_the_group_overrides_the_configuration() {
        let (policy, bad) = Policy::default().for_group(&tag("ebb:drain-timeout", "2h"));

        assert_eq!(policy.drain_timeout, Some(Duration::from_secs(7200)));
        assert!(bad.is_empty());
    }

    #[test]
    fn every_word_of_a_tag_means_what_it_says() {
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
    fn no_time_at_all_is_no_length() {
        assert_eq!(length(" 1h 30m "), Some(Duration::from_secs(5400)));
        assert_eq!(length("0s"), None);
        assert_eq!(length("-5m"), None);
    }

    #[test]
    fn a_result_is_spelled_as_the_api_spells_it() {
        assert_eq!(CompletionResult::Continue.as_str(), "CONTINUE");
        assert_eq!(CompletionResult::Abandon.as_str(), "ABANDON");
    }

    #[test]
    fn a_tag_that_cannot_be_used_leaves_the_configured_value_and_is_told() {
        let (policy, bad) = Policy::default().for_group(&tag("ebb:standalone", "sometimes"));

        assert_eq!(policy.standalone, StandalonePolicy::Wait);
        assert_eq!(bad[0].to_string(), "tag ebb:standalone=sometimes: wait, stop or ignore");
    }

    #[test]
    fn other_tags_are_nobodys_business() {
        let (policy, bad) = Policy::default().for_group(&tag("team", "web"));

        assert_eq!(policy, Policy::default());
        assert!(bad.is_empty());
    }
}
