//! Answers to questions about EC2 instances.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::decision::Question;
use drain::observation::{
    Activities, ContainerInstance, Group, GroupMember, Hook, Observation, Seen, Unanswered,
};
use drain::stuck_service::StuckServices;
use drain::task::{Owner, Service, Task};

use crate::fault::Fault;

/// An answer about one EC2 instance.
#[derive(Debug, Clone)]
pub(in crate::worker) enum InstanceAnswer {
    ContainerInstance(Box<Seen<ContainerInstance>>),
    /// An event named the wrong container instance. Every answer about that one is cleared.
    OtherContainerInstance,
    Tasks(Result<Vec<Task>, Unanswered>),
    RunningTasks(Result<Vec<Task>, Unanswered>),
    ServiceTasks(Seen<bool>),
    Services(Result<BTreeMap<String, Service>, Unanswered>),
    StopTimes(Result<BTreeMap<String, Duration>, Unanswered>),
    ServiceStopTimes(Result<BTreeMap<String, Duration>, Unanswered>),
    Stuck(Seen<StuckServices>),
    Member(Seen<GroupMember>),
    Hooks(Seen<Vec<Hook>>),
    Group(Seen<Group>),
    GroupUsesEcs(Seen<bool>),
    GroupDraining(Seen<u32>),
    Activities(Seen<Activities>),
}

/// Answers, each with the id of its EC2 instance.
pub(in crate::worker) type InstanceAnswers = Vec<(String, InstanceAnswer)>;

/// Ids of the EC2 instances that need an answer, by question.
pub(in crate::worker) type OpenQuestions = BTreeMap<Question, BTreeSet<String>>;

impl InstanceAnswer {
    /// Returns true if the answer says which container instance this is, or that it must be searched for.
    pub(in crate::worker) fn is_about_container_instance(&self) -> bool {
        matches!(self, Self::ContainerInstance(_) | Self::OtherContainerInstance)
    }

    /// Enters the answer into the observation.
    pub(in crate::worker) fn enter(self, seen: &mut Observation) {
        match self {
            Self::ContainerInstance(it) => seen.container_instance = *it,
            Self::OtherContainerInstance => {
                seen.container_instance = Seen::NotAsked;
                seen.tasks = Seen::NotAsked;
                seen.service_tasks = Seen::NotAsked;
                seen.services = Seen::NotAsked;
                seen.stop_times = Seen::NotAsked;
                seen.service_stop_times = Seen::NotAsked;
                seen.stuck = Seen::NotAsked;
            }
            Self::Tasks(Ok(tasks)) => seen.enter_tasks(tasks, false),
            Self::RunningTasks(Ok(tasks)) => seen.enter_tasks(tasks, true),
            Self::Tasks(Err(why)) | Self::RunningTasks(Err(why)) => {
                seen.tasks = Seen::Unanswered(why);
            }
            Self::ServiceTasks(it) => seen.service_tasks = it,
            Self::Services(Ok(services)) => enter_services(seen, &services),
            Self::Services(Err(why)) => seen.services = Seen::Unanswered(why),
            Self::StopTimes(times) => seen.stop_times = enter_stop_times(seen, times),
            Self::ServiceStopTimes(times) => {
                seen.service_stop_times = enter_stop_times(seen, times)
            }
            Self::Stuck(it) => seen.stuck = it,
            Self::Member(it) => seen.member = it,
            Self::Hooks(it) => seen.hooks = it,
            Self::Group(it) => seen.group = it,
            Self::GroupUsesEcs(it) => seen.group_uses_ecs = it,
            Self::GroupDraining(it) => seen.group_draining = it,
            Self::Activities(it) => seen.activities = it,
        }
    }
}

fn enter_services(seen: &mut Observation, services: &BTreeMap<String, Service>) {
    seen.services = Seen::Present(());
    let Seen::Present(tasks) = &mut seen.tasks else { return };
    for task in tasks {
        if let Owner::Service { name, service } = &mut task.owner {
            *service = services.get(name).cloned().or_else(|| service.take());
        }
    }
}

fn enter_stop_times(
    seen: &mut Observation,
    times: Result<BTreeMap<String, Duration>, Unanswered>,
) -> Seen<()> {
    let times = match times {
        Ok(times) => times,
        Err(why) => return Seen::Unanswered(why),
    };
    if let Seen::Present(tasks) = &mut seen.tasks {
        for task in tasks {
            task.stop_time = times.get(&task.definition).copied().or(task.stop_time);
        }
    }
    Seen::Present(())
}

/// Returns an answer as an observation. A resource that is gone is absent.
pub(super) fn seen<T>(answer: Result<Option<T>, Fault>) -> Seen<T> {
    match answer {
        Ok(Some(it)) => Seen::Present(it),
        Ok(None) | Err(Fault::Gone(_)) => Seen::Absent,
        Err(fault) => Seen::Unanswered(fault.unanswered()),
    }
}

#[cfg(test)]
mod tests {
    use drain::trigger::Triggers;

    use super::*;

    #[test]
    fn throttled_or_denied_read_is_no_absence() {
        let busy = Fault::Busy("describing".to_owned());
        let denied = Fault::Denied("describing".to_owned());

        assert_eq!(seen::<()>(Err(busy.clone())), Seen::Unanswered(busy.unanswered()));
        assert_eq!(seen::<()>(Err(denied.clone())), Seen::Unanswered(denied.unanswered()));
        assert_eq!(seen::<()>(Ok(None)), Seen::Absent);
    }

    #[test]
    fn unanswered_services_leave_the_tasks_unchanged() {
        let mut observation = Observation::new("i-1", Triggers::default());
        observation.tasks = Seen::Present(Vec::new());
        let busy = Unanswered::Busy("describing".to_owned());

        InstanceAnswer::Services(Err(busy.clone())).enter(&mut observation);

        assert_eq!(observation.tasks, Seen::Present(Vec::new()));
        assert_eq!(observation.services, Seen::Unanswered(busy));
    }
}
