//! The sweep: everything that is on its way out, whether an event told it or not.
//!
//! Container instances that drain or carry our attribute come from ECS, instances that wait on a hook from Auto Scaling;
//! both are read whole, in batches, and what they answer is not asked again.

use std::collections::{BTreeMap, BTreeSet};

use drain::observation::{GroupMember, Hook, Observation, Seen};
use drain::signal::Signal;
use drain::trigger::{Trigger, TriggerKind, Triggers};
use futures::future;
use jiff::Timestamp;

use super::Worker;
use super::batch::BatchSignals;
use super::batch_instance::{BatchInstance, BatchInstances};
use super::questions::{configured_hooks, with_hooks};
use crate::fault::Fault;
use crate::memory::CachedGroup;
use crate::observe::container_instances::{self, Found, Selection};
use crate::observe::groups::{self, GroupAnswer};
use crate::observe::{all, group_members};

/// Which container instances a sweep looks at: those that drain, and those that carry our attribute without draining. These
/// were set ACTIVE by somebody else, wait for a budget or for the time of a scheduled change, or were set ACTIVE by a
/// process that died before it had taken the attribute off: until it is gone, a drain of somebody else's passes for configured_hooks.
const SELECTIONS: [Selection<'_>; 2] = [Selection::Draining, Selection::Remembered];

/// What Auto Scaling says of all groups.
#[derive(Debug, Default)]
struct SweptGroups {
    answers: BTreeMap<String, GroupAnswer>,
    members: BTreeMap<String, GroupMember>,
    /// Whether an instance that is not among them is in no group.
    in_full: bool,
}

impl Worker {
    /// Opens a case for everything that is on its way out, if a message asks for it.
    pub(super) async fn sweep(
        &self,
        signals: &BatchSignals,
        instances: &mut BatchInstances,
        now: Timestamp,
    ) {
        let asked = signals.iter().filter_map(|(_, signal)| match signal {
            Signal::Sweep { at } => Some(*at),
            _ => None,
        });
        let Some(at) = asked.max() else { return };
        let (marked_instances, groups) =
            future::join(self.marked_instances(now), self.groups(now)).await;
        let waiting = groups.waiting();
        let hooks = self.hooks_by_group(&groups.names(&waiting), now).await;
        for found in marked_instances {
            if let Some(id) = found.ec2_instance {
                let instance = open(instances, &id, at);
                instance.observation.container_instance = Seen::Present(found.container_instance);
                self.prefill(instance, &groups, &hooks);
            }
        }
        for id in waiting {
            self.prefill(open(instances, &id, at), &groups, &hooks);
        }
        instances.retain(|_, instance| !self.was_completed(instance, now));
        for (id, instance) in instances {
            instance.observation.heartbeats_sent_until =
                self.memory().heartbeats_sent_until.get(id, now).copied();
        }
    }

    /// Whether only the sweep asks for an instance whose action was completed a moment ago: where another hook holds it
    /// still, it goes on waiting.
    fn was_completed(&self, instance: &BatchInstance, now: Timestamp) -> bool {
        let Observation { ec2_instance, triggers, .. } = &instance.observation;
        let only_swept = triggers.without(&[TriggerKind::Sweep]) == Triggers::default();
        let memory = self.memory();
        let completed = memory.completed.get(ec2_instance, now);
        only_swept && completed.is_some() && completed == instance.remembered_action()
    }

    /// Container instances that drain or carry our attribute.
    async fn marked_instances(&self, now: Timestamp) -> Vec<Found> {
        let clusters = match self.clusters(now).await {
            Ok(clusters) => clusters,
            Err(fault) => {
                log_fault(&fault);
                return Vec::new();
            }
        };
        let in_each = clusters.iter().map(|cluster| self.marked_in(cluster));
        all(in_each.collect()).await.into_iter().flatten().collect()
    }

    async fn marked_in(&self, cluster: &str) -> Vec<Found> {
        let ecs = &self.clients.ecs;
        let lists = SELECTIONS.map(|selection| container_instances::list(ecs, cluster, selection));
        let mut arns = BTreeSet::new();
        for answer in all(lists.into()).await {
            match answer {
                Ok(listed) => arns.extend(listed),
                Err(fault) => log_fault(&fault),
            }
        }
        let arns: Vec<String> = arns.into_iter().collect();
        let mut marked_instances = Vec::new();
        for answer in container_instances::describe(ecs, cluster, &arns).await.into_values() {
            match answer {
                Ok(found) => marked_instances.push(found),
                Err(fault) if fault.is_gone() => {}
                Err(fault) => log_fault(&fault),
            }
        }
        marked_instances
    }

    /// All groups with their instances, those of warm pools included.
    async fn groups(&self, now: Timestamp) -> SweptGroups {
        let answers = match groups::every(&self.clients.autoscaling).await {
            Ok(answers) => answers,
            Err(fault) => {
                log_fault(&fault);
                return SweptGroups::default();
            }
        };
        let with_pool = answers.iter().filter(|answer| answer.has_warm_pool);
        let pools = with_pool
            .map(|answer| group_members::warm_pool(&self.clients.autoscaling, &answer.name));
        let pools = all(pools.collect()).await;
        let mut groups = SweptGroups { in_full: true, ..SweptGroups::default() };
        for pool in pools {
            match pool {
                Ok(members) => groups.members.extend(members),
                Err(fault) => {
                    log_fault(&fault);
                    groups.in_full = false;
                }
            }
        }
        let mut memory = self.memory();
        for answer in answers {
            memory.groups.put(&answer.name, CachedGroup::from(&answer), now);
            groups.members.extend(answer.members.iter().cloned());
            groups.answers.insert(answer.name.clone(), answer);
        }
        groups
    }

    /// The answers that the sweep has already. What it has not is left to be asked.
    fn prefill(
        &self,
        instance: &mut BatchInstance,
        groups: &SweptGroups,
        hooks: &BTreeMap<String, Result<Vec<Hook>, Fault>>,
    ) {
        let seen = &mut instance.observation;
        let Some(member) = groups.members.get(&seen.ec2_instance) else {
            if groups.in_full {
                seen.member = Seen::Absent;
            }
            return;
        };
        seen.member = Seen::Present(member.clone());
        let of_group = hooks.get(&member.group);
        if let Some(answer) = of_group {
            seen.hooks = configured_hooks(answer.clone(), &self.config.policy);
        }
        if let Some(answer) = groups.answers.get(&member.group) {
            seen.group = Seen::Present(with_hooks(answer.group.clone(), of_group));
        }
    }
}

impl SweptGroups {
    /// Instances that a hook holds, or that a group retains.
    fn waiting(&self) -> BTreeSet<String> {
        let waits = |member: &GroupMember| {
            member.lifecycle_state.ends_with(":Wait") || member.is_retained()
        };
        let waiting = self.members.iter().filter(|(_, member)| waits(member));
        waiting.map(|(id, _)| id.clone()).collect()
    }

    fn names(&self, ids: &BTreeSet<String>) -> BTreeSet<String> {
        ids.iter()
            .filter_map(|id| self.members.get(id))
            .map(|member| member.group.clone())
            .collect()
    }
}

fn open<'a>(instances: &'a mut BatchInstances, id: &str, at: Timestamp) -> &'a mut BatchInstance {
    let instance = instances
        .entry(id.to_owned())
        .or_insert_with(|| BatchInstance::new(id, Triggers::default()));
    instance.observation.triggers.add(Trigger::Sweep { minute: at });
    instance
}

/// A part of a sweep that was not answered: the next one is a minute away.
fn log_fault(fault: &Fault) {
    match fault {
        Fault::Busy(what) | Fault::Gone(what) => {
            tracing::warn!("left to the next sweep: {what}");
        }
        Fault::Denied(what)
        | Fault::NoCluster(what)
        | Fault::Malformed(what)
        | Fault::Bug(what) => {
            tracing::error!("a human must act: {what}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(lifecycle_state: &str) -> GroupMember {
        GroupMember {
            group: "web".to_owned(),
            lifecycle_state: lifecycle_state.to_owned(),
            healthy: true,
        }
    }

    #[test]
    fn every_wait_state_is_found_and_what_is_retained() {
        let states = [
            "InService",
            "Pending:Wait",
            "Terminating:Wait",
            "Terminating:Proceed",
            "Terminating:Retained",
            "Warmed:Pending:Retained",
            "Warmed:Pending:Wait",
            "Warmed:Stopped",
        ];
        let members = states.iter().map(|state| ((*state).to_owned(), member(state)));

        let groups = SweptGroups { members: members.collect(), ..SweptGroups::default() };

        let waiting: Vec<_> = groups.waiting().into_iter().collect();
        let found = [
            "Pending:Wait",
            "Terminating:Retained",
            "Terminating:Wait",
            "Warmed:Pending:Retained",
            "Warmed:Pending:Wait",
        ];
        assert_eq!(waiting, found);
        assert_eq!(groups.names(&groups.waiting()), BTreeSet::from(["web".to_owned()]));
    }
}
