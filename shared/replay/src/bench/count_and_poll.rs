//! Count and poll: the drainer of the public samples, for comparison.
//!
//! The samples are aws-samples/ecs-cid-sample and the drain hook of aws-cdk. They set the instance of a lifecycle
//! action to DRAINING, poll `runningTasksCount`, and complete the action once it is 0. `runningTasksCount` counts tasks
//! "that have a desired status of RUNNING" (ECS API reference, ContainerInstance), so tasks that are stopping are
//! killed. The samples handle no Spot interruption warning, and read no tasks.

use std::pin::pin;
use std::time::Duration;

use aws::clients::Clients;
use futures::StreamExt;
use futures::future::{Either, LocalBoxFuture, pending, select};
use futures::stream::FuturesUnordered;
use serde_json::Value;

/// Time between two counts of one instance, 15 s.
const BETWEEN_COUNTS: Duration = Duration::from_secs(15);
/// Counts between two heartbeats, 40: a heartbeat every ten minutes.
const COUNTS_PER_HEARTBEAT: u32 = 40;
/// Wait of a poll of the queue, in seconds.
const POLL_SECONDS: i32 = 5;

/// Process that counts and polls.
pub(super) struct CountAndPoll {
    clients: Clients,
}

/// Lifecycle action of an instance.
struct SampledAction {
    group: String,
    hook: String,
    ec2_instance: String,
}

/// Result of the search for an instance in all clusters.
enum SearchResult {
    Draining { cluster: String, arn: String },
    InNoCluster,
    Unanswered,
}

impl CountAndPoll {
    pub(super) fn new(clients: Clients) -> Self {
        Self { clients }
    }

    /// Receives lifecycle actions and handles each until its completion. Never ends.
    pub(super) async fn run(self) {
        let queue = sim::queue_url("asg-lifecycle");
        let mut drains: FuturesUnordered<LocalBoxFuture<'_, ()>> = FuturesUnordered::new();
        // A drain that never ends keeps the stream of drains open.
        drains.push(Box::pin(pending()));
        loop {
            let mut poll = pin!(self.receive(&queue));
            let actions = loop {
                if let Either::Left((actions, _)) = select(poll.as_mut(), drains.next()).await {
                    break actions;
                }
            };
            for action in actions {
                drains.push(Box::pin(self.drain(action)));
            }
        }
    }

    async fn receive(&self, queue: &str) -> Vec<SampledAction> {
        let call = self.clients.sqs.receive_message().queue_url(queue);
        let call = call.max_number_of_messages(10).wait_time_seconds(POLL_SECONDS);
        let messages = call.send().await.map(|answer| answer.messages.unwrap_or_default());
        let mut actions = Vec::new();
        for message in messages.unwrap_or_default() {
            actions.extend(message.body().and_then(terminating_action));
            let delete = self.clients.sqs.delete_message().queue_url(queue);
            // A message that is not deleted is received again, which does no harm.
            let _ = delete.set_receipt_handle(message.receipt_handle).send().await;
        }
        actions
    }

    async fn drain(&self, action: SampledAction) {
        let mut found = SearchResult::Unanswered;
        for count in 1_u32.. {
            if matches!(found, SearchResult::Unanswered) {
                found = self.set_draining(&action.ec2_instance).await;
            }
            let running = match &found {
                SearchResult::Draining { cluster, arn } => self.running_tasks(cluster, arn).await,
                SearchResult::InNoCluster => Some(0),
                SearchResult::Unanswered => None,
            };
            if running == Some(0) {
                return self.complete(&action).await;
            }
            if count % COUNTS_PER_HEARTBEAT == 0 {
                self.heartbeat(&action).await;
            }
            self.clients.clock.sleep(BETWEEN_COUNTS).await;
        }
    }

    /// Sets the container instance of an EC2 instance to DRAINING.
    async fn set_draining(&self, ec2_instance: &str) -> SearchResult {
        self.searched(ec2_instance).await.unwrap_or(SearchResult::Unanswered)
    }

    /// Searches for an EC2 instance in all clusters. Returns `None` if AWS refuses a call.
    async fn searched(&self, ec2_instance: &str) -> Option<SearchResult> {
        let ecs = &self.clients.ecs;
        let clusters = ecs.list_clusters().send().await.ok()?.cluster_arns?;
        for cluster in clusters {
            let filter = format!("ec2InstanceId == {ec2_instance}");
            let list = ecs.list_container_instances().cluster(&cluster).filter(filter);
            let found = list.send().await.ok()?.container_instance_arns.unwrap_or_default();
            if let Some(arn) = found.into_iter().next() {
                let update = ecs.update_container_instances_state().cluster(&cluster);
                let update = update.container_instances(&arn).status("DRAINING".into());
                update.send().await.ok()?;
                return Some(SearchResult::Draining { cluster, arn });
            }
        }
        Some(SearchResult::InNoCluster)
    }

    async fn running_tasks(&self, cluster: &str, arn: &str) -> Option<i32> {
        let describe = self.clients.ecs.describe_container_instances().cluster(cluster);
        let answer = describe.container_instances(arn).send().await.ok()?;
        answer.container_instances?.first().map(|it| it.running_tasks_count)
    }

    async fn heartbeat(&self, action: &SampledAction) {
        let call = self.clients.autoscaling.record_lifecycle_action_heartbeat();
        let call = call.auto_scaling_group_name(&action.group).lifecycle_hook_name(&action.hook);
        // The next heartbeat comes long before the heartbeat timeout.
        let _ = call.instance_id(&action.ec2_instance).send().await;
    }

    async fn complete(&self, action: &SampledAction) {
        let call = self.clients.autoscaling.complete_lifecycle_action();
        let call = call.auto_scaling_group_name(&action.group).lifecycle_hook_name(&action.hook);
        let call = call.instance_id(&action.ec2_instance).lifecycle_action_result("CONTINUE");
        // The hook's timeout ends an action whose completion fails.
        let _ = call.send().await;
    }
}

/// Returns the lifecycle action of a terminating instance that a message announces.
fn terminating_action(body: &str) -> Option<SampledAction> {
    let event: Value = serde_json::from_str(body).ok()?;
    let detail = &event["detail"];
    let text = |name: &str| detail[name].as_str().map(str::to_owned);
    let is_terminating = detail["LifecycleTransition"] == "autoscaling:EC2_INSTANCE_TERMINATING";
    is_terminating.then_some(())?;
    Some(SampledAction {
        group: text("AutoScalingGroupName")?,
        hook: text("LifecycleHookName")?,
        ec2_instance: text("EC2InstanceId")?,
    })
}
