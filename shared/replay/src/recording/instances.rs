//! EC2 instances of a recording: the group, the cluster and the container instance of each, from all of its events.

use std::collections::{BTreeMap, BTreeSet};

use drain::signal::{LifecycleAction, Signal, Transition};

use super::arn::last_part;
use super::messages::RecordedMessage;

/// Name of the cluster and group for instances whose cluster or group no event names.
pub(super) const NAME: &str = "recorded";

/// Longest name of a group.
const LONGEST_NAME: usize = 255;

/// An EC2 instance of a recording.
#[derive(Debug, Clone, Default)]
pub(super) struct RecordedInstance {
    pub(super) group: String,
    /// Id of the container instance.
    pub(super) container_instance: Option<String>,
    /// True if the first event of the instance is its launch.
    pub(super) is_launched: bool,
    /// True if no event names the EC2 instance, only its container instance.
    pub(super) is_invented: bool,
    cluster: Option<String>,
}

/// A group of a recording.
#[derive(Debug, Clone, Default)]
pub(super) struct RecordedGroup {
    pub(super) cluster: String,
    /// Names of the terminating hooks, in the order of their first events.
    pub(super) hooks: Vec<String>,
    /// Names of the launching hooks.
    pub(super) launch_hooks: Vec<String>,
}

/// Everything that the events of a recording say about instances and groups.
#[derive(Debug, Default)]
pub(super) struct RecordedInstances {
    /// Instances by id.
    pub(super) by_id: BTreeMap<String, RecordedInstance>,
    /// Ids in the order of their first events.
    pub(super) order: Vec<String>,
    /// Groups by name.
    pub(super) groups: BTreeMap<String, RecordedGroup>,
    /// Clusters that events name.
    pub(super) clusters: BTreeSet<String>,
    /// EC2 instances by the ids of their container instances.
    by_container_instance: BTreeMap<String, String>,
}

impl RecordedInstances {
    /// Collects the instances of all messages.
    pub(super) fn of_messages(messages: &[RecordedMessage]) -> Self {
        let mut found = Self::default();
        let signals = || messages.iter().filter_map(|message| message.signal.as_ref());
        signals().for_each(|signal| found.add(signal));
        let known = found.by_id.values().filter_map(|it| it.container_instance.clone());
        let mut known: BTreeSet<String> = known.collect();
        for signal in signals() {
            if let Signal::TaskStopped(stopped) = signal {
                let id = last_part(&stopped.container_instance).to_owned();
                if known.insert(id.clone()) {
                    found.add_invented(id, last_part(&stopped.cluster));
                }
            }
        }
        found.place();
        let of_ecs = found.by_id.iter().filter_map(|(id, it)| {
            it.container_instance.as_ref().map(|container_instance| (container_instance, id))
        });
        found.by_container_instance = of_ecs.map(|(it, id)| (it.clone(), id.clone())).collect();
        found
    }

    /// Returns the EC2 instance of a container instance.
    pub(super) fn of_container_instance(&self, arn: &str) -> Option<&str> {
        self.by_container_instance.get(last_part(arn)).map(String::as_str)
    }

    /// Returns the group of an EC2 instance.
    pub(super) fn group_of(&self, ec2_instance: &str) -> Option<&str> {
        self.by_id.get(ec2_instance).map(|instance| instance.group.as_str())
    }

    /// Returns true if the recording has launches of a group.
    pub(super) fn has_launches(&self, group: &str) -> bool {
        self.groups.get(group).is_some_and(|group| !group.launch_hooks.is_empty())
    }

    fn add(&mut self, signal: &Signal) {
        match signal {
            Signal::LifecycleAction(action) => self.add_action(action),
            Signal::SpotInterruption { ec2_instance, .. }
            | Signal::RebalanceRecommendation { ec2_instance, .. }
            | Signal::Ec2InstanceState { ec2_instance, .. } => {
                self.instance(ec2_instance);
            }
            Signal::ScheduledChange { ec2_instances, .. } => self.add_all(ec2_instances),
            Signal::TaskStopped(stopped) => {
                self.clusters.insert(last_part(&stopped.cluster).to_owned());
            }
            Signal::PlacementFailure(failure) => {
                self.clusters.insert(last_part(&failure.cluster).to_owned());
            }
            Signal::ContainerInstance(change) => {
                let cluster = last_part(&change.cluster).to_owned();
                self.clusters.insert(cluster.clone());
                let Some(id) = &change.ec2_instance else { return };
                let container_instance = last_part(&change.container_instance).to_owned();
                let instance = self.instance(id);
                instance.cluster.get_or_insert(cluster);
                instance.container_instance.get_or_insert(container_instance);
            }
            Signal::Recheck(recheck) => self.add_all(&recheck.ec2_instances),
            Signal::StopPlan(plan) => {
                self.clusters.insert(last_part(&plan.cluster).to_owned());
                self.instance(&plan.ec2_instance);
            }
            Signal::Sweep { .. } => {}
        }
    }

    fn add_action(&mut self, action: &LifecycleAction) {
        let launching = action.transition == Transition::Launching;
        let is_new = !self.by_id.contains_key(&action.ec2_instance);
        let instance = self.instance(&action.ec2_instance);
        instance.is_launched |= is_new && launching && !action.to_warm_pool;
        if instance.group.is_empty() {
            instance.group.clone_from(&action.group);
        }
        let group = self.groups.entry(action.group.clone()).or_default();
        let hooks = if launching { &mut group.launch_hooks } else { &mut group.hooks };
        if !hooks.contains(&action.hook) {
            hooks.push(action.hook.clone());
        }
    }

    fn add_all(&mut self, ids: &[String]) {
        for id in ids {
            self.instance(id);
        }
    }

    fn instance(&mut self, id: &str) -> &mut RecordedInstance {
        if !self.by_id.contains_key(id) {
            self.order.push(id.to_owned());
        }
        self.by_id.entry(id.to_owned()).or_default()
    }

    /// Adds the EC2 instance of a container instance that only events of tasks name.
    fn add_invented(&mut self, container_instance: String, cluster: &str) {
        let digits = container_instance.chars().filter(char::is_ascii_hexdigit);
        let digits: String =
            digits.flat_map(char::to_lowercase).chain("0".repeat(17).chars()).take(17).collect();
        let instance = self.instance(&format!("i-{digits}"));
        instance.is_invented = true;
        instance.cluster = Some(cluster.to_owned());
        instance.container_instance = Some(container_instance);
    }

    /// Gives every instance a group, and every group a cluster.
    fn place(&mut self) {
        let only = self.clusters.first().filter(|_| self.clusters.len() == 1).cloned();
        for instance in self.by_id.values_mut() {
            if instance.group.is_empty() {
                let cluster = instance.cluster.clone().or(only.clone());
                instance.group = group_of_cluster(cluster.as_deref(), only.as_deref());
            }
            let group = self.groups.entry(instance.group.clone()).or_default();
            if group.cluster.is_empty() {
                group.cluster = instance.cluster.clone().unwrap_or_default();
            }
        }
        if self.groups.is_empty() {
            self.groups.insert(NAME.to_owned(), RecordedGroup::default());
        }
        for group in self.groups.values_mut().filter(|group| group.cluster.is_empty()) {
            group.cluster = only.clone().unwrap_or_else(|| NAME.to_owned());
        }
    }
}

/// Returns the name of the group for instances of a cluster whose group no event names.
fn group_of_cluster(cluster: Option<&str>, only: Option<&str>) -> String {
    match cluster {
        Some(cluster) if only.is_none() => {
            format!("{NAME}-{cluster}").chars().take(LONGEST_NAME).collect()
        }
        _ => NAME.to_owned(),
    }
}
