//! Scripts that stop all services of a cluster, for comparison with ebb.
//!
//! The first is the loop of many tutorials. The second adds StopTask and waits. The third uses the bounds of Application Auto
//! Scaling, as cost tools do.

use std::time::Duration;

use aws_services::ServiceClients;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::shutdown_world::CLUSTER;

/// Time between two polls, 5 s.
const BETWEEN_POLLS: Duration = Duration::from_secs(5);
/// Polls before the script gives up, 60: after 300 s.
const POLLS: usize = 60;

/// Sets each desired count to 0.
pub(super) fn count_to_zero(clients: &ServiceClients) -> BoxFuture<'_, Option<()>> {
    async {
        for service in services(clients).await? {
            set_count_to_zero(clients, &service).await?;
        }
        Some(())
    }
    .boxed()
}

/// Sets each desired count to 0, stops the tasks, and waits until they are STOPPED.
pub(super) fn two_phases(clients: &ServiceClients) -> BoxFuture<'_, Option<()>> {
    async {
        let mut stopped = Vec::new();
        for service in services(clients).await? {
            set_count_to_zero(clients, &service).await?;
            let list = clients.aws.ecs.list_tasks().cluster(CLUSTER).service_name(&service);
            for task in list.send().await.ok()?.task_arns.unwrap_or_default() {
                let stop = clients.aws.ecs.stop_task().cluster(CLUSTER).task(&task);
                stop.reason("shutdown").send().await.ok()?;
                stopped.push(task);
            }
        }
        wait_until_stopped(clients, stopped).await
    }
    .boxed()
}

/// Sets the bounds of each scalable target to 0, and the desired count of a service without one.
pub(super) fn bounds_to_zero(clients: &ServiceClients) -> BoxFuture<'_, Option<()>> {
    async {
        let targets = &clients.scalable_targets;
        for service in services(clients).await? {
            match targets.describe(CLUSTER, &service).await.ok()? {
                Some(mut target) => {
                    (target.min, target.max) = (0, 0);
                    targets.register(CLUSTER, &service, target).await.ok()?;
                }
                None => set_count_to_zero(clients, &service).await?,
            }
        }
        Some(())
    }
    .boxed()
}

/// Returns the names on the first page of the cluster's services, as such scripts read no other.
async fn services(clients: &ServiceClients) -> Option<Vec<String>> {
    let list = clients.aws.ecs.list_services().cluster(CLUSTER);
    let arns = list.send().await.ok()?.service_arns?;
    Some(arns.iter().filter_map(|arn| arn.rsplit('/').next()).map(str::to_owned).collect())
}

async fn set_count_to_zero(clients: &ServiceClients, service: &str) -> Option<()> {
    let update = clients.aws.ecs.update_service().cluster(CLUSTER);
    update.service(service).desired_count(0).send().await.ok().map(drop)
}

/// Polls until these tasks are STOPPED. Returns `None` if they are not in time.
async fn wait_until_stopped(clients: &ServiceClients, tasks: Vec<String>) -> Option<()> {
    for _ in 0..POLLS {
        let describe = clients.aws.ecs.describe_tasks().cluster(CLUSTER);
        let answer = describe.set_tasks(Some(tasks.clone())).send().await.ok()?;
        let described = answer.tasks.unwrap_or_default();
        if described.iter().all(|task| task.last_status.as_deref() == Some("STOPPED")) {
            return Some(());
        }
        clients.aws.clock.sleep(BETWEEN_POLLS).await;
    }
    None
}
