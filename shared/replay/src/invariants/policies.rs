//! Configuration of a run, resolved for groups, hooks and tasks.

use std::collections::BTreeMap;
use std::time::Duration;

use aws::config::Config;
use drain::mode::Mode;
use drain::policy::{Policy, StandalonePolicy};
use drain::stop_time::{Container, stop_time};
use sim::history::{TaskKind, TaskRef};
use sim::scenario::{
    ContainerSpec, GroupSpec, Happening, HookSpec, HookTransition, Scenario, ServiceSpec,
    StandaloneSpec,
};

/// Policies of a run.
pub(super) struct Policies<'a> {
    pub(super) config: Config,
    groups: BTreeMap<&'a str, &'a GroupSpec>,
    of_groups: BTreeMap<&'a str, Policy>,
    /// Upper bounds of stop times, by family.
    stop_times: BTreeMap<&'a str, Duration>,
    /// Stop times as ebb computes them, by family.
    exact_stop_times: BTreeMap<&'a str, Duration>,
    of_task_tags: BTreeMap<&'a str, StandalonePolicy>,
    services: BTreeMap<&'a str, &'a ServiceSpec>,
}

impl<'a> Policies<'a> {
    /// Resolves a configuration for everything in the scenario.
    pub(super) fn new(scenario: &'a Scenario, config: Config) -> Self {
        let tags = |group: &GroupSpec| -> Vec<(String, String)> {
            group.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
        };
        let policy = |group: &GroupSpec| config.policy.for_group(&tags(group)).0;
        let services = scenario.services.iter();
        let groups = || scenario.groups.iter();
        Self {
            groups: groups().map(|group| (group.name.as_str(), group)).collect(),
            of_groups: groups().map(|group| (group.name.as_str(), policy(group))).collect(),
            stop_times: stop_times(scenario, config.policy.default_stop_timeout),
            exact_stop_times: exact_stop_times(scenario, config.policy.default_stop_timeout),
            of_task_tags: standalone_tasks(scenario).filter_map(policy_of_tag).collect(),
            services: services.map(|service| (service.name.as_str(), service)).collect(),
            config,
        }
    }

    /// Returns the scenario's group of this name.
    pub(super) fn group(&self, name: &str) -> Option<&'a GroupSpec> {
        self.groups.get(name).copied()
    }

    /// Returns a hook of a group, if ebb serves the hook and acts in the group.
    pub(super) fn ebb_hook(&self, group: &str, hook: &str) -> Option<&'a HookSpec> {
        let found = self.group(group)?.hooks.iter().find(|one| one.name == hook)?;
        let policy = &self.config.policy;
        let hooks = match found.transition {
            HookTransition::Terminating => &policy.hooks,
            HookTransition::Launching => &policy.launch_hooks,
        };
        (self.acts_in(Some(group)) && hooks.contains(hook)).then_some(found)
    }

    /// Returns true if ebb carries out its decisions about instances of a group.
    pub(super) fn acts_in(&self, group: Option<&str>) -> bool {
        self.of_group(group).mode == Mode::Act
    }

    /// Returns the policy of a group, with its tags.
    pub(super) fn of_group(&self, group: Option<&str>) -> &Policy {
        group.and_then(|group| self.of_groups.get(group)).unwrap_or(&self.config.policy)
    }

    /// Returns the policy for standalone tasks of this family in this group.
    pub(super) fn standalone(&self, family: &str, group: Option<&str>) -> StandalonePolicy {
        self.of_task_tags.get(family).copied().unwrap_or(self.of_group(group).standalone)
    }

    /// Returns true if a terminating hook of another tool holds the group's instances, or may hold them.
    pub(super) fn has_foreign_hook(&self, group: &str) -> bool {
        let Some(spec) = self.group(group) else { return false };
        let is_foreign = |hook: &HookSpec| {
            hook.transition == HookTransition::Terminating
                && self.ebb_hook(group, &hook.name).is_none()
        };
        spec.hooks.iter().any(is_foreign)
            || spec.capacity_provider.as_ref().is_some_and(|provider| provider.managed_draining)
    }

    /// Returns an upper bound of the time from StopTask to STOPPED for a task.
    pub(super) fn stop_time(&self, task: &TaskRef) -> Duration {
        self.stop_time_in(&self.stop_times, task)
    }

    /// Returns the time from StopTask to STOPPED that ebb computes for a task.
    pub(super) fn exact_stop_time(&self, task: &TaskRef) -> Duration {
        self.stop_time_in(&self.exact_stop_times, task)
    }

    fn stop_time_in(&self, times: &BTreeMap<&str, Duration>, task: &TaskRef) -> Duration {
        let policy = &self.config.policy;
        let service =
            self.services.get(task.name.as_str()).filter(|_| task.kind != TaskKind::Standalone);
        let family = service.and_then(|service| service.task_definition.as_deref());
        let family = family.unwrap_or(task.name.as_str());
        let delay = service.and_then(|service| service.deregistration_delay);
        let delay = delay.map_or(Duration::ZERO, |_| policy.deregistration_delay);
        times.get(family).copied().unwrap_or(policy.default_stop_timeout) + delay
    }
}

/// Returns the stop times by family: the longest chain of `dependsOn`.
fn exact_stop_times(scenario: &Scenario, default: Duration) -> BTreeMap<&str, Duration> {
    let container = |it: &ContainerSpec| Container {
        name: it.name.clone(),
        stop_timeout: it.stop_timeout.map(|timeout| timeout.0),
        depends_on: it.depends_on.clone(),
    };
    let definitions = scenario.task_definitions.iter().map(|definition| {
        let containers: Vec<Container> = definition.containers.iter().map(container).collect();
        (definition.family.as_str(), stop_time(&containers, default))
    });
    definitions.collect()
}

/// Returns the stop times by family: the sum over all containers, an upper bound for every `dependsOn` chain.
fn stop_times(scenario: &Scenario, default: Duration) -> BTreeMap<&str, Duration> {
    let definitions = scenario.task_definitions.iter();
    let listed = definitions.map(|definition| {
        let containers = definition.containers.iter();
        let times = containers.map(|container| container.stop_timeout.map_or(default, |it| it.0));
        (definition.family.as_str(), times.sum::<Duration>().max(default))
    });
    listed.collect()
}

fn policy_of_tag(task: &StandaloneSpec) -> Option<(&str, StandalonePolicy)> {
    let policy = task.tags.get("ebb:standalone")?.parse().ok()?;
    Some((task.family.as_str(), policy))
}

fn standalone_tasks(scenario: &Scenario) -> impl Iterator<Item = &StandaloneSpec> {
    let started_later = scenario.happens.iter().filter_map(|step| match &step.what {
        Happening::RunTask { task } => Some(task),
        _ => None,
    });
    scenario.standalone.iter().chain(started_later)
}
