//! State of the instance of a scene in AWS.

use crate::attribute::{DrainAttribute, TaskCount};
use crate::decision::Question;
use crate::observation::*;
use crate::policy::Policy;

use super::scene::{Scene, action, at, hook, seconds};
use super::tasks::TaskScene;

impl Scene {
    pub(super) fn policy(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    pub(super) fn status(mut self, status: Status) -> Self {
        self.described.status = status;
        self
    }

    /// Sets the status to DRAINING, without an attribute.
    pub(super) fn draining(self) -> Self {
        self.status(Status::Draining)
    }

    /// Sets the status to DRAINING by ebb since this second, for a lifecycle action that began then.
    pub(super) fn draining_for_us_since(self, second: i64) -> Self {
        self.draining().remembering(|attribute| {
            attribute.draining_since = Some(at(second));
            attribute.task_count = Some(TaskCount { tasks: 0, after: 0 });
            attribute.action = Some(action(second));
        })
    }

    /// Sets the number of tasks that were counted at DRAINING.
    pub(super) fn that_ran(self, tasks: u32) -> Self {
        self.remembering(|attribute| attribute.task_count = Some(TaskCount { tasks, after: 0 }))
    }

    pub(super) fn remembering(mut self, change: impl FnOnce(&mut DrainAttribute)) -> Self {
        change(self.described.attribute.get_or_insert_default());
        self
    }

    pub(super) fn without_room_for_an_attribute(mut self) -> Self {
        self.described.attribute_fits = false;
        self
    }

    pub(super) fn that_refuses_to_drain(mut self) -> Self {
        self.refuses_to_drain = true;
        self
    }

    /// Sets the count of ECS, if it differs from the tasks of the scene.
    pub(super) fn counting(mut self, tasks: u32) -> Self {
        self.counted = Some(tasks);
        self
    }

    /// Sets the number of instances that the events of the batch take.
    pub(super) fn taken_together(self, instances: usize) -> Self {
        Self { taken_together: instances, ..self }
    }

    /// Sets the number of instances that became empty together.
    pub(super) fn emptied_together(self, instances: usize) -> Self {
        Self { emptied_together: instances, ..self }
    }

    /// Sets the seconds by which stops for a deadline begin earlier.
    pub(super) fn stops_ahead(self, by: u64) -> Self {
        Self { stops_ahead: seconds(by), ..self }
    }

    pub(super) fn holding_resources(mut self, holds: bool) -> Self {
        self.described.holds_resources = holds;
        self
    }

    pub(super) fn with(mut self, task: TaskScene) -> Self {
        self.tasks.push(task);
        self
    }

    pub(super) fn agent_away(mut self) -> Self {
        self.described.agent_connected = false;
        self
    }

    pub(super) fn in_no_cluster(mut self) -> Self {
        self.in_cluster = false;
        self
    }

    pub(super) fn in_no_group(mut self) -> Self {
        self.member = None;
        self
    }

    /// Sets the lifecycle state in the group.
    pub(super) fn state(mut self, lifecycle_state: &str) -> Self {
        self.member.as_mut().unwrap().lifecycle_state = lifecycle_state.to_owned();
        self
    }

    pub(super) fn in_service(self) -> Self {
        self.state("InService")
    }

    pub(super) fn unhealthy(mut self) -> Self {
        self.member.as_mut().unwrap().healthy = false;
        self
    }

    pub(super) fn hooks(mut self, hooks: &[Hook]) -> Self {
        self.hooks = hooks.to_vec();
        self
    }

    /// Adds a configured launching hook beside the terminating one.
    pub(super) fn with_a_launch_hook(mut self) -> Self {
        self.hooks.push(Hook { launching: true, ..hook("ebb-launch", 3600) });
        self.policy.launch_hooks.insert("ebb-launch".to_owned());
        self
    }

    pub(super) fn group(mut self, change: impl FnOnce(&mut Group)) -> Self {
        change(&mut self.group);
        self
    }

    pub(super) fn others_of_its_group_drain(mut self, instances: u32) -> Self {
        self.group_draining = instances;
        self
    }

    pub(super) fn in_a_group_without_ecs(mut self) -> Self {
        self.group_uses_ecs = false;
        self
    }

    pub(super) fn launched_at(mut self, second: i64) -> Self {
        self.activities.launched_at = Some(at(second));
        self
    }

    /// Sets the start of the latest scaling activity that terminates the instance.
    pub(super) fn leaving_since(mut self, second: impl Into<Option<i64>>) -> Self {
        self.activities.terminating_since = second.into().map(at);
        self
    }

    /// Answers questions before the first decision, as a sweep does.
    pub(super) fn knowing(mut self, questions: &[Question]) -> Self {
        self.known.extend(questions);
        self
    }

    pub(super) fn busy(mut self, question: Question) -> Self {
        self.silent.insert(question, Unanswered::Busy("rate exceeded".to_owned()));
        self
    }

    pub(super) fn denied(mut self, question: Question) -> Self {
        self.silent.insert(question, Unanswered::Denied("not authorized".to_owned()));
        self
    }

    /// Denies the search in a cluster in which ebb has never seen the instance.
    pub(super) fn denied_by_a_cluster(mut self) -> Self {
        let why = Unanswered::ClusterDenied("not authorized".to_owned());
        self.silent.insert(Question::ContainerInstance, why);
        self
    }
}
