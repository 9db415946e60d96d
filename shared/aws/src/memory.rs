//! What a warm process keeps between batches. It only saves calls: a process that remembers nothing decides the same,
//! but that it makes up for heartbeats which another sweep may have sent.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::attribute::RememberedAction;
use drain::limits::LONGEST_RECHECK;
use drain::note::Note;
use drain::observation::{Activities, Group, Hook};
use drain::signal::TaskStopped;
use drain::stop_time::Container;
use drain::task::{Service, Task};
use drain::watch::Watch;
use jiff::Timestamp;

use crate::decision_fingerprint::DecisionFingerprint;
use crate::observe::groups::GroupAnswer;

/// How long settings are believed: hooks, groups, services and clusters change by deployments, and a drain that meets
/// an old setting for some minutes meets the one that held when it began.
const SETTINGS_AGE: Duration = Duration::from_secs(300);
/// For ever, in the life of a process: what never changes.
const FOR_EVER: Duration = Duration::from_secs(365 * 86_400);
/// Auto Scaling groups per Region (EC2 Auto Scaling quotas: 500 by default).
const GROUPS: usize = 2_000;
/// Services met on draining instances.
const SERVICES: usize = 5_000;
/// Revisions of task definitions met on draining instances.
const TASK_DEFINITIONS: usize = 2_000;
/// Tasks seen STOPPED; ECS lists each for an hour or longer.
const STOPPED_TASKS: usize = 20_000;
/// Instances followed at a time; container instances per cluster are limited to 5000 (ECS quotas).
const INSTANCES: usize = 10_000;

/// Delayed looks that are on their way: some for each instance that is followed.
const LOOKS: usize = 50_000;

/// How long an ended task is kept of whose container instance nothing is known: the change that tells whether it drains
/// comes within seconds of it.
const ENDED_AGE: Duration = Duration::from_secs(60);
/// Standalone tasks that ended within that time.
const ENDED: usize = 2_000;

/// What a warm process remembers.
#[derive(Debug)]
pub struct Memory {
    /// The clusters of the account and Region, under one empty key.
    pub clusters: ExpiringMap<Vec<String>>,
    /// All hooks of a group, by its name.
    pub hooks: ExpiringMap<Vec<Hook>>,
    /// Groups, by their names.
    pub groups: ExpiringMap<CachedGroup>,
    /// Groups that have, or had, an instance in a cluster.
    pub ecs_groups: ExpiringMap<()>,
    /// Services, by [`service_key`].
    pub services: ExpiringMap<Service>,
    /// Containers of task definitions, by ARN.
    pub task_definitions: ExpiringMap<Vec<Container>>,
    /// Tasks that were seen STOPPED, by ARN.
    pub stopped_tasks: ExpiringMap<Task>,
    /// Scaling activities of instances that terminate, by EC2 instance.
    pub activities: ExpiringMap<Activities>,
    /// What was last logged of an EC2 instance.
    pub decisions: ExpiringMap<DecisionFingerprint>,
    /// Notes that were logged of an EC2 instance.
    pub notes: ExpiringMap<BTreeSet<Note>>,
    /// Container instances whose joining was looked at, and nothing waited for it.
    pub joined: ExpiringMap<()>,
    /// Lifecycle actions that were completed, by EC2 instance: another hook than ours may hold
    /// the instance for long after.
    pub completed: ExpiringMap<RememberedAction>,
    /// The last sweep that knew the hooks and was handled without trouble, by EC2 instance: its heartbeats are sent.
    pub heartbeats_sent_until: ExpiringMap<Timestamp>,
    /// EC2 instances that EC2 said are gone, where nothing waited for us.
    pub gone: ExpiringMap<()>,
    /// Standalone tasks that ended, by ARN, on container instances of which it is not known whether they drain.
    pub ended: ExpiringMap<TaskStopped>,
    /// Standalone tasks whose end was logged, by ARN.
    pub logged_task_ends: ExpiringMap<()>,
    /// Delayed looks that were asked for: instance, purpose and moment.
    pub looks: ExpiringMap<()>,
    /// What was heard of container instances that drain.
    pub watch: Watch,
}

/// A group's settings, and its instances.
#[derive(Debug, Clone, PartialEq)]
pub struct CachedGroup {
    /// Its settings.
    pub group: Group,
    /// Its instances.
    pub instances: Vec<String>,
    /// Those of them that it retains: they have left its capacity, and stay DRAINING until somebody terminates them.
    pub retained: BTreeSet<String>,
    /// Whether a capacity provider of ECS has it.
    pub has_capacity_provider: bool,
}

impl From<&GroupAnswer> for CachedGroup {
    fn from(answer: &GroupAnswer) -> Self {
        let retained = answer.members.iter().filter(|(_, member)| member.is_retained());
        Self {
            group: answer.group.clone(),
            instances: answer.members.iter().map(|(id, _)| id.clone()).collect(),
            retained: retained.map(|(id, _)| id.clone()).collect(),
            has_capacity_provider: answer.has_capacity_provider,
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            clusters: ExpiringMap::new(1, SETTINGS_AGE),
            hooks: ExpiringMap::new(GROUPS, SETTINGS_AGE),
            groups: ExpiringMap::new(GROUPS, SETTINGS_AGE),
            ecs_groups: ExpiringMap::new(GROUPS, FOR_EVER),
            services: ExpiringMap::new(SERVICES, SETTINGS_AGE),
            task_definitions: ExpiringMap::new(TASK_DEFINITIONS, FOR_EVER),
            stopped_tasks: ExpiringMap::new(STOPPED_TASKS, FOR_EVER),
            activities: ExpiringMap::new(INSTANCES, SETTINGS_AGE),
            decisions: ExpiringMap::new(INSTANCES, FOR_EVER),
            notes: ExpiringMap::new(INSTANCES, FOR_EVER),
            joined: ExpiringMap::new(INSTANCES, FOR_EVER),
            completed: ExpiringMap::new(INSTANCES, SETTINGS_AGE),
            heartbeats_sent_until: ExpiringMap::new(INSTANCES, SETTINGS_AGE),
            gone: ExpiringMap::new(INSTANCES, FOR_EVER),
            ended: ExpiringMap::new(ENDED, ENDED_AGE),
            logged_task_ends: ExpiringMap::new(STOPPED_TASKS, FOR_EVER),
            looks: ExpiringMap::new(LOOKS, LONGEST_RECHECK),
            watch: Watch::default(),
        }
    }
}

/// The key of a service in a cluster.
pub fn service_key(cluster: &str, name: &str) -> String {
    format!("{cluster} {name}")
}

/// Values by key, each for some time, and a limited number of them.
#[derive(Debug)]
pub struct ExpiringMap<T> {
    limit: usize,
    age: Duration,
    values: BTreeMap<String, (Timestamp, T)>,
}

impl<T> ExpiringMap<T> {
    /// Keeps nothing yet: at most `limit` values, each until it is older than `age`.
    pub fn new(limit: usize, age: Duration) -> Self {
        Self { limit, age, values: BTreeMap::new() }
    }

    /// The value under this key, if it is young enough.
    pub fn get(&self, key: &str, now: Timestamp) -> Option<&T> {
        let (at, value) = self.values.get(key)?;
        (now.duration_since(*at).unsigned_abs() <= self.age).then_some(value)
    }

    /// Keeps a value. Where there is no room, the oldest one goes.
    pub fn put(&mut self, key: impl Into<String>, value: T, now: Timestamp) {
        self.values.insert(key.into(), (now, value));
        if self.values.len() > self.limit {
            let oldest = self.values.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                self.values.remove(&key);
            }
        }
    }

    /// Forgets the value under this key.
    pub fn forget(&mut self, key: &str) -> Option<T> {
        self.values.remove(key).map(|(_, value)| value)
    }

    /// Takes out the values that are picked, as far as they are young enough.
    pub fn extract(&mut self, pick: impl Fn(&T) -> bool, now: Timestamp) -> Vec<T> {
        let age = self.age;
        self.values.retain(|_, (at, _)| now.duration_since(*at).unsigned_abs() <= age);
        let picked = self.values.extract_if(.., |_, (_, value)| pick(value));
        picked.map(|(_, (_, value))| value).collect()
    }

    /// The value under this key however old it is, to be changed in place.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut T> {
        self.values.get_mut(key).map(|(_, value)| value)
    }
}

impl<T: Clone> ExpiringMap<T> {
    /// Those of the keys that have a value that is young enough.
    pub fn among<'a>(
        &self,
        keys: impl IntoIterator<Item = &'a String>,
        now: Timestamp,
    ) -> BTreeMap<String, T> {
        let keys = keys.into_iter();
        keys.filter_map(|key| Some((key.clone(), self.get(key, now)?.clone()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_value_is_believed_for_its_time() {
        let mut kept = ExpiringMap::new(10, Duration::from_secs(300));
        kept.put("web", 1, at(0));

        assert_eq!(kept.get("web", at(300)), Some(&1));
        assert_eq!(kept.get("web", at(301)), None);
    }

    #[test]
    fn what_is_taken_is_young_enough_and_gone() {
        let mut kept = ExpiringMap::new(10, Duration::from_secs(60));
        kept.put("a", 1, at(0));
        kept.put("b", 2, at(50));
        kept.put("c", 3, at(50));

        assert_eq!(kept.extract(|it| *it < 3, at(61)), [2]);
        assert!(kept.extract(|it| *it < 3, at(61)).is_empty());
        assert_eq!(kept.get("c", at(61)), Some(&3));
    }

    #[test]
    fn the_oldest_goes_when_there_is_no_room() {
        let mut kept = ExpiringMap::new(2, Duration::from_secs(300));
        kept.put("b", 1, at(0));
        kept.put("a", 2, at(1));

        kept.put("c", 3, at(2));

        assert_eq!(kept.get("b", at(2)), None);
        assert!(kept.get("a", at(2)).is_some() && kept.get("c", at(2)).is_some());
    }
}
