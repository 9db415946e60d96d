//! Setting container instances DRAINING and ACTIVE: UpdateContainerInstancesState.

use std::collections::BTreeSet;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::ContainerInstanceStatus;
use drain::decision::Action;
use drain::observation::{ContainerInstance, Status};

use super::{ActionResults, Order, attributes, by_cluster, picked, record_fault};
use crate::fault::Fault;
use crate::observe::arn_answers::{Answers, merged, unanswered};
use crate::observe::container_instances::{self, Found, gone};
use crate::observe::{all, short};

/// API reference, UpdateContainerInstancesState.
const UPDATED_AT_ONCE: usize = 10;

/// Sets container instances DRAINING. The answer describes each as it is afterwards.
pub(super) async fn drain(ecs: &Client, orders: &[Order], results: &mut ActionResults) {
    let drains = picked(orders, |action| matches!(action, Action::Drain).then_some(()));
    for (ec2_instance, answer) in set_all(ecs, drains, Status::Draining).await {
        match answer {
            Ok(it) => results.entry(ec2_instance).or_default().drained = Some(it),
            Err(fault) => record_fault(results, &ec2_instance, Err(fault)),
        }
    }
}

/// Sets container instances ACTIVE, and takes our attribute off them.
pub(super) async fn activate(ecs: &Client, orders: &[Order], results: &mut ActionResults) {
    let activations = picked(orders, |action| matches!(action, Action::Activate).then_some(()));
    let mut active = BTreeSet::new();
    for (ec2_instance, answer) in set_all(ecs, activations, Status::Active).await {
        match answer {
            Ok(it) => {
                let activated = without_attribute(it);
                results.entry(ec2_instance.clone()).or_default().activated = Some(activated);
                active.insert(ec2_instance);
            }
            Err(fault) => record_fault(results, &ec2_instance, Err(fault)),
        }
    }
    attributes::forget(ecs, orders, &active, results).await;
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
    let parts = by_cluster(wanted, UPDATED_AT_ONCE);
    let calls = parts.iter().map(|(cluster, part)| {
        let arns = part.iter().map(|(_, it, ())| it.arn.clone()).collect();
        set(ecs, cluster, arns, &status)
    });
    let answers: Answers<_> = all(calls.collect()).await.into_iter().flatten().collect();
    let orders = parts.iter().flat_map(|(_, part)| part);
    let answer = |arn: &str| answers.get(arn).cloned();
    orders
        .filter_map(|(order, it, ())| Some((order.ec2_instance.clone(), answer(&it.arn)?)))
        .collect()
}

/// Sets up to ten of one cluster. A batch that AWS refuses as a whole is taken apart, so that one container instance
/// that cannot be updated holds up no other.
async fn set(
    ecs: &Client,
    cluster: &str,
    arns: Vec<String>,
    status: &Status,
) -> Answers<ContainerInstance> {
    match update(ecs, cluster, &arns, status).await {
        Ok(answers) => answers,
        Err(Fault::Bug(_) | Fault::Gone(_)) if arns.len() > 1 => {
            let singly = arns.into_iter().map(|arn| set_one(ecs, cluster, arn, status));
            all(singly.collect()).await.into_iter().collect()
        }
        Err(Fault::Bug(_) | Fault::Gone(_)) => {
            let settled = arns.into_iter().map(|arn| look(ecs, cluster, arn, status));
            all(settled.collect()).await.into_iter().collect()
        }
        Err(fault) => unanswered(&arns, &fault),
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
            let lost = || Err(Fault::Busy(format!("{}: no answer", doing(cluster, status))));
            let answer = answers.remove(&arn).unwrap_or_else(lost);
            (arn, answer)
        }
        Err(Fault::Bug(_) | Fault::Gone(_)) => look(ecs, cluster, arn, status).await,
        Err(fault) => (arn, Err(fault)),
    }
}

/// Looks at one that AWS refused to update: it may have the status already, be gone, or be in one that cannot be
/// updated (API reference, UpdateContainerInstancesState). Otherwise it is worth another try.
async fn look(
    ecs: &Client,
    cluster: &str,
    arn: String,
    wanted: &Status,
) -> (String, Result<ContainerInstance, Fault>) {
    let mut answers = container_instances::describe(ecs, cluster, std::slice::from_ref(&arn)).await;
    let answer = match answers.remove(&arn) {
        Some(Ok(found)) => settled(found.container_instance, cluster, wanted),
        Some(Err(Fault::Gone(_))) => Ok(gone(&arn, cluster)),
        Some(Err(fault)) => Err(fault),
        None => Err(Fault::Busy(format!("{}: no answer", doing(cluster, wanted)))),
    };
    (arn, answer)
}

fn settled(
    it: ContainerInstance,
    cluster: &str,
    wanted: &Status,
) -> Result<ContainerInstance, Fault> {
    let status = it.described.as_ref().map(|described| &described.status);
    let may_be_updated = matches!(status, Some(Status::Active | Status::Draining));
    if status == Some(wanted) || !may_be_updated {
        return Ok(it);
    }
    Err(Fault::Busy(format!("{}: refused", doing(cluster, wanted))))
}

async fn update(
    ecs: &Client,
    cluster: &str,
    arns: &[String],
    status: &Status,
) -> Result<Answers<ContainerInstance>, Fault> {
    let doing = doing(cluster, status);
    let status = match status {
        Status::Active => ContainerInstanceStatus::Active,
        _ => ContainerInstanceStatus::Draining,
    };
    let call = ecs.update_container_instances_state().cluster(cluster).status(status);
    let call = call.set_container_instances(Some(arns.to_vec()));
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let found = container_instances::convert_all(cluster, answer.container_instances());
    let answers = merged(&doing, arns, found, answer.failures());
    Ok(answers.into_iter().map(|(arn, answer)| described(arn, cluster, answer)).collect())
}

fn described(
    arn: String,
    cluster: &str,
    answer: Result<Found, Fault>,
) -> (String, Result<ContainerInstance, Fault>) {
    let answer = match answer {
        Ok(found) => Ok(found.container_instance),
        Err(Fault::Gone(_)) => Ok(gone(&arn, cluster)),
        Err(fault) => Err(fault),
    };
    (arn, answer)
}

fn doing(cluster: &str, status: &Status) -> String {
    let status = if *status == Status::Active { "ACTIVE" } else { "DRAINING" };
    format!("setting container instances of cluster {} {status}", short(cluster))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(status: Status) -> ContainerInstance {
        let mut it = gone("arn/ci-1", "web");
        if let Some(described) = &mut it.described {
            described.status = status;
        }
        it
    }

    #[test]
    fn one_that_is_draining_already_is_drained() {
        assert!(settled(instance(Status::Draining), "web", &Status::Draining).is_ok());
    }

    #[test]
    fn one_that_cannot_be_updated_is_left_to_the_decision() {
        let registering = instance(Status::Other("REGISTERING".to_owned()));

        assert_eq!(settled(registering.clone(), "web", &Status::Draining), Ok(registering));
    }

    #[test]
    fn one_that_was_refused_and_is_still_active_is_tried_again() {
        let answer = settled(instance(Status::Active), "web", &Status::Draining);

        assert!(matches!(answer, Err(Fault::Busy(_))));
    }
}
