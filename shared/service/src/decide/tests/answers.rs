//! Answers of AWS to the questions about a scene.

use super::scene::{Scene, at, target_group};
use crate::observation::*;
use crate::question::OperationQuestion;

/// Questions that a known wait leaves open.
pub(super) const REST: [OperationQuestion; 3] = [
    OperationQuestion::Scaling,
    OperationQuestion::Protection,
    OperationQuestion::ServiceDeployments,
];

/// Fills the fields of one question.
pub(super) fn answer(scene: &Scene, question: OperationQuestion, seen: &mut ServiceObservation) {
    use OperationQuestion as Q;
    let busy = scene.silent.contains(&question).then(|| "ThrottlingException".to_owned());
    match question {
        Q::Account => seen.account = given(Some(scene.account.clone()), busy),
        Q::Record => {
            let record = scene.recorded.then(|| parameter(scene.record.to_json().unwrap()));
            let state = scene.state.as_ref().map(|state| parameter(state.to_json().unwrap()));
            seen.record = given(record, busy.clone());
            seen.state = given(state, busy);
        }
        Q::Service => seen.service = given(counted(scene), busy),
        Q::Tasks => {
            let tasks = scene.tasks.iter().map(|it| it.task.clone()).collect();
            seen.tasks = given(Some(tasks), busy);
        }
        Q::Protection => {
            let protected = scene.tasks.iter().filter(|it| it.protected_until.is_some());
            let map = protected.map(|it| (it.task.arn.clone(), it.protected_until)).collect();
            seen.protection = given(Some(map), busy);
        }
        Q::Targets => {
            let target = |state: &TargetState| ObservedTarget {
                target_group: target_group(),
                state: state.clone(),
                reason: None,
            };
            let all = scene.tasks.iter().map(|it| (it.task.arn.clone(), vec![target(&it.target)]));
            seen.targets = given(Some(all.collect()), busy);
        }
        Q::Scaling => seen.scaling = given(scene.scaling, busy),
        Q::ScheduledActions => {
            seen.scheduled_actions = given(Some(scene.scheduled_actions.clone()), busy);
        }
        Q::Agents => {
            seen.agents = given(Some(scene.agents.clone()), busy);
        }
        Q::DeregistrationDelay => {
            seen.deregistration_delay = given(Some(scene.deregistration_delay), busy);
        }
        Q::ServiceDeployments => {
            seen.service_deployments = given(Some(scene.service_deployments.clone()), busy);
        }
    }
}

fn given<T>(answer: Option<T>, busy: Option<String>) -> Answered<T> {
    match (busy, answer) {
        (Some(error), _) => Answered::Unanswered(error),
        (None, Some(answer)) => Answered::Present(answer),
        (None, None) => Answered::Absent,
    }
}

fn parameter(value: String) -> StoredParameter {
    StoredParameter { value, modified_at: at(0) }
}

/// Returns the service with the counts of its tasks.
fn counted(scene: &Scene) -> Option<ObservedService> {
    let mut service = scene.service.clone()?;
    let count = |is: fn(&ObservedTask) -> bool| {
        u32::try_from(scene.tasks.iter().filter(|it| is(&it.task)).count()).unwrap()
    };
    service.running_count = count(|task| task.last_status == TaskStatus::Running);
    service.pending_count = count(|task| task.last_status == TaskStatus::Pending);
    Some(service)
}
