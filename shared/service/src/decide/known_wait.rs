//! Known waits of a recycle: looks at which ebb can only wait, whatever else AWS would answer.
//!
//! While an old task stops or a new one is not healthy yet, the record, the service, its tasks and their targets decide
//! alone. A look then reads nothing else. A look that may lead to a change, or that proves stability, reads everything.

use crate::facts::failure::failed_replacement;
use crate::facts::scaling::own_counts;
use crate::facts::scope::is_new;
use crate::facts::stability::{gaps, surplus};
use crate::kind::OperationKind;
use crate::limits::LONGEST_KNOWN_WAIT;
use crate::moment::after;
use crate::observation::{DeploymentController, DeploymentStrategy};

use super::cause::last_change;
use super::operation::Operation;
use super::restore::given_end;

/// Returns true if the operation can only wait. Protection, scaling and service deployments of the operation are not used.
pub(super) fn is_known_wait(operation: &Operation<'_>) -> bool {
    works(operation) && is_undisturbed(operation) && waits(operation)
}

/// Returns true if the recycle is in the middle of its work.
fn works(operation: &Operation<'_>) -> bool {
    let record = operation.record;
    record.request.kind == OperationKind::Recycle
        && record.protected.is_empty()
        && operation.began()
        && given_end(operation).is_none()
}

/// Returns true if nothing but the recycle changes the service. DescribeServices shows every deployment that rolls.
fn is_undisturbed(operation: &Operation<'_>) -> bool {
    let (service, started) = (operation.service, operation.started);
    let is_own = own_counts(operation.record).is_some_and(|it| it.contains(&service.desired_count));
    is_own
        && service.controller == DeploymentController::Ecs
        && service.strategy == DeploymentStrategy::Rolling
        && operation.running_deployment().is_none()
        && !service.deployments.iter().any(|it| is_new(it.created_at, started))
        && failed_replacement(operation.tasks, started).is_none()
}

/// Returns true if a stop or a start is in the way of the next change. ebb renews its protection while there is a surplus.
fn waits(operation: &Operation<'_>) -> bool {
    let (service, tasks) = (operation.service, operation.tasks);
    let left = operation.scope().left(tasks);
    let is_recent = operation.now < after(last_change(operation), LONGEST_KNOWN_WAIT);
    if left.is_empty() || !is_recent || surplus(service, tasks) > 0 {
        return false;
    }
    let (desired, recorded) = (service.desired_count, operation.recorded_count());
    let extends = operation.record.request.maintain_service_state && desired == recorded;
    if desired < recorded || extends {
        left.iter().any(|task| task.is_leaving())
    } else {
        !gaps(service, tasks, operation.targets, operation.now).is_empty()
    }
}
