//! The ECS API (awsJson 1.1), as far as a drain and an operation on a service need it. Any other operation, and any parameter that an operation
//! here does not know, is refused as unknown.

mod attributes;
mod capacity_providers;
mod clusters;
mod container_instances;
mod deployment_configuration;
mod input;
mod service_deployments;
mod service_update;
mod services;
mod task_protection;
mod task_start;
mod tasks;

use serde_json::{Value, json};

use crate::api::{ApiError, Refusal};
use crate::history::Caller;
use crate::world::World;

use input::EcsInput;

/// Operations of ECS that the simulator knows.
pub(crate) const OPERATIONS: &[&str] = &[
    "ListClusters",
    "DescribeClusters",
    "DescribeCapacityProviders",
    "ListContainerInstances",
    "DescribeContainerInstances",
    "UpdateContainerInstancesState",
    "ListTasks",
    "DescribeTasks",
    "StopTask",
    "GetTaskProtection",
    "UpdateTaskProtection",
    "RunTask",
    "StartTask",
    "ListServices",
    "DescribeServices",
    "UpdateService",
    "ListServiceDeployments",
    "DescribeServiceDeployments",
    "DescribeServiceRevisions",
    "DescribeTaskDefinition",
    "PutAttributes",
    "DeleteAttributes",
    "ListAttributes",
];

/// Carries out an ECS API call.
pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: &Value,
) -> Result<Value, Refusal> {
    let now = world.elapsed();
    world.ecs.forget_expired(now);
    let input = |known: &[&str]| EcsInput::new(operation, input, known);
    match operation {
        "ListClusters" => clusters::list(world, &input(&["maxResults", "nextToken"])?),
        "DescribeClusters" => clusters::describe(world, &input(&["clusters", "include"])?),
        "DescribeCapacityProviders" => {
            capacity_providers::describe(world, &input(capacity_providers::DESCRIBE)?)
        }
        "ListContainerInstances" => container_instances::list(
            world,
            &input(&["cluster", "filter", "status", "maxResults", "nextToken"])?,
        ),
        "DescribeContainerInstances" => container_instances::describe(
            world,
            &input(&["cluster", "containerInstances", "include"])?,
        ),
        "UpdateContainerInstancesState" => container_instances::update_state(
            world,
            caller,
            &input(&["cluster", "containerInstances", "status"])?,
        ),
        "ListTasks" => tasks::list(world, &input(tasks::LIST)?),
        "DescribeTasks" => tasks::describe(world, &input(&["cluster", "tasks", "include"])?),
        "StopTask" => tasks::stop(world, caller, &input(&["cluster", "task", "reason"])?),
        "GetTaskProtection" => task_protection::show(world, &input(&["cluster", "tasks"])?),
        "UpdateTaskProtection" => task_protection::update(
            world,
            caller,
            &input(&["cluster", "tasks", "protectionEnabled", "expiresInMinutes"])?,
        ),
        "RunTask" => task_start::run_task(world, &input(task_start::RUN)?),
        "StartTask" => task_start::start_task(world, &input(task_start::START)?),
        "ListServices" => services::list(world, &input(services::LIST)?),
        "DescribeServices" => {
            services::describe(world, &input(&["cluster", "services", "include"])?)
        }
        "UpdateService" => service_update::update(world, caller, &input(service_update::UPDATE)?),
        "ListServiceDeployments" => {
            service_deployments::list(world, &input(service_deployments::LIST)?)
        }
        "DescribeServiceDeployments" => {
            service_deployments::describe(world, &input(&["serviceDeploymentArns"])?)
        }
        "DescribeServiceRevisions" => {
            service_deployments::describe_revisions(world, &input(&["serviceRevisionArns"])?)
        }
        "DescribeTaskDefinition" => {
            services::task_definition(world, &input(&["taskDefinition", "include"])?)
        }
        "PutAttributes" => attributes::put(world, &input(&["cluster", "attributes"])?),
        "DeleteAttributes" => attributes::delete(world, &input(&["cluster", "attributes"])?),
        "ListAttributes" => attributes::list(world, &input(attributes::LIST)?),
        _ => Err(Refusal::Unknown(format!("ECS {operation}"))),
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    ApiError::client("InvalidParameterException", message).into()
}

/// Returns an answer with HTTP 200 of an operation on several items: a member with the successes, and `failures`. Moves
/// the lists into the answer, because `json!` would copy them and such answers are the longest.
fn in_part(name: &str, succeeded: Vec<Value>, failures: Vec<Value>) -> Value {
    Value::from_iter([(name, succeeded), ("failures", failures)])
}

/// Returns an entry of `failures` in an answer with HTTP 200.
fn failure(arn: &str, reason: &str) -> Value {
    json!({ "arn": arn, "reason": reason })
}
