//! Changes of container instances.
//!
//! Recognised: `ECS Container Instance State Change` with status DRAINING or ACTIVE. ECS sends one at every start and
//! end of a task on the instance, and when the agent connects or disconnects. Any other status is ignored, and the log
//! line names it.
//!
//! Left out: ports and other resources than CPU and memory, attributes other than `ebb.drain`, the agent's version.

use jiff::Timestamp;
use serde_json::Value;

use crate::attribute;

use super::Parsed;
use super::fields::Fields;
use super::{ContainerInstanceChange, Ignored, Malformed, Signal, time};

/// `detail-type` of a change of a container instance.
pub(super) const STATE_CHANGE: &str = "ECS Container Instance State Change";

/// Parses a change. Uses `sent_at` if `updatedAt` is missing.
pub(super) fn parse_container_instance_change(
    detail: &Fields<'_>,
    sent_at: Timestamp,
) -> Result<Parsed, Malformed> {
    let status = detail.text("status")?;
    if !matches!(status, "DRAINING" | "ACTIVE") {
        return Ok(Err(Ignored::ContainerInstanceStatus { status: status.into() }));
    }
    let cluster = detail.cluster("clusterArn")?;
    Ok(Ok(Signal::ContainerInstance(ContainerInstanceChange {
        container_instance: detail.arn_in_cluster(
            "containerInstanceArn",
            "container-instance",
            &cluster,
        )?,
        cluster,
        ec2_instance: ec2_instance(detail)?,
        status: status.into(),
        agent_connected: detail.boolean("agentConnected")?,
        tasks: task_count(detail),
        holds_resources: holds_resources(detail),
        registered_at: detail.optional_text("registeredAt").and_then(time::rfc3339),
        attribute: drain_attribute(detail.list("attributes")),
        version: detail.integer("version")?,
        at: detail.optional_text("updatedAt").and_then(time::rfc3339).unwrap_or(sent_at),
    })))
}

/// Returns the id of the EC2 instance.
///
/// Returns `None` for an external instance: the same field holds the id of a managed instance there, `mi-...` (ECS API
/// reference, ContainerInstance).
fn ec2_instance(detail: &Fields<'_>) -> Result<Option<String>, Malformed> {
    match detail.optional_text("ec2InstanceId") {
        None => Ok(None),
        Some(id) if id.starts_with("mi-") => Ok(None),
        Some(_) => detail.ec2_instance("ec2InstanceId").map(Some),
    }
}

fn task_count(detail: &Fields<'_>) -> Option<u32> {
    let running = detail.optional_count("runningTasksCount")?;
    running.checked_add(detail.optional_count("pendingTasksCount")?)
}

/// Returns true if less CPU or memory remains than the agent registered, as far as the event has both.
///
/// The agent frees the resources of a task once it is STOPPED (ECS developer guide, ecs_container_instance_events).
fn holds_resources(detail: &Fields<'_>) -> Option<bool> {
    let registered = detail.list("registeredResources");
    let remaining = detail.list("remainingResources");
    let holds = |name| Some(amount(remaining, name)? < amount(registered, name)?);
    Some(holds("CPU")? || holds("MEMORY")?)
}

/// Returns the amount of a resource of type INTEGER (ECS API reference, Resource).
fn amount(resources: &[Value], name: &str) -> Option<i64> {
    let found = resources.iter().find(|resource| resource["name"] == name)?;
    found.get("integerValue")?.as_i64()
}

fn drain_attribute(attributes: &[Value]) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute["name"] == attribute::NAME)?;
    found.get("value")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::parse_message;
    use super::*;

    fn changed(change: impl FnOnce(&mut Value)) -> Result<Parsed, Malformed> {
        let mut detail = json!({
            "status": "DRAINING",
            "agentConnected": true,
            "clusterArn": "arn:aws:ecs:eu-west-1:111122223333:cluster/orders",
            "containerInstanceArn": "arn:aws:ecs:eu-west-1:111122223333:container-instance/orders/9c1d7e3b5a2f4860b7d1c3e5f7092b4d",
            "ec2InstanceId": "i-abcd1111",
            "version": 7,
        });
        change(&mut detail);
        let event = json!({"source": "aws.ecs", "detail-type": STATE_CHANGE, "detail": detail});
        parse_message(&event.to_string(), Timestamp::UNIX_EPOCH).map(|message| message.signal)
    }

    fn container_instance(change: impl FnOnce(&mut Value)) -> ContainerInstanceChange {
        match changed(change) {
            Ok(Ok(Signal::ContainerInstance(change))) => change,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn status_is_a_signal_only_if_draining_or_active() {
        for status in ["REGISTERING", "DEREGISTERING", "INACTIVE", "REGISTRATION_FAILED"] {
            let signal = changed(|detail| detail["status"] = json!(status)).unwrap();

            assert_eq!(signal, Err(Ignored::ContainerInstanceStatus { status: status.into() }));
        }
        assert_eq!(
            container_instance(|detail| detail["status"] = json!("ACTIVE")).status,
            "ACTIVE"
        );
    }

    #[test]
    fn agent_connected_must_be_a_boolean() {
        let connected = |is: bool| container_instance(|it| it["agentConnected"] = json!(is));

        assert!(connected(true).agent_connected);
        assert!(!connected(false).agent_connected);
        assert!(changed(|detail| detail["agentConnected"] = json!("true")).is_err());
    }

    #[test]
    fn external_instance_has_no_ec2_instance() {
        let external = |detail: &mut Value| detail["ec2InstanceId"] = json!("mi-0c4f1a7d2e9b83560");
        let absent = |detail: &mut Value| detail["ec2InstanceId"] = json!(null);

        assert_eq!(container_instance(external).ec2_instance, None);
        assert_eq!(container_instance(absent).ec2_instance, None);
        assert!(changed(|detail| detail["ec2InstanceId"] = json!("i-abcd\u{1b}1111")).is_err());
    }

    #[test]
    fn tasks_are_counted_if_the_event_has_both_counts() {
        let counted = |running: Value, pending: Value| {
            container_instance(|detail| {
                detail["runningTasksCount"] = running;
                detail["pendingTasksCount"] = pending;
            })
            .tasks
        };

        assert_eq!(counted(json!(3), json!(1)), Some(4));
        assert_eq!(counted(json!(3), json!(null)), None);
        assert_eq!(counted(json!(u32::MAX), json!(1)), None);
        assert_eq!(counted(json!(-1), json!(1)), None);
    }

    #[test]
    fn drain_attribute_is_found_among_others() {
        let change = container_instance(|detail| {
            detail["attributes"] = json!([{"name": "ecs.os-type", "value": "linux"}, {"name": attribute::NAME, "value": "1/a"}]);
        });

        assert_eq!(change.attribute.as_deref(), Some("1/a"));
        assert_eq!(container_instance(|_| ()).attribute, None);
    }

    fn with_memory(registered: Value, remaining: Value) -> ContainerInstanceChange {
        let resource = |name: &str, amount: Value| json!({"name": name, "integerValue": amount});
        container_instance(|detail| {
            detail["registeredResources"] =
                json!([resource("CPU", json!(2048)), resource("MEMORY", registered)]);
            detail["remainingResources"] =
                json!([resource("CPU", json!(2048)), resource("MEMORY", remaining)]);
        })
    }

    #[test]
    fn resources_are_held_while_less_remains_than_was_registered() {
        assert_eq!(with_memory(json!(7763), json!(5715)).holds_resources, Some(true));
        assert_eq!(with_memory(json!(7763), json!(7763)).holds_resources, Some(false));
    }

    #[test]
    fn resources_are_unknown_if_the_event_has_no_amount() {
        assert_eq!(container_instance(|_| {}).holds_resources, None);
        assert_eq!(with_memory(json!("all"), json!(0)).holds_resources, None);
    }
}
