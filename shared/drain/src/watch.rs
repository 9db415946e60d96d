//! Watch of a warm process over DRAINING container instances. It spares a call for most task events.
//!
//! A check is worth its calls once the last task may have stopped. Two kinds of event show that. A task becomes
//! STOPPED, or a container instance changes and counts no task, as it does when a stopped task frees its resources.
//! Several processes share the events of a queue, so a process may receive one kind without the other.

mod watched_instance;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::attribute::DrainAttribute;
use crate::limits::{DRAINING_LIST_AGE, FORGET_INSTANCE};
use crate::signal::{ContainerInstanceChange, TaskStopped};
use watched_instance::WatchedInstance;

/// Container instances that a process knows from events. A watch only saves calls: without one, decisions are the same.
#[derive(Debug, Default)]
pub struct Watch {
    /// DRAINING container instances by ARN.
    instances: BTreeMap<String, WatchedInstance>,
    /// Container instances that are known only from stopped tasks: the cluster and the tasks of each.
    undescribed: BTreeMap<String, (String, BTreeSet<String>)>,
    /// Time of the latest query of each cluster.
    queried_at: BTreeMap<String, Timestamp>,
    /// DRAINING container instances of each cluster, with the time of the list.
    draining_lists: BTreeMap<String, (BTreeSet<String>, Timestamp)>,
}

/// A container instance to check, because it may be empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// ARN of the container instance.
    pub container_instance: String,
    /// ARN of its cluster.
    pub cluster: String,
    /// Id of its EC2 instance, if an event or a description named it.
    pub ec2_instance: Option<String>,
}

/// A query about the container instances of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterQuery {
    /// A description of these container instances.
    Describe(Vec<String>),
    /// A list of the DRAINING container instances.
    List,
}

/// A DRAINING container instance, from its description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrainingInstance {
    /// ARN of the container instance.
    pub container_instance: String,
    /// Id of its EC2 instance.
    pub ec2_instance: Option<String>,
    /// `runningTasksCount` + `pendingTasksCount`.
    pub tasks: u32,
    /// True unless `ebb.drain` says that the drain does not end with the last task.
    pub awaited: bool,
}

impl Watch {
    /// Records an event about a container instance. An older version than the latest one changes nothing.
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
        self.undescribed.remove(&change.container_instance);
        self.forget_if_stopped(change);
        let watched = self.watched(&change.container_instance, &change.cluster, now);
        if change.version <= watched.version {
            return;
        }
        if may_report_the_last_task(change, settle_time, now) {
            watched.empty_changes += 1;
            watched.is_free = change.holds_resources == Some(false);
        }
        if change.holds_resources == Some(true) {
            watched.held_at = watched.held_at.max(Some(change.at));
        }
        let attribute = change.attribute.as_deref().and_then(DrainAttribute::parse);
        watched.awaited = attribute.is_none_or(|attribute| attribute.awaits_the_last_task());
        watched.version = change.version;
        watched.task_count = change.tasks;
        watched.ec2_instance = change.ec2_instance.clone();
    }

    /// Forgets a container instance that has stopped: its lifecycle action is completed and its agent disconnected.
    ///
    /// The instance may return from a warm pool. Then its watch begins anew.
    fn forget_if_stopped(&mut self, change: &ContainerInstanceChange) {
        let completed =
            self.instances.get(&change.container_instance).is_some_and(|watched| watched.completed);
        if completed && !change.agent_connected {
            self.instances.remove(&change.container_instance);
        }
    }

    /// Records the event of a stopped task.
    pub fn task_stopped(&mut self, stopped: &TaskStopped, now: Timestamp) {
        match self.instances.get_mut(&stopped.container_instance) {
            Some(watched) => {
                watched.task_stopped(stopped);
                watched.updated_at = now;
            }
            // ECS also sends a change of the container instance if a task stops that should have run (ECS developer guide,
            // ecs_container_instance_events). That event has the count of the tasks that are left, without a call.
            None if stopped.ended_by_itself => {}
            None => {
                let nothing = || (stopped.cluster.clone(), BTreeSet::new());
                let (_, tasks) = self
                    .undescribed
                    .entry(stopped.container_instance.clone())
                    .or_insert_with(nothing);
                tasks.insert(stopped.task.clone());
            }
        }
    }

    /// Returns the queries about container instances that are known only from stopped tasks.
    ///
    /// The first query of a cluster lists all its DRAINING container instances. Later queries describe a few. A cluster
    /// that was queried a moment ago is listed again.
    pub fn queries(&mut self, now: Timestamp) -> BTreeMap<String, ClusterQuery> {
        self.drop_not_draining(now);
        let mut queries: BTreeMap<String, ClusterQuery> = BTreeMap::new();
        for (arn, (cluster, _)) in &self.undescribed {
            let listed = self.draining_lists.get(cluster).is_some_and(|(_, at)| is_young(*at, now));
            let queried = self.queried_at.get(cluster).is_none_or(|at| is_young(*at, now));
            if queried && !listed {
                queries.insert(cluster.clone(), ClusterQuery::List);
            } else if let ClusterQuery::Describe(arns) =
                queries.entry(cluster.clone()).or_insert(ClusterQuery::Describe(Vec::new()))
            {
                arns.push(arn.clone());
            }
        }
        queries
    }

    /// Records the list of the DRAINING container instances of a cluster. Returns those that must be described.
    pub fn listed(&mut self, cluster: &str, members: Vec<String>, now: Timestamp) -> Vec<String> {
        let unknown =
            members.iter().filter(|arn| !self.instances.contains_key(*arn)).cloned().collect();
        self.queried_at.insert(cluster.to_owned(), now);
        self.draining_lists.insert(cluster.to_owned(), (members.into_iter().collect(), now));
        self.drop_not_draining(now);
        unknown
    }

    /// Records the descriptions of the queried container instances that are DRAINING, and drops the others.
    ///
    /// Returns the ones on which no task is counted. Another process has probably received more events about them. The
    /// caller checks them later, in case that process does nothing.
    pub fn described(
        &mut self,
        cluster: &str,
        queried: &[String],
        draining: &[DrainingInstance],
        now: Timestamp,
    ) -> Vec<Candidate> {
        self.queried_at.insert(cluster.to_owned(), now);
        let with_stopped_tasks: BTreeSet<&String> =
            queried.iter().filter(|arn| self.undescribed.remove(*arn).is_some()).collect();
        for it in draining {
            let watched = self.watched(&it.container_instance, cluster, now);
            watched.update(it);
        }
        let empty = draining.iter().filter(|it| {
            it.tasks == 0 && it.awaited && with_stopped_tasks.contains(&it.container_instance)
        });
        empty
            .map(|it| {
                self.watched(&it.container_instance, cluster, now).candidate(&it.container_instance)
            })
            .collect()
    }

    /// Returns the container instances on which the last task may have stopped since the last check, and begins their
    /// checks. Call [`Self::checked`] or [`Self::check_failed`] for each.
    pub fn candidates(&mut self, now: Timestamp) -> Vec<Candidate> {
        let old = |watched: &WatchedInstance| {
            now.duration_since(watched.updated_at).unsigned_abs() >= FORGET_INSTANCE
        };
        self.instances.retain(|_, watched| !old(watched));
        let ready = self.instances.iter_mut().filter(|(_, watched)| watched.may_be_empty());
        let begin = |(arn, watched): (&String, &mut WatchedInstance)| {
            watched.begin_check();
            watched.candidate(arn)
        };
        ready.map(begin).collect()
    }

    /// Records the result of a check: the count of ECS, and the tasks that are not STOPPED if they were listed.
    pub fn checked(
        &mut self,
        it: &DrainingInstance,
        cluster: &str,
        remaining: Option<BTreeSet<String>>,
        now: Timestamp,
    ) {
        let watched = self.watched(&it.container_instance, cluster, now);
        watched.update(it);
        watched.remaining = remaining;
        watched.stopped.clear();
        watched.begin_check();
    }

    /// Records that a check has failed. The instance is a candidate again, because its events are known already.
    pub fn check_failed(&mut self, container_instance: &str) {
        if let Some(watched) = self.instances.get_mut(container_instance) {
            watched.check_failed = true;
        }
    }

    /// Records that the lifecycle action of a container instance is completed. Later events make it no candidate.
    pub fn completed(&mut self, container_instance: &str, cluster: &str, now: Timestamp) {
        self.watched(container_instance, cluster, now).completed = true;
    }

    /// Forgets a container instance that is not DRAINING, or is gone.
    pub fn forget(&mut self, container_instance: &str) {
        self.instances.remove(container_instance);
    }

    /// Forgets the container instances of a cluster that no longer exists, or that ebb may not read.
    pub fn forget_cluster(&mut self, cluster: &str) {
        self.undescribed.retain(|_, (of, _)| of != cluster);
        self.instances.retain(|_, watched| watched.cluster != cluster);
    }

    /// Returns true if a container instance is known to be DRAINING.
    pub fn is_draining(&self, container_instance: &str) -> bool {
        self.instances.contains_key(container_instance)
    }

    fn watched(&mut self, arn: &str, cluster: &str, now: Timestamp) -> &mut WatchedInstance {
        let watched = self
            .instances
            .entry(arn.to_owned())
            .or_insert_with(|| WatchedInstance::new(cluster, now));
        watched.updated_at = now;
        watched
    }

    /// Drops container instances that a young list of their cluster does not name. They are not DRAINING.
    fn drop_not_draining(&mut self, now: Timestamp) {
        let lists = &self.draining_lists;
        let may_drain = |arn: &String, cluster: &String| match lists.get(cluster) {
            Some((members, at)) if is_young(*at, now) => members.contains(arn),
            _ => true,
        };
        self.undescribed.retain(|arn, (cluster, _)| may_drain(arn, cluster));
    }
}

/// Returns true if a change may be the end of the last task.
///
/// A task that has begun to stop is in no count, but it holds resources. A disconnected agent reports no end. Before the settle
/// time has passed, the process that began the drain sends a recheck anyway. Without a start in `ebb.drain` the drain is not
/// ebb's.
fn may_report_the_last_task(
    change: &ContainerInstanceChange,
    settle_time: Duration,
    now: Timestamp,
) -> bool {
    let attribute = change.attribute.as_deref().and_then(DrainAttribute::parse);
    let settled = attribute.and_then(|attribute| attribute.draining_since).is_some_and(|since| {
        now.duration_since(since) >= SignedDuration::try_from(settle_time).unwrap_or_default()
    });
    let may_be_free = change.holds_resources != Some(true);
    settled && change.agent_connected && change.tasks == Some(0) && may_be_free
}

fn is_young(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at).unsigned_abs() <= DRAINING_LIST_AGE
}

#[cfg(test)]
mod tests;
