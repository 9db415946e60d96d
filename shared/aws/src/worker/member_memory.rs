//! Group members that a process remembers, so that the instances of one wave need one call.

use std::collections::BTreeMap;

use drain::decision::Question;
use drain::observation::{GroupMember, Seen};
use drain::trigger::TriggerKind;
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::{BatchInstance, BatchInstances};
use super::questions::{InstanceAnswer, InstanceAnswers, OpenQuestions};

impl Worker {
    /// Remembers members that Auto Scaling listed: those that a terminate hook holds, and those that no hook holds any more.
    /// Logs lifecycle states that this version of ebb does not know.
    pub(super) fn remember_members(&self, members: &BTreeMap<String, GroupMember>, now: Timestamp) {
        self.log_unknown_states(members, now);
        let mut memory = self.memory();
        for (ec2_instance, member) in members {
            if member.is_about_to_be_terminated() {
                memory.gone_instances.insert(ec2_instance, (), now);
            } else if member.is_waiting_to_leave() {
                memory.waiting_members.insert(ec2_instance, member.clone(), now);
            }
        }
    }

    /// Answers `Question::Member` from memory for instances whose last task has stopped, and removes it from the questions.
    pub(super) fn remembered_members(
        &self,
        questions: &mut OpenQuestions,
        instances: &BatchInstances,
        now: Timestamp,
    ) -> InstanceAnswers {
        let Some(asking) = questions.get_mut(&Question::Member) else {
            return InstanceAnswers::new();
        };
        let memory = self.memory();
        let known = |id: &String| {
            let member = memory.waiting_members.get(id, now)?.clone();
            let is_known = instances.get(id).is_some_and(asks_after_the_last_task);
            is_known.then(|| (id.clone(), InstanceAnswer::Member(Seen::Present(member))))
        };
        let answers: InstanceAnswers = asking.iter().filter_map(known).collect();
        for (id, _) in &answers {
            asking.remove(id);
        }
        if asking.is_empty() {
            questions.remove(&Question::Member);
        }
        answers
    }
}

/// Returns true if ECS events alone lead to the instance. Every other trigger needs the state of this moment.
fn asks_after_the_last_task(instance: &BatchInstance) -> bool {
    instance.observation.triggers.are_only(&[TriggerKind::LastTaskStopped])
}
