//! Questions to Auto Scaling about instances: their groups, and their scaling activities.

use std::collections::{BTreeMap, BTreeSet};

use drain::observation::{GroupMember, Seen};
use jiff::Timestamp;

use super::answer::{InstanceAnswer, InstanceAnswers, seen};
use crate::fault::Fault;
use crate::observe::{group_members, scaling_activities};
use crate::parallel::in_parallel;
use crate::worker::Worker;
use crate::worker::batch_instance::BatchInstance;

impl Worker {
    /// Answers `Question::Member`.
    pub(super) async fn members(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        if asking.is_empty() {
            return InstanceAnswers::new();
        }
        let ids: Vec<String> = asking.iter().map(|instance| instance.id()).collect();
        let found = match group_members::describe(&self.clients.autoscaling, &ids).await {
            Ok(found) => self.add_warm_pools(found, &asking).await,
            Err(fault) => Err(fault),
        };
        if let Ok(found) = &found {
            self.remember_members(found, now);
        }
        let answer = |id: String| {
            let member = found.clone().map(|found| found.get(&id).cloned());
            (id, InstanceAnswer::Member(seen(member)))
        };
        ids.into_iter().map(answer).collect()
    }

    /// Adds the members of warm pools. AWS does not document that DescribeAutoScalingInstances lists them, so the pool
    /// of a missing instance is described.
    async fn add_warm_pools(
        &self,
        mut found: BTreeMap<String, GroupMember>,
        asking: &[&BatchInstance],
    ) -> Result<BTreeMap<String, GroupMember>, Fault> {
        let missing = asking.iter().filter(|instance| !found.contains_key(&instance.id()));
        let pools: BTreeSet<&str> = missing.filter_map(|instance| warm_pool(instance)).collect();
        let autoscaling = &self.clients.autoscaling;
        let pools = pools.iter().map(|group| group_members::warm_pool(autoscaling, group));
        for pool in in_parallel(pools.collect()).await {
            match pool {
                Ok(members) => found.extend(members),
                Err(fault) if fault.is_gone() => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(found)
    }

    /// Answers `Question::Activities`.
    pub(super) async fn activities(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        let mut answers = InstanceAnswers::new();
        let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let returning = asking.iter().filter(|instance| may_leave_again(instance));
        let returning: BTreeSet<String> = returning.map(|instance| instance.id()).collect();
        for instance in asking {
            let id = instance.id();
            let known = self.memory().activities.get(&id, now).copied();
            match (known, instance.group_name()) {
                (Some(known), _) => {
                    answers.push((id, InstanceAnswer::Activities(Seen::Present(known))));
                }
                (None, Some(group)) => wanted.entry(group.to_owned()).or_default().push(id),
                (None, None) => {
                    let answer = instance.group_answer(|_| None);
                    answers.extend(answer.map(|it| (id, InstanceAnswer::Activities(it))));
                }
            }
        }
        let autoscaling = &self.clients.autoscaling;
        let calls = wanted
            .iter()
            .map(|(group, ids)| scaling_activities::describe(autoscaling, group, ids, now));
        for (ids, answer) in wanted.values().zip(in_parallel(calls.collect()).await) {
            for id in ids {
                let activities = answer.clone().map(|found| found.get(id).copied());
                if let Ok(Some(found)) = &activities
                    && found.terminating_since.is_some()
                    && !returning.contains(id)
                {
                    self.memory().activities.insert(id, *found, now);
                }
                answers.push((id.clone(), InstanceAnswer::Activities(seen(activities))));
            }
        }
        answers
    }
}

/// Returns true if the instance is on its way to its warm pool, or has its root volume replaced. Another termination may
/// follow soon, so these activities are not remembered.
fn may_leave_again(instance: &BatchInstance) -> bool {
    let member = instance.observation.member.present();
    let returns =
        |member: &GroupMember| member.is_warmed() || member.is_replacing_its_root_volume();
    member.is_some_and(returns) || warm_pool(instance).is_some()
}

/// Returns the group whose warm pool the lifecycle event names as destination.
fn warm_pool(instance: &BatchInstance) -> Option<&str> {
    let triggers = &instance.observation.triggers;
    let actions = [triggers.terminating(), triggers.launching()].into_iter().flatten();
    actions.into_iter().find(|action| action.to_warm_pool).map(|action| action.group.as_str())
}
