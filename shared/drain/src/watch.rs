//! What a warm process remembers between messages so that most task events need no call.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::signal::{ContainerInstanceChange, TaskStopped};

/// How old the set of draining container instances of a cluster may be. A drain that is younger is found by the settle
/// look and the sweep.
pub const SET_AGE: Duration = Duration::from_secs(5);

/// How long nothing is heard of a container instance before it is forgotten.
const FORGET_AFTER: Duration = Duration::from_secs(2 * 3600);

/// What is known of container instances without asking. It only saves calls: an empty one leads to the same decisions.
#[derive(Debug, Default)]
pub struct Watch {
    instances: BTreeMap<String, Watched>,
    sets: BTreeMap<String, DrainingSet>,
}

#[derive(Debug)]
struct DrainingSet {
    members: BTreeSet<String>,
    at: Timestamp,
}

/// One container instance that is, or was a moment ago, DRAINING.
#[derive(Debug)]
struct Watched {
    cluster: String,
    ec2_instance: Option<String>,
    draining: bool,
    version: i64,
    /// Tasks that ECS counts, as of `version`.
    counted: Option<u32>,
    /// Tasks that were not STOPPED at the last look, less those that stopped since.
    remaining: Option<BTreeSet<String>>,
    /// A task stopped since the last look.
    stopped_since: bool,
    heard_at: Timestamp,
}

/// A container instance that is worth a look.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Its ARN.
    pub container_instance: String,
    /// The ARN of its cluster.
    pub cluster: String,
    /// Its EC2 instance, where an event told it.
    pub ec2_instance: Option<String>,
}

impl Watch {
    /// Hears that a container instance changed. An older version than one heard before changes nothing.
    pub fn container_instance_changed(&mut self, change: &ContainerInstanceChange, now: Timestamp) {
        let draining = change.status == "DRAINING";
        if !draining && !self.instances.contains_key(&change.container_instance) {
            return;
        }
        let watched = self.watched(&change.container_instance, &change.cluster, now);
        if change.version < watched.version {
            return;
        }
        watched.version = change.version;
        watched.draining = draining;
        watched.counted = change.tasks;
        watched.ec2_instance = change.ec2_instance.clone();
    }

    /// Hears that a task stopped.
    pub fn task_stopped(&mut self, stopped: &TaskStopped, now: Timestamp) {
        let watched = self.watched(&stopped.container_instance, &stopped.cluster, now);
        watched.stopped_since = true;
        if let Some(remaining) = &mut watched.remaining {
            remaining.remove(&stopped.task);
        }
    }

    /// Clusters whose set of draining container instances must be asked for, because a task stopped on one that no
    /// event and no set younger than [`SET_AGE`] spoke of.
    pub fn clusters_to_ask(&self, now: Timestamp) -> BTreeSet<String> {
        let unknown =
            self.instances.values().filter(|watched| watched.stopped_since && !watched.draining);
        unknown
            .filter(|watched| self.set_is_old(&watched.cluster, now))
            .map(|watched| watched.cluster.clone())
            .collect()
    }

    /// Hears which container instances of a cluster are DRAINING. What is not among them is not ours to follow.
    pub fn draining_in(&mut self, cluster: &str, members: BTreeSet<String>, now: Timestamp) {
        self.sets.insert(cluster.to_owned(), DrainingSet { members, at: now });
    }

    /// Container instances on which the last task may have stopped since they were looked at.
    pub fn to_look_at(&mut self, now: Timestamp) -> Vec<Candidate> {
        self.settle_unknown(now);
        let ready = self.instances.iter().filter(|(_, watched)| watched.may_be_empty());
        ready
            .map(|(arn, watched)| Candidate {
                container_instance: arn.clone(),
                cluster: watched.cluster.clone(),
                ec2_instance: watched.ec2_instance.clone(),
            })
            .collect()
    }

    /// Hears what a look saw: the count of ECS, and the tasks that are not STOPPED if they were listed.
    pub fn looked_at(
        &mut self,
        container_instance: &str,
        counted: u32,
        remaining: Option<BTreeSet<String>>,
        now: Timestamp,
    ) {
        if let Some(watched) = self.instances.get_mut(container_instance) {
            watched.counted = Some(counted);
            watched.remaining = remaining;
            watched.stopped_since = false;
            watched.draining = true;
            watched.heard_at = now;
        }
    }

    /// Hears that a container instance needs no more looks.
    pub fn forget(&mut self, container_instance: &str) {
        self.instances.remove(container_instance);
    }

    fn watched(&mut self, arn: &str, cluster: &str, now: Timestamp) -> &mut Watched {
        let watched = self.instances.entry(arn.to_owned()).or_insert_with(|| Watched {
            cluster: cluster.to_owned(),
            ec2_instance: None,
            draining: false,
            version: i64::MIN,
            counted: None,
            remaining: None,
            stopped_since: false,
            heard_at: now,
        });
        watched.heard_at = now;
        watched
    }

    fn set_is_old(&self, cluster: &str, now: Timestamp) -> bool {
        let young = |set: &DrainingSet| now.duration_since(set.at).unsigned_abs() <= SET_AGE;
        !self.sets.get(cluster).is_some_and(young)
    }

    /// Container instances that only a stopped task spoke of: draining ones stay, the others are dropped.
    fn settle_unknown(&mut self, now: Timestamp) {
        let sets = &self.sets;
        self.instances.retain(|arn, watched| {
            let fresh = sets.get(&watched.cluster);
            if !watched.draining && watched.stopped_since {
                watched.draining = fresh.is_some_and(|set| set.members.contains(arn));
            }
            watched.draining && now.duration_since(watched.heard_at).unsigned_abs() < FORGET_AFTER
        });
    }
}

impl Watched {
    /// Whether the last task may have gone: one stopped, and neither the count nor the last look speaks of another.
    fn may_be_empty(&self) -> bool {
        let none_remaining = self.remaining.as_ref().is_none_or(BTreeSet::is_empty);
        self.stopped_since && self.counted.unwrap_or(0) == 0 && none_remaining
    }
}

#[cfg(test)]
mod tests;
