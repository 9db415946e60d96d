//! A small world around recorded events: their groups, hooks and instances, with a few tasks on each instance.
//!
//! The change that an event announces happens in the world too. Recorded times are moved to the virtual clock, because
//! ebb would ignore an event of last year.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sim::scenario::{
    ClusterSpec, GroupSpec, Happening, HookSpec, HookTransition, Length, Lengths, Scenario,
    ServiceSpec, StandaloneSpec, Step, Switches,
};

use super::arrivals::Arrivals;
use super::bodies::RecordedBody;
use super::instances::{RecordedGroup, RecordedInstances};
use super::messages::recorded_messages;
use super::schedule::FIRST;
use super::steps::RecordingSteps;

/// Fewest instances of a group, 3. Other instances must be able to run the tasks of one that leaves.
const INSTANCES: usize = 3;

/// Number of instances whose replica tasks belong to one service, 20. A pass of the scheduler reads all tasks of its
/// service.
const INSTANCES_OF_A_SERVICE: usize = 20;

/// Time after the last event within which the run must end, 7 days.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// Time from the start of a standalone task on a replacement to the first event of its instance, 2 min.
const STARTED_BEFORE: Duration = Duration::from_secs(120);

/// Hook of a group for which no event names a hook.
const HOOK: &str = "ebb";

/// Contents of the world around recorded events.
#[derive(Debug, Clone)]
pub struct SmallWorld {
    /// Replica tasks on each instance.
    pub replicas: usize,
    /// Daemon tasks on each instance.
    pub daemons: usize,
    /// Standalone tasks on each instance.
    pub standalone: usize,
    /// Run time of standalone tasks after their instance begins to leave.
    pub standalone_lasts: Lengths,
    /// Deregistration delay of the replica tasks' target group.
    pub deregistration_delay: Length,
    /// Heartbeat timeout of the lifecycle hook.
    pub heartbeat_timeout: Length,
}

impl Default for SmallWorld {
    /// Returns three replica tasks, a daemon task and a standalone task of five minutes on each instance.
    fn default() -> Self {
        Self {
            replicas: 3,
            daemons: 1,
            standalone: 1,
            standalone_lasts: Lengths::secs(300),
            deregistration_delay: Length::secs(30),
            heartbeat_timeout: Length::secs(3600),
        }
    }
}

/// World of a recording.
#[derive(Debug)]
pub(crate) struct RecordedWorld {
    /// World, its steps and the environment variables that the recording adds.
    pub(crate) scenario: Scenario,
    /// EC2 instances that the recording names.
    pub(crate) ec2_instances: BTreeSet<String>,
}

impl SmallWorld {
    /// Returns the world to which these messages come.
    pub(crate) fn around(&self, bodies: &[RecordedBody]) -> RecordedWorld {
        let texts: Vec<&str> = bodies.iter().map(|body| body.text.as_str()).collect();
        let messages = recorded_messages(&texts);
        let instances = RecordedInstances::of_messages(&messages);
        let arrivals = Arrivals::of_messages(&messages, &instances);
        let groups: Vec<GroupSpec> = instances
            .groups
            .iter()
            .map(|(name, group)| self.group(name, group, &instances, &arrivals))
            .collect();
        let sizes = groups.iter().map(|group| (group.name.clone(), group.instances)).collect();
        let mut happens = RecordingSteps::new(&instances, sizes).of_messages(&messages);
        happens.extend(groups.iter().flat_map(|group| self.later_tasks(group, &arrivals)));
        let last = happens.iter().map(|step| step.at.0).max().unwrap_or_default();
        let names = instances.clusters.iter().cloned();
        let scenario = Scenario {
            about: "Recorded events in a small world built around them.".to_owned(),
            limit: Length(last + LONGEST),
            environment: environment(&groups),
            switches: switches(),
            clusters: names.map(|name| ClusterSpec::named(&name)).collect(),
            services: self.services(&groups),
            standalone: self.standalone_tasks(&groups),
            groups,
            happens,
            ..Scenario::default()
        };
        let named = instances.by_id.into_iter().filter(|(_, it)| !it.is_invented);
        RecordedWorld { scenario, ec2_instances: named.map(|(id, _)| id).collect() }
    }

    fn group(
        &self,
        name: &str,
        group: &RecordedGroup,
        all: &RecordedInstances,
        arrivals: &Arrivals,
    ) -> GroupSpec {
        let ids: Vec<&String> =
            all.order.iter().filter(|id| all.group_of(id) == Some(name)).collect();
        let container_instances = ids.iter().filter_map(|id| {
            all.by_id[*id].container_instance.clone().map(|it| ((*id).clone(), it))
        });
        let container_instance_ids = container_instances.collect();
        let (launched, there): (Vec<&String>, Vec<&String>) = ids
            .into_iter()
            .filter(|id| !arrivals.contains(id))
            .partition(|id| all.by_id[*id].is_launched);
        let instances = INSTANCES.max(there.len() + 1);
        let hook = |name: &String, transition| HookSpec {
            heartbeat_timeout: self.heartbeat_timeout,
            transition,
            ..HookSpec::named(name)
        };
        let replacements = arrivals.of_group(name).iter().map(|(id, _)| id);
        let default = [HOOK.to_owned()];
        let hooks = if group.hooks.is_empty() { &default[..] } else { &group.hooks };
        let hooks = hooks.iter().map(|name| hook(name, HookTransition::Terminating));
        let launch_hooks = group.launch_hooks.iter();
        let launch_hooks = launch_hooks.map(|name| hook(name, HookTransition::Launching));
        GroupSpec {
            cluster: Some(group.cluster.clone()),
            hooks: hooks.chain(launch_hooks).collect(),
            container_instance_ids,
            max_size: Some(2 * (instances + launched.len())),
            instance_ids: there.into_iter().cloned().collect(),
            launch_ids: launched.into_iter().chain(replacements).cloned().collect(),
            ..GroupSpec::named(name, instances)
        }
    }

    fn services(&self, groups: &[GroupSpec]) -> Vec<ServiceSpec> {
        let mut instances: BTreeMap<&str, usize> = BTreeMap::new();
        for group in groups {
            *instances.entry(group.cluster.as_deref().unwrap_or_default()).or_default() +=
                group.instances;
        }
        let services = instances.into_iter().flat_map(|(cluster, instances)| {
            let daemon = ServiceSpec { daemon: true, ..ServiceSpec::named("agent", cluster) };
            let daemons = (1..=self.daemons)
                .map(move |n| ServiceSpec { name: format!("agent-{n}"), ..daemon.clone() });
            self.replica_services(cluster, instances).into_iter().chain(daemons)
        });
        services.collect()
    }

    /// Returns the replica services of a cluster. Together they have `replicas` tasks for each instance.
    fn replica_services(&self, cluster: &str, instances: usize) -> Vec<ServiceSpec> {
        if self.replicas == 0 {
            return Vec::new();
        }
        let count = instances.div_ceil(INSTANCES_OF_A_SERVICE);
        let service = |n: usize| {
            let of_this = instances / count + usize::from(n < instances % count);
            let name = if count == 1 { "api".to_owned() } else { format!("api-{}", n + 1) };
            ServiceSpec {
                desired: self.replicas * of_this,
                deregistration_delay: Some(self.deregistration_delay),
                ..ServiceSpec::named(&name, cluster)
            }
        };
        (0..count).map(service).collect()
    }

    fn standalone_tasks(&self, groups: &[GroupSpec]) -> Vec<StandaloneSpec> {
        let on_each = |group: &GroupSpec| self.imports(group, &format!("each:{}", group.name));
        groups.iter().filter_map(on_each).collect()
    }

    /// Returns the steps that start the standalone tasks of a group's replacements.
    fn later_tasks(&self, group: &GroupSpec, arrivals: &Arrivals) -> Vec<Step> {
        let step = |(id, event): &(String, Duration)| {
            let task = self.imports(group, id)?;
            let what = Happening::Background { what: Box::new(Happening::RunTask { task }) };
            Some(Step { at: Length(FIRST + *event - STARTED_BEFORE), what })
        };
        arrivals.of_group(&group.name).iter().filter_map(step).collect()
    }

    /// Returns the standalone tasks on an instance, or on each instance of a group.
    fn imports(&self, group: &GroupSpec, on: &str) -> Option<StandaloneSpec> {
        let cluster = group.cluster.as_deref().unwrap_or_default();
        let tasks = StandaloneSpec {
            count: self.standalone,
            runs_on: Some(self.standalone_lasts.clone()),
            ..StandaloneSpec::named("import", cluster, on)
        };
        (self.standalone > 0).then_some(tasks)
    }
}

/// Returns the variables that the hooks of a recording need.
fn environment(groups: &[GroupSpec]) -> BTreeMap<String, String> {
    let names = |transition: HookTransition| {
        let hooks = groups.iter().flat_map(|group| &group.hooks);
        let names = hooks.filter(|hook| hook.transition == transition);
        names.map(|hook| hook.name.as_str()).collect::<BTreeSet<_>>()
    };
    let (terminating, launching) =
        (names(HookTransition::Terminating), names(HookTransition::Launching));
    let mut environment = BTreeMap::new();
    let mut add = |variable: &str, names: BTreeSet<&str>| {
        let names = Vec::from_iter(names).join(",");
        environment.insert(variable.to_owned(), names);
    };
    if terminating.iter().any(|name| *name != HOOK) {
        add("EBB_HOOKS", terminating);
    }
    if !launching.is_empty() {
        add("EBB_LAUNCH_HOOKS", launching);
    }
    environment
}

/// Returns switches that make a launch reach its hook before its recorded event comes.
fn switches() -> Switches {
    Switches {
        autoscaling_reaction: Lengths::secs(1),
        ec2_start: Lengths::secs(5),
        ..Switches::default()
    }
}

#[cfg(test)]
mod tests;
