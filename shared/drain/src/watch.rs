//! What a warm process remembers between messages so that most task events need no call.
//!
//! A look is worth its calls when the last task can have gone. Two kinds of event tell of that: a task that
//! took STOPPED, and a container instance that changed while no task was counted on it any more, as it does
//! when a stopped task frees its resources. Several processes share the events between them, so that either
//! kind may come without the other.

mod watched;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::attribute::DrainAttribute;

use crate::limits::{DRAINING_LIST_AGE, FORGET_INSTANCE};
use crate::signal::{ContainerInstanceChange, TaskStopped};
use watched::Watched;

/// What is known of container instances without asking. It only saves calls: an empty one leads to the same decisions.
#[derive(Debug, Default)]
pub struct Watch {
    instances: BTreeMap<String, Watched>,
    /// Container instances of which only stopped tasks spoke: their clusters, and the tasks.
    unknown: BTreeMap<String, (String, BTreeSet<String>)>,
    /// When a cluster was last asked about.
    asked: BTreeMap<String, Timestamp>,
    /// What drains in a cluster, and when that was listed.
    sets: BTreeMap<String, (BTreeSet<String>, Timestamp)>,
}

/// A container instance that is worth a look.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Its ARN.
    pub container_instance: String,
    /// The ARN of its cluster.
    pub cluster: String,
    /// Its EC2 instance, where an event or a description told it.
    pub ec2_instance: Option<String>,
}

/// What must be asked about a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterQuery {
    /// What these container instances are.
    Describe(Vec<String>),
    /// Which container instances drain.
    List,
}

/// A draining container instance, as a description told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrainingInstance {
    /// Its ARN.
    pub container_instance: String,
    /// Its EC2 instance.
    pub ec2_instance: Option<String>,
    /// `runningTasksCount` + `pendingTasksCount`.
    pub tasks: u32,
}

impl Watch {
    /// Hears that a container instance changed. An older version than one heard before changes nothing.
    pub fn container_instance_changed(
        &mut self,
        change: &ContainerInstanceChange,
        settle_time: Duration,
        now: Timestamp,
    ) {
        if change.status != "DRAINING" {
            self.instances.remove(&change.container_instance);
            return;
        }
        self.unknown.remove(&change.container_instance);
        self.forget_if_stopped(change);
        let watched = self.watched(&change.container_instance, &change.cluster, now);
        if change.version <= watched.version {
            return;
        }
        if may_report_the_last_task(change, settle_time, now) {
            watched.freed += 1;
        }
        watched.version = change.version;
        watched.counted = change.tasks;
        watched.ec2_instance = change.ec2_instance.clone();
    }

    /// One that was let go and whose agent is away is stopped, or terminated: should it come back, out of a
    /// warm pool, it begins anew.
    fn forget_if_stopped(&mut self, change: &ContainerInstanceChange) {
        let completed =
            self.instances.get(&change.container_instance).is_some_and(|watched| watched.completed);
        if completed && !change.agent_connected {
            self.instances.remove(&change.container_instance);
        }
    }

    /// Hears that a task stopped.
    pub fn task_stopped(&mut self, stopped: &TaskStopped, now: Timestamp) {
        match self.instances.get_mut(&stopped.container_instance) {
            Some(watched) => {
                watched.stopped.insert(stopped.task.clone());
                watched.updated_at = now;
            }
            // ECS sends a change of the container instance as well when a task that was to run took STOPPED (ECS
            // developer guide, ecs_container_instance_events): that one tells what is left, at no call.
            None if stopped.ended_by_itself => {}
            None => {
                let nothing = || (stopped.cluster.clone(), BTreeSet::new());
                let (_, tasks) =
                    self.unknown.entry(stopped.container_instance.clone()).or_insert_with(nothing);
                tasks.insert(stopped.task.clone());
            }
        }
    }

    /// What must be asked about container instances of which only stopped tasks spoke. A process that asks about a
    /// cluster for the first time has all of it listed and described, and knows what drains from then on; later a few
    /// are described, and where that happened a moment ago, the cluster is listed again.
    pub fn queries(&mut self, now: Timestamp) -> BTreeMap<String, ClusterQuery> {
        self.drop_what_does_not_drain(now);
        let mut asks: BTreeMap<String, ClusterQuery> = BTreeMap::new();
        for (arn, (cluster, _)) in &self.unknown {
            let listed = self.sets.get(cluster).is_some_and(|(_, at)| is_young(*at, now));
            let asked = self.asked.get(cluster).is_none_or(|at| is_young(*at, now));
            if asked && !listed {
                asks.insert(cluster.clone(), ClusterQuery::List);
            } else if let ClusterQuery::Describe(arns) =
                asks.entry(cluster.clone()).or_insert(ClusterQuery::Describe(Vec::new()))
            {
                arns.push(arn.clone());
            }
        }
        asks
    }

    /// Hears what drains in a cluster. Those that must be described to be known are returned.
    pub fn listed(&mut self, cluster: &str, members: Vec<String>, now: Timestamp) -> Vec<String> {
        let unknown =
            members.iter().filter(|arn| !self.instances.contains_key(*arn)).cloned().collect();
        self.asked.insert(cluster.to_owned(), now);
        self.sets.insert(cluster.to_owned(), (members.into_iter().collect(), now));
        self.drop_what_does_not_drain(now);
        unknown
    }

    /// Hears which of the container instances that were asked about drain; the others are of no concern. Those on which
    /// nothing is counted any more are returned: another process has most likely heard more of them, so that they are
    /// worth a look only if nothing came of that.
    pub fn described(
        &mut self,
        cluster: &str,
        asked: &[String],
        draining: &[DrainingInstance],
        now: Timestamp,
    ) -> Vec<Candidate> {
        self.asked.insert(cluster.to_owned(), now);
        let spoken_of: BTreeSet<&String> =
            asked.iter().filter(|arn| self.unknown.remove(*arn).is_some()).collect();
        for it in draining {
            let watched = self.watched(&it.container_instance, cluster, now);
            watched.ec2_instance = it.ec2_instance.clone();
            watched.counted = Some(it.tasks);
        }
        let empty = draining
            .iter()
            .filter(|it| it.tasks == 0 && spoken_of.contains(&it.container_instance));
        empty
            .map(|it| {
                self.watched(&it.container_instance, cluster, now).candidate(&it.container_instance)
            })
            .collect()
    }

    /// Container instances on which the last task may have stopped since they were looked at.
    pub fn candidates(&mut self, now: Timestamp) -> Vec<Candidate> {
        let old = |watched: &Watched| {
            now.duration_since(watched.updated_at).unsigned_abs() >= FORGET_INSTANCE
        };
        self.instances.retain(|_, watched| !old(watched));
        let ready = self.instances.iter().filter(|(_, watched)| watched.may_be_empty());
        ready.map(|(arn, watched)| watched.candidate(arn)).collect()
    }

    /// Hears what a look saw: the count of ECS, and the tasks that are not STOPPED if they were listed.
    pub fn checked(
        &mut self,
        it: &DrainingInstance,
        cluster: &str,
        remaining: Option<BTreeSet<String>>,
        now: Timestamp,
    ) {
        let watched = self.watched(&it.container_instance, cluster, now);
        watched.ec2_instance = it.ec2_instance.clone();
        watched.counted = Some(it.tasks);
        watched.remaining = remaining;
        watched.stopped.clear();
        watched.freed = 0;
    }

    /// Hears that the lifecycle action of a container instance is completed: what is still to be heard of it, it is let
    /// go.
    pub fn completed(&mut self, container_instance: &str, cluster: &str, now: Timestamp) {
        self.watched(container_instance, cluster, now).completed = true;
    }

    /// Hears that a container instance does not drain, or is gone.
    pub fn forget(&mut self, container_instance: &str) {
        self.instances.remove(container_instance);
    }

    /// Hears that there is no such cluster: nothing of it is asked for any more.
    pub fn cluster_is_gone(&mut self, cluster: &str) {
        self.unknown.retain(|_, (of, _)| of != cluster);
        self.instances.retain(|_, watched| watched.cluster != cluster);
    }

    /// Whether a container instance is known to drain.
    pub fn is_draining(&self, container_instance: &str) -> bool {
        self.instances.contains_key(container_instance)
    }

    fn watched(&mut self, arn: &str, cluster: &str, now: Timestamp) -> &mut Watched {
        let watched =
            self.instances.entry(arn.to_owned()).or_insert_with(|| Watched::new(cluster, now));
        watched.updated_at = now;
        watched
    }

    /// What a young list of its cluster does not name does not drain.
    fn drop_what_does_not_drain(&mut self, now: Timestamp) {
        let sets = &self.sets;
        let drains = |arn: &String, cluster: &String| match sets.get(cluster) {
            Some((members, at)) if is_young(*at, now) => members.contains(arn),
            _ => true,
        };
        self.unknown.retain(|arn, (cluster, _)| drains(arn, cluster));
    }
}

/// Whether a change may be that of the last task's end. Not while the agent is away, which tells of none then; and not
/// before the drain is ours and settled: whoever began it looks once more by himself.
fn may_report_the_last_task(
    change: &ContainerInstanceChange,
    settle_time: Duration,
    now: Timestamp,
) -> bool {
    let attribute = change.attribute.as_deref().and_then(DrainAttribute::parse);
    let settled = attribute.and_then(|attribute| attribute.draining_since).is_some_and(|since| {
        now.duration_since(since) >= SignedDuration::try_from(settle_time).unwrap_or_default()
    });
    settled && change.agent_connected && change.tasks == Some(0)
}

fn is_young(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at).unsigned_abs() <= DRAINING_LIST_AGE
}

#[cfg(test)]
mod tests;
