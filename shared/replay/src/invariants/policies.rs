//! What was configured, and what follows from it: whose hook is whose, how long a task may take to stop, what policy holds.

use std::collections::BTreeMap;
use std::time::Duration;

use aws::config::Config;
use drain::policy::{Policy, StandalonePolicy};
use sim::scenario::{GroupSpec, HookSpec, Scenario, StandaloneSpec, Transition};

/// The policies of a run.
pub(super) struct Policies<'a> {
    pub(super) config: Config,
    groups: BTreeMap<&'a str, &'a GroupSpec>,
    policies: BTreeMap<&'a str, Policy>,
    stop_times: BTreeMap<&'a str, Duration>,
    tags: BTreeMap<&'a str, StandalonePolicy>,
}

impl<'a> Policies<'a> {
    pub(super) fn new(scenario: &'a Scenario, config: Config) -> Self {
        let tags = |group: &GroupSpec| -> Vec<(String, String)> {
            group.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
        };
        let policy = |group: &GroupSpec| config.policy.for_group(&tags(group)).0;
        let groups = || scenario.groups.iter();
        Self {
            groups: groups().map(|group| (group.name.as_str(), group)).collect(),
            policies: groups().map(|group| (group.name.as_str(), policy(group))).collect(),
            stop_times: stop_times(scenario, config.policy.default_stop_timeout),
            tags: every_task(scenario).filter_map(tagged).collect(),
            config,
        }
    }

    pub(super) fn group(&self, name: &str) -> Option<&'a GroupSpec> {
        self.groups.get(name).copied()
    }

    /// A hook of a group that is ours.
    pub(super) fn our_hook(&self, group: &str, hook: &str) -> Option<&'a HookSpec> {
        let found = self.group(group)?.hooks.iter().find(|one| one.name == hook)?;
        let policy = &self.config.policy;
        let ours = match found.transition {
            Transition::Terminating => &policy.hooks,
            Transition::Launching => &policy.launch_hooks,
        };
        ours.contains(hook).then_some(found)
    }

    /// The policy of a group, its tags included.
    pub(super) fn policy(&self, group: Option<&str>) -> &Policy {
        group.and_then(|group| self.policies.get(group)).unwrap_or(&self.config.policy)
    }

    /// What becomes of a standalone task of this family in this group.
    pub(super) fn standalone(&self, family: &str, group: Option<&str>) -> StandalonePolicy {
        self.tags.get(family).copied().unwrap_or(self.policy(group).standalone)
    }

    /// The longest that a task of a family can take from StopTask to its end.
    pub(super) fn stop_time(&self, family: &str) -> Duration {
        let default = self.config.policy.default_stop_timeout;
        self.stop_times.get(family).copied().unwrap_or(default)
    }
}

/// One container after the other: no chain of them takes longer.
fn stop_times(scenario: &Scenario, default: Duration) -> BTreeMap<&str, Duration> {
    let definitions = scenario.task_definitions.iter();
    let listed = definitions.map(|definition| {
        let containers = definition.containers.iter();
        let times = containers.map(|container| container.stop_timeout.map_or(default, |it| it.0));
        (definition.family.as_str(), times.sum::<Duration>().max(default))
    });
    listed.collect()
}

fn tagged(task: &StandaloneSpec) -> Option<(&str, StandalonePolicy)> {
    let policy = task.tags.get("ebb:standalone")?.parse().ok()?;
    Some((task.family.as_str(), policy))
}

fn every_task(scenario: &Scenario) -> impl Iterator<Item = &StandaloneSpec> {
    let later = scenario.happens.iter().filter_map(|step| match &step.what {
        sim::scenario::Happening::RunTask { task } => Some(task),
        _ => None,
    });
    scenario.standalone.iter().chain(later)
}
