//! The sweep: a check of everything that is on its way out, with or without an event.
//!
//! ECS lists container instances that drain or have the attribute `ebb.drain`, and Auto Scaling lists instances that
//! wait on a hook. The sweep reads both in full and in batches, and asks for none of these facts again.

use std::collections::{BTreeMap, BTreeSet};

use drain::observation::{ContainerInstance, GroupMember, Hook, Observation, Seen};
use drain::trigger::{Trigger, TriggerKind, Triggers};
use futures::future;
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::{BatchInstance, BatchInstances};
use super::batch_signals::BatchSignals;
use super::fault_log::log_fault;
use super::marked_instances::{MarkedInstances, RETRY};
use super::questions::{configured_hooks, with_foreign_hooks};
use crate::fault::Fault;
use crate::observe::container_instances::DescribedInstance;
use crate::observe::group_members;
use crate::observe::groups::{self, GroupAnswer};
use crate::parallel::in_parallel;

/// All groups as Auto Scaling answered.
#[derive(Debug, Default)]
struct SweptGroups {
    answers: BTreeMap<String, GroupAnswer>,
    members: BTreeMap<String, GroupMember>,
    /// True if every instance of a group is a member here.
    is_complete: bool,
}

impl Worker {
    /// Adds everything that is on its way out to the instances of the batch, if a message asks for a sweep. Returns the faults of
    /// denied clusters, which are logged.
    pub(super) async fn handle_sweep(
        &self,
        signals: &BatchSignals,
        instances: &mut BatchInstances,
        now: Timestamp,
    ) -> BTreeSet<Fault> {
        let Some(minute) = signals.latest_sweep() else { return BTreeSet::new() };
        let (MarkedInstances { marked, denied }, groups) =
            future::join(self.marked_instances(now), self.swept_groups(now)).await;
        let held = groups.held_instances();
        let hooks = self.hooks_by_group(&groups.names(&held), now).await;
        for found in marked {
            if let Some(id) = &found.ec2_instance {
                let instance = swept_instance(instances, id, minute);
                instance.observation.container_instance = in_use_for_certain(&found);
                self.prefill(instance, &groups, &hooks);
            }
        }
        for id in held {
            self.prefill(swept_instance(instances, &id, minute), &groups, &hooks);
        }
        instances.retain(|_, instance| !self.was_completed(instance, now));
        self.count_emptied(instances, now);
        self.enter_deadlines(instances, now);
        for (id, instance) in instances {
            instance.observation.heartbeats_sent_until =
                self.memory().heartbeats_sent_until.get(id, now).copied();
        }
        denied
    }

    /// Returns true if only the sweep names an instance whose action was completed a moment ago. If another hook still
    /// holds it, it stays in its waiting state.
    fn was_completed(&self, instance: &BatchInstance, now: Timestamp) -> bool {
        let Observation { ec2_instance, triggers, .. } = &instance.observation;
        let is_only_swept = triggers.without(&[TriggerKind::Sweep]) == Triggers::default();
        let memory = self.memory();
        let completed = memory.completed_actions.get(ec2_instance, now);
        is_only_swept && completed.is_some() && completed == instance.remembered_action()
    }

    /// Returns all groups with their instances, warm pools included.
    async fn swept_groups(&self, now: Timestamp) -> SweptGroups {
        let autoscaling = &self.clients.autoscaling;
        let answers = match groups::describe_all(autoscaling).await {
            Ok(answers) => answers,
            Err(fault) => {
                log_fault(&fault, RETRY);
                return SweptGroups::default();
            }
        };
        let with_pool = answers.iter().filter(|answer| answer.has_warm_pool);
        let pools = with_pool.map(|answer| group_members::warm_pool(autoscaling, &answer.name));
        let pools = in_parallel(pools.collect()).await;
        let mut groups = SweptGroups { is_complete: true, ..SweptGroups::default() };
        for pool in pools {
            match pool {
                Ok(members) => groups.members.extend(members),
                Err(fault) => {
                    log_fault(&fault, RETRY);
                    groups.is_complete = false;
                }
            }
        }
        self.remember_groups(&answers, now);
        for answer in answers {
            groups.members.extend(answer.members.iter().cloned());
            groups.answers.insert(answer.name.clone(), answer);
        }
        self.remember_members(&groups.members, now);
        groups
    }

    /// Enters the answers that the sweep has into an observation. The decision asks for the rest.
    fn prefill(
        &self,
        instance: &mut BatchInstance,
        groups: &SweptGroups,
        hooks: &BTreeMap<String, Result<Vec<Hook>, Fault>>,
    ) {
        let seen = &mut instance.observation;
        let Some(member) = groups.members.get(&seen.ec2_instance) else {
            if groups.is_complete {
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
            seen.group = Seen::Present(with_foreign_hooks(
                answer.group.clone(),
                of_group,
                &self.config.policy,
            ));
        }
    }
}

impl SweptGroups {
    /// Returns the instances that a hook holds or that their group retains.
    fn held_instances(&self) -> BTreeSet<String> {
        let held =
            self.members.iter().filter(|(_, member)| member.is_waiting() || member.is_retained());
        held.map(|(id, _)| id.clone()).collect()
    }

    /// Returns the names of the groups of instances.
    fn names(&self, ids: &BTreeSet<String>) -> BTreeSet<String> {
        ids.iter()
            .filter_map(|id| self.members.get(id))
            .map(|member| member.group.clone())
            .collect()
    }
}

/// Returns the instance with this id, triggered by the sweep.
fn swept_instance<'a>(
    instances: &'a mut BatchInstances,
    id: &str,
    minute: Timestamp,
) -> &'a mut BatchInstance {
    let instance = instances
        .entry(id.to_owned())
        .or_insert_with(|| BatchInstance::new(id, Triggers::default()));
    instance.observation.triggers.add(Trigger::Sweep { minute });
    instance
}

/// Returns a marked container instance. One with a disconnected agent may be left behind, so its EC2 instance is searched
/// for.
fn in_use_for_certain(found: &DescribedInstance) -> Seen<ContainerInstance> {
    let described = found.container_instance.described.as_ref();
    if described.is_some_and(|it| it.agent_connected) {
        Seen::Present(found.container_instance.clone())
    } else {
        Seen::NotAsked
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
    fn waiting_and_retained_instances_are_held() {
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

        let held: Vec<_> = groups.held_instances().into_iter().collect();
        let expected = [
            "Pending:Wait",
            "Terminating:Retained",
            "Terminating:Wait",
            "Warmed:Pending:Retained",
            "Warmed:Pending:Wait",
        ];
        assert_eq!(held, expected);
        assert_eq!(groups.names(&groups.held_instances()), BTreeSet::from(["web".to_owned()]));
    }
}
