//! Tasks, container instances and task definitions in AWS's JSON.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::container_instance::ContainerInstance;
use super::target::CONTAINER;
use super::task::{Container, LastStatus, Task};
use super::task_definition::TaskDefinition;
use super::{Ecs, arn};

/// CPU units and MiB that one task takes: an instance registers as much as its task slots need.
const CPU: usize = 128;
const MEMORY: usize = 256;

/// Format of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeFormat {
    /// Seconds since 1970 with a fraction, as the API answers.
    Seconds,
    /// ISO 8601, as events have it.
    Text,
}

impl TimeFormat {
    pub fn show(self, at: Timestamp) -> Value {
        match self {
            Self::Seconds => json!(at.as_millisecond() as f64 / 1000.0),
            Self::Text => json!(format!("{at:.3}")),
        }
    }
}

// Nested lists are moved into their shape, because `json!` would copy each list.

/// Returns a task, with its tags only if the caller asks for tags.
pub(super) fn task(ecs: &Ecs, task: &Task, time_format: TimeFormat, tags: bool) -> Value {
    let names = task.containers.iter().map(|container| json!({ "name": container.name }));
    let containers =
        task.containers.iter().map(|container| shown(ecs, task, container, time_format));
    let mut shape = json!({
        "attachments": [],
        "attributes": [{ "name": "ecs.cpu-architecture", "value": "x86_64" }],
        "availabilityZone": ecs.zone(task),
        "clusterArn": arn::ecs_arn("cluster", &task.cluster),
        "containerInstanceArn": task.container_instance,
        "cpu": CPU.to_string(),
        "createdAt": time_format.show(task.created_at),
        "desiredStatus": task.desired_status(),
        "enableExecuteCommand": false,
        "group": task.group,
        "lastStatus": task.last_status.name(),
        "launchType": ecs.launch_type(task).name(),
        "memory": MEMORY.to_string(),
        "overrides": { "containerOverrides": Value::from_iter(names) },
        "taskArn": task.arn,
        "taskDefinitionArn": task.revision.arn(),
        "version": task.version,
    });
    shape["containers"] = Value::from_iter(containers);
    if time_format == TimeFormat::Seconds {
        shape["healthStatus"] = json!(task_health(ecs, task));
    }
    if let Some(started_by) = &task.started_by {
        shape["startedBy"] = json!(started_by);
    }
    show_times(&mut shape, task, time_format);
    if let Some(stop) = task.stop.as_ref().filter(|_| task.stop_desired) {
        shape["stopCode"] = json!(stop.code);
        shape["stoppedReason"] = json!(stop.reason);
    }
    if tags {
        let tags = task.tags.iter().map(|(key, value)| json!({ "key": key, "value": value }));
        shape["tags"] = Value::from_iter(tags);
    }
    shape
}

fn show_times(shape: &mut Value, task: &Task, time_format: TimeFormat) {
    let started_at = task.started_at.filter(|_| task.last_status >= LastStatus::Running);
    let execution_stopped_at =
        task.execution_stopped_at.filter(|_| task.last_status >= LastStatus::Deprovisioning);
    let times = [
        ("connectivityAt", started_at),
        ("pullStartedAt", started_at),
        ("pullStoppedAt", started_at),
        ("startedAt", started_at),
        ("stoppingAt", task.stopping_at),
        ("executionStoppedAt", execution_stopped_at),
        ("stoppedAt", task.stopped_at),
    ];
    for (name, at) in times {
        if let Some(at) = at {
            shape[name] = time_format.show(at);
        }
    }
    if started_at.is_some() {
        shape["connectivity"] = json!("CONNECTED");
    }
}

/// Returns a container as the agent last reported it.
fn shown(ecs: &Ecs, task: &Task, container: &Container, time_format: TimeFormat) -> Value {
    let exited = container.exited && task.last_status == task.truth;
    let status = match task.last_status {
        LastStatus::Stopped => "STOPPED",
        _ if exited => "STOPPED",
        LastStatus::Provisioning | LastStatus::Pending => "PENDING",
        _ => "RUNNING",
    };
    let id = arn::id(&task.arn);
    let mut shape = json!({
        "containerArn": arn::within("container", &task.cluster, &format!("{id}/{}", container.id)),
        "cpu": "0",
        "image": format!("{}:latest", container.name),
        "lastStatus": status,
        "name": container.name,
        "networkInterfaces": [],
        "runtimeId": format!("{id}-{}", &container.id[..8]),
        "taskArn": task.arn,
    });
    if time_format == TimeFormat::Seconds {
        shape["healthStatus"] = json!(container_health(ecs, task, container));
        shape["networkBindings"] = network_bindings(task, container);
    }
    if let Some(code) = container.exit_code.filter(|_| exited) {
        shape["exitCode"] = json!(code);
    }
    shape
}

/// Returns the health of a container: UNKNOWN while its checks are evaluated, or if there are none (API reference,
/// Container, `healthStatus`).
fn container_health(ecs: &Ecs, task: &Task, container: &Container) -> &'static str {
    let is_first = task.containers.first().is_some_and(|first| first.name == container.name);
    let definition = ecs.task_definitions.get(&task.revision);
    match definition.is_some_and(|definition| definition.health_check && is_first) {
        true if task.failed => "UNHEALTHY",
        true if task.healthy => "HEALTHY",
        _ => "UNKNOWN",
    }
}

/// Returns the health of a task: that of its only container with a health check.
fn task_health(ecs: &Ecs, task: &Task) -> &'static str {
    task.containers.first().map_or("UNKNOWN", |first| container_health(ecs, task, first))
}

/// Returns the bindings of a container: the host's port of the container that gets requests, once the task runs.
fn network_bindings(task: &Task, container: &Container) -> Value {
    let takes_requests =
        task.containers.get(CONTAINER).is_some_and(|first| first.name == container.name);
    let port = task.host_port.filter(|_| takes_requests && task.started_at.is_some());
    let bindings = port.map(|port| {
        json!({ "bindIP": "0.0.0.0", "containerPort": 80, "hostPort": port, "protocol": "tcp" })
    });
    Value::from_iter(bindings)
}

/// Returns a container instance. Its list `tags` is empty, and present only if the caller asks for tags.
pub(super) fn container_instance(
    ecs: &Ecs,
    instance: &ContainerInstance,
    time_format: TimeFormat,
    tags: bool,
) -> Value {
    let (running, pending) = ecs.counts(instance);
    let attributes = instance.attributes.iter().map(|(name, value)| attribute(name, value));
    let mut shape = json!({
        "agentConnected": instance.connected,
        "attachments": [],
        "containerInstanceArn": instance.arn,
        "ec2InstanceId": instance.ec2_instance,
        "pendingTasksCount": pending,
        "registeredAt": time_format.show(instance.registered_at),
        "runningTasksCount": running,
        "status": instance.status.name(),
        "version": instance.version,
        "versionInfo": {
            "agentHash": "d3c7f7c1",
            "agentVersion": "1.98.0",
            "dockerVersion": "DockerVersion: 25.0.8",
        },
    });
    shape["attributes"] = Value::from_iter(attributes);
    if let Some(provider) = &instance.capacity_provider {
        shape["capacityProviderName"] = json!(provider);
    }
    shape["registeredResources"] = resources(instance.task_slots, time_format);
    shape["remainingResources"] = resources(instance.free_slots(), time_format);
    if tags {
        shape["tags"] = json!([]);
    }
    shape
}

/// Returns an attribute by its name and value.
pub(super) fn attribute(name: &str, value: &Option<String>) -> Value {
    match value {
        Some(value) => json!({ "name": name, "value": value }),
        None => json!({ "name": name }),
    }
}

/// Returns the resources of an instance. The API shows a value of each number type, events only the value that counts
/// (API reference, DescribeContainerInstances, example; ECS developer guide, ecs_container_instance_events).
fn resources(slots: usize, time_format: TimeFormat) -> Value {
    let ports = ["22", "2375", "2376", "51678", "51679"];
    let mut resources = [
        json!({ "name": "CPU", "type": "INTEGER", "integerValue": slots * CPU }),
        json!({ "name": "MEMORY", "type": "INTEGER", "integerValue": slots * MEMORY }),
        json!({ "name": "PORTS", "type": "STRINGSET", "stringSetValue": ports }),
        json!({ "name": "PORTS_UDP", "type": "STRINGSET", "stringSetValue": [] }),
    ];
    if time_format == TimeFormat::Seconds {
        for resource in &mut resources {
            (resource["doubleValue"], resource["longValue"]) = (json!(0.0), json!(0));
            if resource["type"] == "STRINGSET" {
                resource["integerValue"] = json!(0);
            }
        }
    }
    Value::from_iter(resources)
}

/// Returns a task definition, with `stopTimeout` only if it is set, and `dependsOn` with the START condition. The empty
/// lists are those of the example in the API reference, DescribeTaskDefinition.
pub(super) fn task_definition(definition: &TaskDefinition) -> Value {
    let containers = definition.containers.iter().enumerate().map(|(nth, container)| {
        let depends_on = container.depends_on.iter();
        let depends_on =
            depends_on.map(|name| json!({ "containerName": name, "condition": "START" }));
        let mut shape = json!({
            "name": container.name,
            "image": format!("{}:latest", container.name),
            "cpu": 0,
            "memory": MEMORY,
            "essential": true,
            "dependsOn": Value::from_iter(depends_on),
            "environment": [],
            "mountPoints": [],
            "portMappings": [],
            "volumesFrom": [],
        });
        if let Some(timeout) = container.stop_timeout {
            shape["stopTimeout"] = json!(timeout.0.as_secs());
        }
        if definition.health_check && nth == 0 {
            shape["healthCheck"] = health_check();
        }
        shape
    });
    json!({
        "taskDefinitionArn": definition.revision.arn(),
        "family": definition.revision.family,
        "revision": definition.revision.number,
        "status": "ACTIVE",
        "requiresCompatibilities": ["EC2"],
        "volumes": [],
        "containerDefinitions": Value::from_iter(containers),
    })
}

/// Returns a health check with the defaults of the API reference, HealthCheck.
fn health_check() -> Value {
    let command = ["CMD-SHELL", "curl -f http://localhost/ || exit 1"];
    json!({ "command": command, "interval": 30, "timeout": 5, "retries": 3 })
}
