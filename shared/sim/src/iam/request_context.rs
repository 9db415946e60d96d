//! The context of a request: its action, its resources and its cluster (Service Authorization Reference, "Actions
//! defined by" each service).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::is_read;
use crate::application_autoscaling::ApplicationAutoScaling;
use crate::autoscaling::AutoScaling;
use crate::region::{ACCOUNT, REGION};
use crate::secretsmanager::Secrets;
use crate::wire::request::{Call, CallInput};

use super::triggers;

/// The permissions that a call needs.
#[derive(Debug, Clone)]
pub(crate) struct RequestContext {
    pub(super) action: String,
    /// Resources of the request; `*` for an action without resource types.
    pub(super) resources: Vec<String>,
    /// The condition key `ecs:cluster`.
    pub(super) cluster: Option<String>,
}

/// Resources whose ARNs a request does not name.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownResources<'a> {
    pub(super) autoscaling: &'a AutoScaling,
    pub(super) application_autoscaling: &'a ApplicationAutoScaling,
    pub(super) secrets: &'a Secrets,
}

impl RequestContext {
    pub(super) fn new(known: &KnownResources<'_>, call: &Call) -> Self {
        let action = format!("{}:{}", call.service, action(&call.operation));
        match &call.input {
            CallInput::Json(input) if call.service == "ecs" => {
                of_ecs(action, &call.operation, input)
            }
            CallInput::Json(input) if call.service == "sqs" => {
                // GetQueueUrl names its queue. All other operations have the queue's URL.
                let named = input["QueueUrl"].as_str().or(input["QueueName"].as_str());
                let name = named.unwrap_or_default().rsplit('/').next().unwrap_or_default();
                let queue = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}");
                Self { action, resources: vec![queue], cluster: None }
            }
            CallInput::Json(input) if call.service == "ssm" => {
                Self { action, resources: parameters(input), cluster: None }
            }
            CallInput::Json(input) if call.service == "lambda" => Self {
                action,
                resources: vec![triggers::of_lambda(&call.operation, input)],
                cluster: None,
            },
            CallInput::Json(input) if call.service == "events" => {
                Self { action, resources: vec![triggers::of_events(input)], cluster: None }
            }
            CallInput::Json(input) if call.service == "scheduler" => {
                Self { action, resources: vec![triggers::of_scheduler(input)], cluster: None }
            }
            CallInput::Json(input) if call.service == "secretsmanager" => {
                let secret = triggers::of_secrets_manager(known.secrets, input);
                Self { action, resources: vec![secret], cluster: None }
            }
            CallInput::Form(input) if call.service == "sns" => {
                let topic = input.get("TopicArn").cloned();
                Self { action, resources: vec![topic.unwrap_or_else(any)], cluster: None }
            }
            CallInput::Json(input) if call.operation == "RegisterScalableTarget" => {
                let resource = input["ResourceId"].as_str().unwrap_or_default();
                let resources = vec![known.application_autoscaling.target_arn(resource)];
                Self { action, resources, cluster: None }
            }
            CallInput::Form(input) if call.service == "elasticloadbalancing" => {
                let group = input.get("TargetGroupArn").filter(|_| !is_read(&call.operation));
                Self { action, resources: vec![group.cloned().unwrap_or_else(any)], cluster: None }
            }
            CallInput::Form(input) => {
                let resources = vec![group(known.autoscaling, input).unwrap_or_else(any)];
                Self { action, resources, cluster: None }
            }
            CallInput::Json(_) => Self { action, resources: vec![any()], cluster: None },
        }
    }
}

/// Returns the action that an operation needs. A batch needs the action of its entries (SQS developer guide, API
/// permissions reference).
fn action(operation: &str) -> &str {
    operation.strip_suffix("Batch").unwrap_or(operation)
}

fn of_ecs(action: String, operation: &str, input: &Value) -> RequestContext {
    let cluster = input["cluster"].as_str().unwrap_or("default");
    let cluster = cluster_arn(cluster);
    let name = cluster.rsplit('/').next().unwrap_or_default();
    let named = |of_type: &str, named: &[Value]| -> Vec<String> {
        let named = named.iter().filter_map(Value::as_str);
        named.map(|id| arn(of_type, name, id)).collect()
    };
    let list = |key: &str| input[key].as_array().map_or(&[][..], Vec::as_slice);
    let one = |key: &str| std::slice::from_ref(&input[key]);
    let resources = match operation {
        "ListContainerInstances" => vec![cluster.clone()],
        "DescribeContainerInstances" | "UpdateContainerInstancesState" => {
            named("container-instance", list("containerInstances"))
        }
        "ListTasks" => named("container-instance", one("containerInstance")),
        "PutAttributes" | "DeleteAttributes" => {
            let targets = list("attributes").iter().map(|it| it["targetId"].clone());
            named("container-instance", &targets.collect::<Vec<_>>())
        }
        "DescribeTasks" | "GetTaskProtection" | "UpdateTaskProtection" => {
            named("task", list("tasks"))
        }
        "DescribeClusters" => {
            let clusters = list("clusters").iter().filter_map(Value::as_str);
            clusters.map(cluster_arn).collect()
        }
        "DescribeCapacityProviders" => {
            let providers = list("capacityProviders").iter().filter_map(Value::as_str);
            providers.map(|name| ecs_arn("capacity-provider", name)).collect()
        }
        "StopTask" => named("task", one("task")),
        "DescribeServices" => named("service", list("services")),
        "UpdateService" | "ListServiceDeployments" => named("service", one("service")),
        "DescribeServiceDeployments" => named("service-deployment", list("serviceDeploymentArns")),
        "DescribeServiceRevisions" => named("service-revision", list("serviceRevisionArns")),
        _ => vec![any()],
    };
    // A call that names no resource of the action's type needs the action on all resources.
    let resources = if resources.is_empty() { vec![any()] } else { resources };
    let cluster = input["cluster"].is_string().then_some(cluster);
    RequestContext { action, resources, cluster }
}

/// Returns the ARNs of the parameters that a call names. GetParametersByPath is authorized on its path (API reference).
fn parameters(input: &Value) -> Vec<String> {
    let one = [&input["Name"], &input["Path"]];
    let several = input["Names"].as_array().into_iter().flatten();
    let named: Vec<_> = one.into_iter().chain(several).filter_map(Value::as_str).collect();
    let arns = named.iter().map(|name| crate::ssm::parameter_arn(name));
    if named.is_empty() { vec![any()] } else { arns.collect() }
}

/// Returns the role that a call passes to a service: UpdateSchedule needs `iam:PassRole` on the role of its target
/// (Service Authorization Reference, Amazon EventBridge Scheduler, dependent actions).
pub(super) fn passed_role(call: &Call) -> Option<&str> {
    match &call.input {
        CallInput::Json(input) if call.operation == "UpdateSchedule" => {
            input["Target"]["RoleArn"].as_str()
        }
        _ => None,
    }
}

fn cluster_arn(name_or_arn: &str) -> String {
    ecs_arn("cluster", name_or_arn)
}

fn ecs_arn(of_type: &str, name_or_arn: &str) -> String {
    match name_or_arn.strip_prefix("arn:") {
        Some(_) => name_or_arn.to_owned(),
        None => format!("arn:aws:ecs:{REGION}:{ACCOUNT}:{of_type}/{name_or_arn}"),
    }
}

fn arn(of_type: &str, cluster: &str, id: &str) -> String {
    match id.strip_prefix("arn:") {
        Some(_) => id.to_owned(),
        None => format!("arn:aws:ecs:{REGION}:{ACCOUNT}:{of_type}/{cluster}/{id}"),
    }
}

/// Returns the ARN of the group that an action of Auto Scaling changes. A Describe action has no resource type.
fn group(autoscaling: &AutoScaling, input: &BTreeMap<String, String>) -> Option<String> {
    let hook = input.get("LifecycleHookName").and(input.get("AutoScalingGroupName"));
    let terminated = input.get("ShouldDecrementDesiredCapacity").and(input.get("InstanceId"));
    let arn = match (hook, terminated) {
        (Some(group), _) => autoscaling.arn_of(group),
        (None, Some(instance)) => autoscaling.arn_of_the_group_of(instance),
        (None, None) => return None,
    };
    // An unknown group has no ARN. The operation refuses the call later.
    let nowhere = || {
        format!("arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup::autoScalingGroupName/")
    };
    Some(arn.map_or_else(nowhere, str::to_owned))
}

fn any() -> String {
    "*".to_owned()
}
