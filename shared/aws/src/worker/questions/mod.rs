//! Questions and their answers: each kind is asked once for all instances that need it, and different kinds at once.
//!
//! A question that rests on an answer that is not there yet is left out: it is asked in the next round.

mod autoscaling;
mod ecs;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::decision::Question;
use drain::observation::{
    Activities, ContainerInstance, Group, GroupMember, Hook, Observation, Seen, Unanswered,
};
use drain::policy::Policy;
use drain::task::{Owner, Service, Task};
use futures::future;
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::{BatchInstance, BatchInstances};
use crate::fault::Fault;
use crate::observe::hooks;

/// An answer about one EC2 instance.
#[derive(Debug, Clone)]
pub(super) enum InstanceAnswer {
    ContainerInstance(Box<Seen<ContainerInstance>>),
    /// An event named another container instance than its own: nothing counts that was asked about that one.
    OtherContainerInstance,
    Tasks(Seen<Vec<Task>>),
    Services(Result<BTreeMap<String, Service>, Unanswered>),
    StopTimes(Result<BTreeMap<String, Duration>, Unanswered>),
    Member(Seen<GroupMember>),
    Hooks(Seen<Vec<Hook>>),
    Group(Seen<Group>),
    GroupUsesEcs(Seen<bool>),
    GroupDraining(Seen<u32>),
    Activities(Seen<Activities>),
}

/// Answers, each with the EC2 instance that it is about.
pub(super) type Answers = Vec<(String, InstanceAnswer)>;

/// Instances that ask, by question.
pub(super) type OpenQuestions = BTreeMap<Question, BTreeSet<String>>;

impl InstanceAnswer {
    /// Whether it settles which container instance it is, or that it must be searched for.
    pub(super) fn is_about_container_instance(&self) -> bool {
        matches!(self, Self::ContainerInstance(_) | Self::OtherContainerInstance)
    }

    /// Enters the answer where it belongs.
    pub(super) fn enter(self, seen: &mut Observation) {
        match self {
            Self::ContainerInstance(it) => seen.container_instance = *it,
            Self::OtherContainerInstance => {
                seen.container_instance = Seen::NotAsked;
                seen.tasks = Seen::NotAsked;
                seen.services = Seen::NotAsked;
                seen.stop_times = Seen::NotAsked;
            }
            Self::Tasks(it) => seen.tasks = it,
            Self::Services(Ok(services)) => fill_in_services(seen, &services),
            Self::Services(Err(why)) => seen.services = Seen::Unanswered(why),
            Self::StopTimes(Ok(times)) => fill_in_stop_times(seen, &times),
            Self::StopTimes(Err(why)) => seen.stop_times = Seen::Unanswered(why),
            Self::Member(it) => seen.member = it,
            Self::Hooks(it) => seen.hooks = it,
            Self::Group(it) => seen.group = it,
            Self::GroupUsesEcs(it) => seen.group_uses_ecs = it,
            Self::GroupDraining(it) => seen.group_draining = it,
            Self::Activities(it) => seen.activities = it,
        }
    }
}

fn fill_in_services(seen: &mut Observation, services: &BTreeMap<String, Service>) {
    seen.services = Seen::Present(());
    let Seen::Present(tasks) = &mut seen.tasks else { return };
    for task in tasks {
        if let Owner::Service { name, service } = &mut task.owner {
            *service = services.get(name).cloned().or_else(|| service.take());
        }
    }
}

fn fill_in_stop_times(seen: &mut Observation, times: &BTreeMap<String, Duration>) {
    seen.stop_times = Seen::Present(());
    let Seen::Present(tasks) = &mut seen.tasks else { return };
    for task in tasks {
        task.stop_time = times.get(&task.definition).copied().or(task.stop_time);
    }
}

/// The hooks that are configured_hooks, by their configured names.
pub(super) fn configured_hooks(
    answer: Result<Vec<Hook>, Fault>,
    policy: &Policy,
) -> Seen<Vec<Hook>> {
    let is_ours = |hook: &Hook| {
        let names = if hook.launching { &policy.launch_hooks } else { &policy.hooks };
        names.contains(&hook.name)
    };
    seen(answer.map(|hooks| Some(hooks.into_iter().filter(is_ours).collect())))
}

/// A group's settings, and whether ECS manages its draining as well: its hooks tell that, as far as they are known.
pub(super) fn with_hooks(group: Group, hooks: Option<&Result<Vec<Hook>, Fault>>) -> Group {
    let known = hooks.and_then(|answer| answer.as_ref().ok());
    Group { managed_draining: known.is_some_and(|all| hooks::managed_draining(all)), ..group }
}

fn seen<T>(answer: Result<Option<T>, Fault>) -> Seen<T> {
    match answer {
        Ok(Some(it)) => Seen::Present(it),
        Ok(None) | Err(Fault::Gone(_)) => Seen::Absent,
        Err(fault) => Seen::Unanswered(fault.unanswered()),
    }
}

impl Worker {
    /// Answers all questions that can be answered now.
    pub(super) async fn answer(
        &self,
        asked: &OpenQuestions,
        instances: &BatchInstances,
        now: Timestamp,
    ) -> Answers {
        let of = |question| instances_asking(asked, instances, question);
        let of_ecs = future::join5(
            self.find(of(Question::ContainerInstance), now),
            self.describe(of(Question::Description)),
            self.tasks(of(Question::Tasks), now),
            self.services(of(Question::Services), now),
            self.stop_times(of(Question::StopTimes), now),
        );
        let of_autoscaling = future::join5(
            self.members(of(Question::Member)),
            self.group_answers(of(Question::Hooks), of(Question::Group), now),
            self.group_uses_ecs(of(Question::GroupUsesEcs), now),
            self.group_draining(of(Question::GroupDraining), now),
            self.activities(of(Question::Activities), now),
        );
        let ((a, b, c, d, e), (f, g, h, i, j)) = future::join(of_ecs, of_autoscaling).await;
        [a, b, c, d, e, f, g, h, i, j].into_iter().flatten().collect()
    }
}

fn instances_asking<'a>(
    asked: &OpenQuestions,
    instances: &'a BatchInstances,
    question: Question,
) -> Vec<&'a BatchInstance> {
    asked.get(&question).into_iter().flatten().filter_map(|id| instances.get(id)).collect()
}

fn id(instance: &BatchInstance) -> String {
    instance.observation.ec2_instance.clone()
}

#[cfg(test)]
mod tests {
    use drain::trigger::Triggers;

    use super::*;

    fn hook(name: &str, launching: bool) -> Hook {
        let timeout = Duration::from_secs(3600);
        let name = name.to_owned();
        Hook { name, launching, heartbeat_timeout: timeout, global_timeout: timeout }
    }

    fn policy() -> Policy {
        Policy { hooks: ["ebb".to_owned()].into(), ..Policy::default() }
    }

    #[test]
    fn a_hook_of_our_name_on_the_other_transition_is_not_ours() {
        let hooks = vec![hook("ebb", true), hook("ebb", false), hook("other", false)];

        assert_eq!(configured_hooks(Ok(hooks), &policy()), Seen::Present(vec![hook("ebb", false)]));
    }

    #[test]
    fn a_read_that_was_throttled_or_denied_is_never_an_absence() {
        let busy = Fault::Busy("describing".to_owned());
        let denied = Fault::Denied("describing".to_owned());

        assert_eq!(seen::<()>(Err(busy.clone())), Seen::Unanswered(busy.unanswered()));
        assert_eq!(seen::<()>(Err(denied.clone())), Seen::Unanswered(denied.unanswered()));
        assert_eq!(seen::<()>(Ok(None)), Seen::Absent);
    }

    #[test]
    fn a_service_that_was_not_answered_leaves_the_tasks_as_they_were_seen() {
        let mut observation = Observation::new("i-1", Triggers::default());
        observation.tasks = Seen::Present(Vec::new());
        let busy = Unanswered::Busy("describing".to_owned());

        InstanceAnswer::Services(Err(busy.clone())).enter(&mut observation);

        assert_eq!(observation.tasks, Seen::Present(Vec::new()));
        assert_eq!(observation.services, Seen::Unanswered(busy));
    }
}
