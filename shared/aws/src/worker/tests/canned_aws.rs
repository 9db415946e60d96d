//! An AWS of canned answers below the SDK.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use crate::{Clients, Config, Feed, Worker};

const NOW: u64 = 1_772_442_000;
pub(super) const CLUSTER: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/web";
pub(super) const CONTAINER_INSTANCE: &str =
    "arn:aws:ecs:eu-west-1:111122223333:container-instance/web/0f1e2d3c4b5a69788796a5b4c3d2e1f0";
pub(super) const TASK: &str =
    "arn:aws:ecs:eu-west-1:111122223333:task/web/3e5a7c9b1d0f42648b6c8e0a2d4f6b1c";
pub(super) const EC2_INSTANCE: &str = "i-0123456789abcdef0";

/// An AWS of canned answers by operation. It keeps the calls.
#[derive(Debug, Clone, Default)]
pub(super) struct CannedAws {
    answers: Arc<BTreeMap<&'static str, (u16, String)>>,
    calls: Arc<Mutex<Vec<(String, String)>>>,
}

impl CannedAws {
    pub(super) fn new(answers: Vec<(&'static str, u16, String)>) -> Self {
        let answers = answers.into_iter().map(|(name, status, body)| (name, (status, body)));
        Self { answers: Arc::new(answers.collect()), calls: Arc::default() }
    }

    pub(super) fn operations(&self) -> Vec<String> {
        self.calls.lock().unwrap().iter().map(|(operation, _)| operation.clone()).collect()
    }

    /// Returns the operations without the list of groups, which is read beside the first questions.
    pub(super) fn operations_beside_the_groups(&self) -> Vec<String> {
        self.operations().into_iter().filter(|it| it != "DescribeAutoScalingGroups").collect()
    }

    pub(super) fn body_of(&self, operation: &str) -> String {
        self.bodies_of(operation).remove(0)
    }

    pub(super) fn bodies_of(&self, operation: &str) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        let wanted = calls.iter().filter(|(name, _)| name == operation);
        wanted.map(|(_, body)| body.clone()).collect()
    }

    pub(super) fn worker(&self, feed: Feed) -> Worker {
        self.worker_with(feed, &[])
    }

    /// Returns a worker with these variables beside those of its queues.
    pub(super) fn worker_with(&self, feed: Feed, variables: &[(&str, &str)]) -> Worker {
        let queues = [
            ("EBB_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/111122223333/own"),
            ("EBB_DEAD_LETTER_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/111122223333/dead"),
        ];
        let variables = queues.iter().chain(variables);
        let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = Config::from_environment(variables).unwrap();
        let time = SharedTimeSource::new(StaticTimeSource::from_secs(NOW));
        let http = SharedHttpClient::new(self.clone());
        Worker::new(feed, config, Clients::over(http, time, "eu-west-1"))
    }
}

impl HttpConnector for CannedAws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let query = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
        let operation = query.or(target.rsplit('.').next()).unwrap_or_default().to_owned();
        self.calls.lock().unwrap().push((operation.clone(), body));
        let missing = || panic!("no canned answer for {operation}");
        let (status, body) = self.answers.get(operation.as_str()).cloned().unwrap_or_else(missing);
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl HttpClient for CannedAws {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn container_instance(status: &str, tasks: u32) -> serde_json::Value {
    serde_json::json!({
        "containerInstanceArn": CONTAINER_INSTANCE, "ec2InstanceId": EC2_INSTANCE,
        "status": status, "agentConnected": true, "version": 7,
        "runningTasksCount": tasks, "pendingTasksCount": 0, "attributes": [],
    })
}

/// Returns the cluster as DescribeClusters answers it, with this number of container instances.
pub(super) fn cluster(container_instances: u32) -> serde_json::Value {
    serde_json::json!({
        "clusterArn": CLUSTER, "status": "ACTIVE", "registeredContainerInstancesCount": container_instances,
    })
}

fn hooks() -> String {
    "<DescribeLifecycleHooksResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">\
     <DescribeLifecycleHooksResult><LifecycleHooks><member>\
     <LifecycleHookName>ebb</LifecycleHookName><AutoScalingGroupName>web</AutoScalingGroupName>\
     <LifecycleTransition>autoscaling:EC2_INSTANCE_TERMINATING</LifecycleTransition>\
     <HeartbeatTimeout>3600</HeartbeatTimeout><GlobalTimeout>172800</GlobalTimeout>\
     </member></LifecycleHooks></DescribeLifecycleHooksResult>\
     </DescribeLifecycleHooksResponse>"
        .to_owned()
}

/// Returns answers for one container instance in one cluster that can be drained, with this number of tasks.
pub(super) fn a_cluster(tasks: u32) -> Vec<(&'static str, u16, String)> {
    let json = |value: serde_json::Value| value.to_string();
    let drained = container_instance("DRAINING", tasks);
    vec![
        ("ListClusters", 200, json(serde_json::json!({ "clusterArns": [CLUSTER] }))),
        ("DescribeClusters", 200, json(serde_json::json!({ "clusters": [cluster(1)] }))),
        (
            "ListContainerInstances",
            200,
            json(serde_json::json!({ "containerInstanceArns": [CONTAINER_INSTANCE] })),
        ),
        (
            "UpdateContainerInstancesState",
            200,
            json(serde_json::json!({ "containerInstances": [drained], "failures": [] })),
        ),
        ("PutAttributes", 200, json(serde_json::json!({ "attributes": [] }))),
        ("ListTasks", 200, json(serde_json::json!({ "taskArns": [] }))),
        ("DescribeAutoScalingGroups", 200, groups("Terminating:Wait")),
        ("DescribeLifecycleHooks", 200, hooks()),
        (
            "SendMessageBatch",
            200,
            json(
                serde_json::json!({ "Successful": [{ "Id": "0", "MessageId": "m", "MD5OfMessageBody": "" }] }),
            ),
        ),
    ]
}

/// Returns a throttled answer of ECS or SQS.
pub(super) fn throttled(operation: &'static str) -> (&'static str, u16, String) {
    let body = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
    (operation, 400, body.to_owned())
}

/// Returns a throttled answer of Auto Scaling.
pub(super) fn throttled_by_auto_scaling(operation: &'static str) -> (&'static str, u16, String) {
    let body = "<ErrorResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><Error><Type>Sender</Type>\
                <Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>r</RequestId></ErrorResponse>";
    (operation, 400, body.to_owned())
}

fn members(state: &str) -> String {
    format!(
        "<DescribeAutoScalingInstancesResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">\
         <DescribeAutoScalingInstancesResult><AutoScalingInstances><member>\
         <InstanceId>{EC2_INSTANCE}</InstanceId><AutoScalingGroupName>web</AutoScalingGroupName>\
         <AvailabilityZone>eu-west-1a</AvailabilityZone><ProtectedFromScaleIn>false</ProtectedFromScaleIn>\
         <LifecycleState>{state}</LifecycleState><HealthStatus>HEALTHY</HealthStatus>\
         </member></AutoScalingInstances></DescribeAutoScalingInstancesResult>\
         </DescribeAutoScalingInstancesResponse>"
    )
}

pub(super) fn groups(state: &str) -> String {
    format!(
        "<DescribeAutoScalingGroupsResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">\
         <DescribeAutoScalingGroupsResult><AutoScalingGroups><member>\
         <AutoScalingGroupName>web</AutoScalingGroupName><DesiredCapacity>3</DesiredCapacity><Tags/>\
         <Instances><member><InstanceId>{EC2_INSTANCE}</InstanceId>\
         <LifecycleState>{state}</LifecycleState><HealthStatus>Healthy</HealthStatus></member></Instances>\
         </member></AutoScalingGroups></DescribeAutoScalingGroupsResult>\
         </DescribeAutoScalingGroupsResponse>"
    )
}

/// Returns answers for the container instance of [`a_cluster`], DRAINING for an action that started two minutes ago,
/// without tasks.
pub(super) fn an_empty_drain() -> Vec<(&'static str, u16, String)> {
    let described = serde_json::json!({ "containerInstances": [drained()], "failures": [] });
    let completed = "<CompleteLifecycleActionResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">\
                     <CompleteLifecycleActionResult/></CompleteLifecycleActionResponse>";
    let mut answers = a_cluster(0);
    answers.push(("DescribeContainerInstances", 200, described.to_string()));
    answers.push(("DescribeAutoScalingInstances", 200, members("Terminating:Wait")));
    answers.push(("DescribeAutoScalingGroups", 200, groups("Terminating:Wait")));
    answers.push(("CompleteLifecycleAction", 200, completed.to_owned()));
    answers
}

/// Returns answers for an empty drain without an attribute, on its way to the warm pool.
pub(super) fn an_empty_drain_to_the_warm_pool() -> Vec<(&'static str, u16, String)> {
    a_drain_without_an_attribute("Warmed:Pending:Wait")
}

/// Returns answers for an empty drain without an attribute, in this lifecycle state. Its scaling activity has the
/// start.
pub(super) fn a_drain_without_an_attribute(state: &str) -> Vec<(&'static str, u16, String)> {
    let it = container_instance("DRAINING", 0);
    let described = serde_json::json!({ "containerInstances": [it], "failures": [] });
    let activities = format!(
        "<DescribeScalingActivitiesResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">\
         <DescribeScalingActivitiesResult><Activities><member><ActivityId>a</ActivityId>\
         <AutoScalingGroupName>web</AutoScalingGroupName><Cause>c</Cause><StatusCode>InProgress</StatusCode>\
         <Description>Terminating EC2 instance: {EC2_INSTANCE}</Description>\
         <StartTime>2026-03-02T08:58:00Z</StartTime></member></Activities></DescribeScalingActivitiesResult>\
         </DescribeScalingActivitiesResponse>"
    );
    let mut answers = an_empty_drain();
    answers.push(("DescribeContainerInstances", 200, described.to_string()));
    answers.push(("DescribeAutoScalingInstances", 200, members(state)));
    answers.push(("DescribeAutoScalingGroups", 200, groups(state)));
    answers.push(("DescribeScalingActivities", 200, activities));
    answers
}

/// Returns answers for the drain of [`an_empty_drain`] with a standalone task.
pub(super) fn a_drain() -> Vec<(&'static str, u16, String)> {
    let task = serde_json::json!({
        "taskArn": TASK, "clusterArn": CLUSTER, "containerInstanceArn": CONTAINER_INSTANCE,
        "group": "family:import", "lastStatus": "RUNNING", "desiredStatus": "RUNNING",
        "taskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/import:1",
    });
    let described = serde_json::json!({ "tasks": [task], "failures": [] });
    let definition = serde_json::json!({ "taskDefinition": { "containerDefinitions": [] } });
    let heartbeats_sent_until = "<RecordLifecycleActionHeartbeatResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">\
         <RecordLifecycleActionHeartbeatResult/></RecordLifecycleActionHeartbeatResponse>";
    let mut answers = an_empty_drain();
    answers.push(("ListTasks", 200, serde_json::json!({ "taskArns": [TASK] }).to_string()));
    answers.push(("DescribeTasks", 200, described.to_string()));
    answers.push(("DescribeTaskDefinition", 200, definition.to_string()));
    answers.push(("RecordLifecycleActionHeartbeat", 200, heartbeats_sent_until.to_owned()));
    answers
}

/// Returns the answers with a drain that started so long ago that the first heartbeat is due.
pub(super) fn with_a_heartbeat_due(
    answers: Vec<(&'static str, u16, String)>,
) -> Vec<(&'static str, u16, String)> {
    let (since, longer) = ((NOW - 120).to_string(), (NOW - 1200).to_string());
    let earlier = |(name, status, body): (&'static str, u16, String)| {
        (name, status, body.replace(&since, &longer))
    };
    answers.into_iter().map(earlier).collect()
}

/// Returns the container instance, DRAINING for ebb since two minutes, with a task count of 0.
pub(super) fn drained() -> serde_json::Value {
    let since = NOW - 120;
    let mut it = container_instance("DRAINING", 0);
    let value = format!("1/s:{since}/n:0:0/a:{since}:876543");
    it["attributes"] = serde_json::json!([{ "name": "ebb.drain", "value": value }]);
    it
}

/// Returns answers for the container instance of [`a_cluster`], ACTIVE and InService, without an attribute.
pub(super) fn an_active_instance() -> Vec<(&'static str, u16, String)> {
    let it = container_instance("ACTIVE", 2);
    let described = serde_json::json!({ "containerInstances": [it], "failures": [] });
    let mut answers = a_cluster(2);
    answers.push(("DescribeContainerInstances", 200, described.to_string()));
    answers.push(("DescribeAutoScalingInstances", 200, members("InService")));
    answers
}

/// Returns answers for the container instance of [`a_cluster`], ACTIVE and InService, with the attribute of an ended
/// drain.
pub(super) fn a_drain_left_behind() -> Vec<(&'static str, u16, String)> {
    let mut it = container_instance("ACTIVE", 0);
    let value = format!("1/s:{}/r:{}", NOW - 1920, NOW - 120);
    it["attributes"] = serde_json::json!([{ "name": "ebb.drain", "value": value }]);
    let described = serde_json::json!({ "containerInstances": [it], "failures": [] });
    let nothing = serde_json::json!({ "attributes": [] });
    let mut answers = a_cluster(0);
    answers.push(("DescribeContainerInstances", 200, described.to_string()));
    answers.push(("DescribeAutoScalingGroups", 200, groups("InService")));
    answers.push(("DeleteAttributes", 200, nothing.to_string()));
    answers
}
