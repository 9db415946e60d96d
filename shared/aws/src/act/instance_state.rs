//! Status of container instances, DRAINING or ACTIVE: UpdateContainerInstancesState.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::ContainerInstanceStatus;
use drain::decision::Action;
use drain::observation::{ContainerInstance, Status};

use super::action_results::{ActionResults, record_fault};
use super::order::{Order, by_cluster, pick_actions};
use crate::fault::Fault;
use crate::limits::CONTAINER_INSTANCES_PER_UPDATE;
use crate::observe::arn_answers::{ArnAnswers, all_failed, merge};
use crate::observe::container_instances::{self, DescribedInstance, inactive};
use crate::observe::conversion::short_id;
use crate::parallel::in_parallel;

/// Sets container instances DRAINING, and keeps each as the answer describes it.
pub(super) async fn drain(ecs: &Client, orders: &[Order], results: &mut ActionResults) {
    let drains = pick_actions(orders, |action| matches!(action, Action::Drain).then_some(()));
    for (ec2_instance, answer) in set_all(ecs, drains, Status::Draining).await {
        match answer {
            Ok(it) => results.entry(ec2_instance).or_default().drained = Some(it),
            Err(fault) => record_fault(results, &ec2_instance, Err(fault)),
        }
    }
}

/// Sets container instances ACTIVE, and keeps each without the attribute, which the caller removes next.
pub(super) async fn activate(ecs: &Client, orders: &[Order], results: &mut ActionResults) {
    let activations =
        pick_actions(orders, |action| matches!(action, Action::Activate).then_some(()));
    for (ec2_instance, answer) in set_all(ecs, activations, Status::Active).await {
        match answer {
            Ok(it) => {
                let activated = without_attribute(it);
                results.entry(ec2_instance).or_default().activated = Some(activated);
            }
            Err(fault) => record_fault(results, &ec2_instance, Err(fault)),
        }
    }
}

fn without_attribute(mut it: ContainerInstance) -> ContainerInstance {
    if let Some(described) = &mut it.described {
        described.attribute = None;
    }
    it
}

async fn set_all(
    ecs: &Client,
    wanted: Vec<(&Order, ())>,
    status: Status,
) -> Vec<(String, Result<ContainerInstance, Fault>)> {
    let parts = by_cluster(wanted, CONTAINER_INSTANCES_PER_UPDATE);
    let calls = parts.iter().map(|(cluster, part)| {
        let arns = part.iter().map(|(_, it, ())| it.arn.clone()).collect();
        set_part(ecs, cluster, arns, &status)
    });
    let answers: ArnAnswers<_> = in_parallel(calls.collect()).await.into_iter().flatten().collect();
    let orders = parts.iter().flat_map(|(_, part)| part);
    let answer = |arn: &str| answers.get(arn).cloned();
    orders
        .filter_map(|(order, it, ())| Some((order.ec2_instance.clone(), answer(&it.arn)?)))
        .collect()
}

/// Sets up to ten container instances of one cluster. A call that AWS refuses as a whole is repeated one by one, so
/// that a container instance that cannot be updated holds up no other.
async fn set_part(
    ecs: &Client,
    cluster: &str,
    arns: Vec<String>,
    status: &Status,
) -> ArnAnswers<ContainerInstance> {
    match update(ecs, cluster, &arns, status).await {
        Ok(answers) => answers,
        Err(Fault::Bug(_) | Fault::Gone(_)) if arns.len() > 1 => {
            let one_by_one = arns.into_iter().map(|arn| set_one(ecs, cluster, arn, status));
            in_parallel(one_by_one.collect()).await.into_iter().collect()
        }
        Err(Fault::Bug(_) | Fault::Gone(_)) => {
            let checks = arns.into_iter().map(|arn| check_refused(ecs, cluster, arn, status));
            in_parallel(checks.collect()).await.into_iter().collect()
        }
        Err(fault) => all_failed(&arns, &fault),
    }
}

async fn set_one(
    ecs: &Client,
    cluster: &str,
    arn: String,
    status: &Status,
) -> (String, Result<ContainerInstance, Fault>) {
    match update(ecs, cluster, std::slice::from_ref(&arn), status).await {
        Ok(mut answers) => {
            let lacking = || Err(Fault::Busy(format!("{}: no answer", doing(cluster, status))));
            let answer = answers.remove(&arn).unwrap_or_else(lacking);
            (arn, answer)
        }
        Err(Fault::Bug(_) | Fault::Gone(_)) => check_refused(ecs, cluster, arn, status).await,
        Err(fault) => (arn, Err(fault)),
    }
}

/// Describes a container instance that AWS refused to update.
///
/// It may have the status already, be gone, or have a status that cannot be updated (ECS API reference,
/// UpdateContainerInstancesState). Otherwise the update is retried.
async fn check_refused(
    ecs: &Client,
    cluster: &str,
    arn: String,
    wanted: &Status,
) -> (String, Result<ContainerInstance, Fault>) {
    let mut answers = container_instances::describe(ecs, cluster, std::slice::from_ref(&arn)).await;
    let answer = match answers.remove(&arn) {
        Some(Ok(described)) => accept_refusal(described.container_instance, cluster, wanted),
        Some(Err(Fault::Gone(_))) => Ok(inactive(&arn, cluster)),
        Some(Err(fault)) => Err(fault),
        None => Err(Fault::Busy(format!("{}: no answer", doing(cluster, wanted)))),
    };
    (arn, answer)
}

/// Returns the container instance if no retry can change its status.
fn accept_refusal(
    it: ContainerInstance,
    cluster: &str,
    wanted: &Status,
) -> Result<ContainerInstance, Fault> {
    let status = it.described.as_ref().map(|described| &described.status);
    let can_be_updated = matches!(status, Some(Status::Active | Status::Draining));
    if status == Some(wanted) || !can_be_updated {
        return Ok(it);
    }
    Err(Fault::Busy(format!("{}: refused", doing(cluster, wanted))))
}

async fn update(
    ecs: &Client,
    cluster: &str,
    arns: &[String],
    status: &Status,
) -> Result<ArnAnswers<ContainerInstance>, Fault> {
    let doing = doing(cluster, status);
    let status = match status {
        Status::Active => ContainerInstanceStatus::Active,
        _ => ContainerInstanceStatus::Draining,
    };
    let call = ecs.update_container_instances_state().cluster(cluster).status(status);
    let call = call.set_container_instances(Some(arns.to_vec()));
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let found = container_instances::by_arn(cluster, answer.container_instances());
    let answers = merge(&doing, arns, found, answer.failures());
    Ok(answers.into_iter().map(|(arn, answer)| updated(arn, cluster, answer)).collect())
}

fn updated(
    arn: String,
    cluster: &str,
    answer: Result<DescribedInstance, Fault>,
) -> (String, Result<ContainerInstance, Fault>) {
    let answer = match answer {
        Ok(described) => Ok(described.container_instance),
        Err(Fault::Gone(_)) => Ok(inactive(&arn, cluster)),
        Err(fault) => Err(fault),
    };
    (arn, answer)
}

fn doing(cluster: &str, status: &Status) -> String {
    let status = if *status == Status::Active { "ACTIVE" } else { "DRAINING" };
    format!("setting container instances of cluster {} {status}", short_id(cluster))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(status: Status) -> ContainerInstance {
        let mut it = inactive("arn/ci-1", "web");
        if let Some(described) = &mut it.described {
            described.status = status;
        }
        it
    }

    #[test]
    fn refused_instance_that_is_draining_already_is_drained() {
        assert!(accept_refusal(instance(Status::Draining), "web", &Status::Draining).is_ok());
    }

    #[test]
    fn refused_instance_that_cannot_be_updated_is_left_to_the_decision() {
        let registering = instance(Status::Other("REGISTERING".to_owned()));

        let answer = accept_refusal(registering.clone(), "web", &Status::Draining);

        assert_eq!(answer, Ok(registering));
    }

    #[test]
    fn refused_instance_that_is_still_active_is_retried() {
        let answer = accept_refusal(instance(Status::Active), "web", &Status::Draining);

        assert!(matches!(answer, Err(Fault::Busy(_))));
    }
}
