//! Facts of a batch that the process remembers, so that later events need no call.

use drain::attribute::DrainAttribute;
use drain::observation::{ContainerInstance, Seen, Status};
use drain::trigger::TriggerKind;
use drain::watch::DrainingInstance;
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::{BatchInstance, BatchInstances};
use crate::memory::Memory;

impl Worker {
    /// Remembers what the batch observed and did.
    pub(super) fn remember_batch(&self, instances: &BatchInstances) {
        let now = self.now();
        let mut memory = self.memory();
        for instance in instances.values() {
            remember_actions(&mut memory, instance, now);
            if let Some(it) = instance.observation.container_instance.present() {
                let ec2_instance = &instance.observation.ec2_instance;
                memory.seen_in.insert(ec2_instance, it.cluster.clone(), now);
                remember_tasks(&mut memory, instance, it, now);
            }
        }
    }
}

fn remember_actions(memory: &mut Memory, instance: &BatchInstance, now: Timestamp) {
    let ec2_instance = &instance.observation.ec2_instance;
    if instance.is_gone_and_unheld() {
        memory.gone_instances.insert(ec2_instance, (), now);
    }
    if let (true, Some(action)) = (instance.is_completed(), instance.remembered_action()) {
        memory.completed_actions.insert(ec2_instance, action.clone(), now);
    }
    let sweep = instance.observation.triggers.sweep();
    if let (Some(minute), true) = (sweep, instance.has_sent_heartbeats()) {
        memory.heartbeats_sent_until.insert(ec2_instance, minute, now);
    }
}

/// Remembers the tasks on a container instance.
///
/// If a call failed, the events that led here will come again and must lead to another check.
fn remember_tasks(
    memory: &mut Memory,
    instance: &BatchInstance,
    it: &ContainerInstance,
    now: Timestamp,
) {
    if instance.is_no_longer_held() {
        memory.watch.completed(&it.arn, &it.cluster, now);
        return;
    }
    let Some(described) = &it.described else { return };
    if described.status != Status::Draining {
        memory.watch.forget(&it.arn);
        return;
    }
    if !instance.all_faults().is_empty() {
        forget_check(memory, instance, it);
        return;
    }
    let left = match &instance.observation.tasks {
        Seen::Present(tasks) if !instance.observation.lists_running_only => {
            Some(tasks.iter().filter(|task| !task.stopped))
        }
        Seen::Present(_) | Seen::NotAsked => None,
        Seen::Absent | Seen::Unanswered(_) => return forget_check(memory, instance, it),
    };
    let left = left.map(|left| left.map(|task| task.arn.clone()).collect());
    let draining = DrainingInstance {
        container_instance: it.arn.clone(),
        ec2_instance: Some(instance.observation.ec2_instance.clone()),
        tasks: described.tasks,
        awaited: described.attribute.as_ref().is_none_or(DrainAttribute::awaits_the_last_task),
    };
    memory.watch.checked(&draining, &it.cluster, left, now);
}

/// Makes the events that led to a failed check lead to another one.
fn forget_check(memory: &mut Memory, instance: &BatchInstance, it: &ContainerInstance) {
    if instance.observation.triggers.include(&[TriggerKind::LastTaskStopped]) {
        memory.watch.check_failed(&it.arn);
    }
}
