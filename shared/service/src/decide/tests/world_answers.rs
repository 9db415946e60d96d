//! Answers of the small ECS.

use std::collections::BTreeMap;

use super::scene::{at, service, target_group};
use super::tasks::arn;
use super::world::{World, WorldTask};
use crate::observation::*;
use crate::question::OperationQuestion;

impl World {
    /// Fills the fields of one question.
    pub(super) fn answer(&self, question: OperationQuestion, seen: &mut ServiceObservation) {
        use OperationQuestion as Q;
        match question {
            Q::Account => seen.account = Answered::Present("111122223333".to_owned()),
            Q::Record => {
                (seen.record, seen.state) = (given(self.record.clone()), given(self.state.clone()))
            }
            Q::Service => seen.service = Answered::Present(self.service()),
            Q::Tasks => {
                seen.tasks = Answered::Present(self.tasks.iter().map(|it| self.task(it)).collect())
            }
            Q::Protection => {
                let protected = self
                    .tasks
                    .iter()
                    .filter_map(|it| Some((arn(&it.name), Some(at(it.protected_until?)))));
                seen.protection = Answered::Present(protected.collect());
            }
            Q::Targets => seen.targets = Answered::Present(self.targets()),
            Q::Scaling => seen.scaling = given(self.scaling),
            Q::ScheduledActions => seen.scheduled_actions = Answered::Present(Vec::new()),
            Q::Agents => seen.agents = Answered::Present(BTreeMap::new()),
            Q::DeregistrationDelay => {
                seen.deregistration_delay = Answered::Present(std::time::Duration::from_secs(300));
            }
            Q::ServiceDeployments => seen.service_deployments = Answered::Present(Vec::new()),
        }
    }

    fn service(&self) -> ObservedService {
        let count = |is: &dyn Fn(&WorldTask) -> bool| {
            u32::try_from(self.tasks.iter().filter(|it| it.stop_at.is_none() && is(it)).count())
                .unwrap()
        };
        let balancer = ObservedLoadBalancer { target_groups: vec![target_group()] };
        ObservedService {
            desired_count: self.shown_desired,
            running_count: count(&|it| self.runs(it)),
            pending_count: count(&|it| !self.runs(it)),
            load_balancers: if self.spec.balanced { vec![balancer] } else { Vec::new() },
            ..service()
        }
    }

    fn task(&self, task: &WorldTask) -> ObservedTask {
        let (ended, runs) = (self.has_ended(task), self.runs(task));
        let stopping = task.stop_at.is_some();
        let last_status = match (ended, stopping, runs) {
            (true, ..) => TaskStatus::Stopped,
            (false, true, _) => TaskStatus::Deactivating,
            (false, false, true) => TaskStatus::Running,
            (false, false, false) => TaskStatus::Pending,
        };
        ObservedTask {
            arn: arn(&task.name),
            last_status,
            stopping,
            task_definition: "api:7".to_owned(),
            started_by: None,
            created_at: at(task.created),
            started_at: runs.then(|| at(task.created + self.spec.start)),
            stopping_at: task.stop_at.map(|at_| at(at_ - self.spec.stop)),
            stopped_at: task.stop_at.filter(|_| ended).map(at),
            stop_code: task.reason.map(|(code, _)| code.to_owned()),
            stopped_reason: task.reason.map(|(_, reason)| reason.to_owned()),
            health: None,
            containers: Vec::new(),
            container_instance: Some("ci-1".to_owned()),
            stop_time: None,
        }
    }

    fn targets(&self) -> BTreeMap<String, Vec<ObservedTarget>> {
        let target = |task: &WorldTask| ObservedTarget {
            target_group: target_group(),
            state: if self.is_healthy(task) { TargetState::Healthy } else { TargetState::Initial },
            reason: None,
        };
        self.tasks.iter().map(|task| (arn(&task.name), vec![target(task)])).collect()
    }
}

fn given<T>(answer: Option<T>) -> Answered<T> {
    answer.map_or(Answered::Absent, Answered::Present)
}
