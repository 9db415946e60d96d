//! Scripts that replace the tasks of a service, for comparison with ebb.
//!
//! The first is the loop of many tutorials, the second the AWS CLI's `update-service --force-new-deployment` and `wait
//! services-stable`. The third has the steps of the Lambda functions that people deploy for a recycle.

use std::time::Duration;

use aws_services::ServiceClients;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::recycle_world::{CLUSTER, SERVICE};

/// Time between two calls of StopTask in the loop, 15 s.
const BETWEEN_STOPS: Duration = Duration::from_secs(15);
/// Default time between two tasks of a recycle Lambda, 30 s.
const WAIT_TIME: Duration = Duration::from_secs(30);
/// Time between two polls of the waiter ServicesStable, 15 s (botocore, ecs/2014-11-13/waiters-2.json).
const BETWEEN_POLLS: Duration = Duration::from_secs(15);
/// Polls of the waiter before it gives up, 40 (same file).
const POLLS: usize = 40;

/// Stops one task every 15 seconds.
pub(super) fn stop_and_sleep(clients: &ServiceClients) -> BoxFuture<'_, Option<()>> {
    async { ScriptedService { clients }.stop_and_sleep().await }.boxed()
}

/// Forces a deployment and waits for a stable service.
pub(super) fn force_deployment(clients: &ServiceClients) -> BoxFuture<'_, Option<()>> {
    async { ScriptedService { clients }.force_deployment().await }.boxed()
}

/// Raises the desired count by one, stops task by task, and restores the count.
pub(super) fn recycle(clients: &ServiceClients) -> BoxFuture<'_, Option<()>> {
    async { ScriptedService { clients }.recycle().await }.boxed()
}

/// The service as a script sees it.
struct ScriptedService<'a> {
    clients: &'a ServiceClients,
}

impl ScriptedService<'_> {
    async fn stop_and_sleep(&self) -> Option<()> {
        for task in self.tasks().await? {
            self.stop(task).await?;
            self.sleep(BETWEEN_STOPS).await;
        }
        Some(())
    }

    async fn force_deployment(&self) -> Option<()> {
        let update = self.clients.aws.ecs.update_service().cluster(CLUSTER);
        update.service(SERVICE).force_new_deployment(true).send().await.ok()?;
        self.wait_until_stable().await
    }

    /// Replaces the tasks with one more than the desired count. Both bounds of a scalable target move with it.
    async fn recycle(&self) -> Option<()> {
        let desired = self.counts().await?.desired;
        let tasks = self.tasks().await?;
        let targets = &self.clients.scalable_targets;
        let target = targets.describe(CLUSTER, SERVICE).await.ok()?;
        if let Some(mut raised) = target {
            (raised.min, raised.max) = (raised.min + 1, raised.max + 1);
            targets.register(CLUSTER, SERVICE, raised).await.ok()?;
        }
        self.set_desired_count(desired + 1).await?;
        self.wait_until_stable().await?;
        for task in tasks {
            self.stop(task).await?;
            self.wait_until_stable().await?;
            self.sleep(WAIT_TIME).await;
        }
        self.set_desired_count(desired).await?;
        if let Some(target) = target {
            targets.register(CLUSTER, SERVICE, target).await.ok()?;
        }
        Some(())
    }

    /// Returns the first page of the service's tasks, as such scripts read no other.
    async fn tasks(&self) -> Option<Vec<String>> {
        let list = self.clients.aws.ecs.list_tasks().cluster(CLUSTER);
        list.service_name(SERVICE).send().await.ok()?.task_arns
    }

    async fn stop(&self, task: String) -> Option<()> {
        let stop = self.clients.aws.ecs.stop_task().cluster(CLUSTER).task(task);
        stop.reason("recycle").send().await.ok().map(drop)
    }

    async fn set_desired_count(&self, count: i32) -> Option<()> {
        let update = self.clients.aws.ecs.update_service().cluster(CLUSTER);
        let update = update.service(SERVICE).desired_count(count);
        update.send().await.ok().map(drop)
    }

    /// Polls as the waiter ServicesStable: until one deployment is left, and as many tasks run as are desired.
    async fn wait_until_stable(&self) -> Option<()> {
        for poll in 0..POLLS {
            if poll > 0 {
                self.sleep(BETWEEN_POLLS).await;
            }
            let counts = self.counts().await?;
            if counts.deployments == 1 && counts.running == counts.desired {
                return Some(());
            }
        }
        None
    }

    async fn counts(&self) -> Option<DescribedCounts> {
        let describe = self.clients.aws.ecs.describe_services().cluster(CLUSTER);
        let answer = describe.services(SERVICE).send().await.ok()?;
        let service = answer.services?.into_iter().next()?;
        let deployments = service.deployments.unwrap_or_default().len();
        Some(DescribedCounts {
            desired: service.desired_count,
            running: service.running_count,
            deployments,
        })
    }

    async fn sleep(&self, length: Duration) {
        self.clients.aws.clock.sleep(length).await;
    }
}

/// Counts in an answer of DescribeServices.
struct DescribedCounts {
    desired: i32,
    running: i32,
    deployments: usize,
}
