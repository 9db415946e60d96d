//! The API of Elastic Load Balancing v2. Any parameter that an operation here does not know is refused as unknown.

use std::collections::BTreeMap;

use crate::api::{ApiError, Refusal};
use crate::ecs::{GroupTarget, TargetGroup};
use crate::query_protocol::{Parameters, Xml};
use crate::world::World;

use super::target_shape::write_target;

/// Operations of Elastic Load Balancing that the simulator knows.
pub(crate) const OPERATIONS: &[&str] =
    &["DescribeTargetHealth", "DescribeTargetGroupAttributes", "DeregisterTargets"];

/// Carries out an Elastic Load Balancing API call. The answer is the XML inside `<OperationResult>`.
pub(crate) fn call(
    world: &mut World,
    operation: &str,
    input: &BTreeMap<String, String>,
) -> Result<String, Refusal> {
    let given = Parameters::new("Elastic Load Balancing", operation, input);
    match operation {
        "DescribeTargetHealth" => target_health(world, &given),
        "DescribeTargetGroupAttributes" => attributes(world, &given),
        "DeregisterTargets" => deregister(world, &given),
        _ => Err(Refusal::Unknown(format!("Elastic Load Balancing {operation}"))),
    }
}

fn target_health(world: &World, given: &Parameters) -> Result<String, Refusal> {
    given.only(&["TargetGroupArn", "Targets"])?;
    let group = target_group(world, given)?;
    let targets = match asked_targets(given)? {
        asked if asked.is_empty() => group.targets,
        asked => asked.into_iter().map(|(id, port)| found(&group, id, port)).collect(),
    };
    Ok(Xml::build(|xml| xml.list("TargetHealthDescriptions", &targets, write_target)))
}

fn attributes(world: &World, given: &Parameters) -> Result<String, Refusal> {
    given.only(&["TargetGroupArn"])?;
    let group = target_group(world, given)?;
    let delay = group.deregistration_delay.as_secs().to_string();
    let attributes = [
        ("deregistration_delay.timeout_seconds", delay.as_str()),
        ("slow_start.duration_seconds", "0"),
        ("stickiness.enabled", "false"),
        ("load_balancing.algorithm.type", "round_robin"),
    ];
    Ok(Xml::build(|xml| {
        xml.list("Attributes", attributes, |xml, (key, value)| {
            xml.text("Key", key);
            xml.text("Value", value);
        });
    }))
}

/// Deregisters targets. ECS registers a target of a running task again (aws/containers-roadmap#251).
fn deregister(world: &mut World, given: &Parameters) -> Result<String, Refusal> {
    given.only(&["TargetGroupArn", "Targets"])?;
    let group = target_group(world, given)?;
    let asked = asked_targets(given)?;
    if asked.is_empty() {
        return Err(given
            .required("Targets")
            .err()
            .map_or_else(|| given.unknown("Targets"), Refusal::from));
    }
    for (id, port) in asked {
        if let Some(task) = found(&group, id, port).task {
            world.deregister_by_hand(&task);
        }
    }
    Ok(String::new())
}

/// Returns the target group that a call names.
fn target_group(world: &World, given: &Parameters) -> Result<TargetGroup, Refusal> {
    let arn = given.required("TargetGroupArn")?;
    if !arn.starts_with("arn:") {
        let message = format!("'{arn}' is not a valid target group ARN");
        return Err(ApiError::client("ValidationError", message).into());
    }
    let missing = || ApiError::client("TargetGroupNotFound", "One or more target groups not found");
    Ok(world.target_group(arn).ok_or_else(missing)?)
}

/// Returns the targets that a call names: id, and port if it has one.
fn asked_targets<'a>(given: &Parameters<'a>) -> Result<Vec<(&'a str, Option<u16>)>, Refusal> {
    let target = |number: usize| {
        let id = given.text(&format!("Targets.member.{number}.Id"))?;
        Some((id, given.text(&format!("Targets.member.{number}.Port"))))
    };
    let asked = (1..).map_while(target).map(|(id, port)| {
        let wrong = |_| ApiError::client("ValidationError", "A port is a number from 1 to 65535");
        Ok((id, port.map(str::parse).transpose().map_err(wrong)?))
    });
    asked.collect()
}

/// Returns a target of a group, or an unused one: "Target.NotRegistered" (API reference, TargetHealth).
fn found(group: &TargetGroup, id: &str, port: Option<u16>) -> GroupTarget {
    let is_asked =
        |target: &&GroupTarget| target.id == id && port.is_none_or(|port| target.port == port);
    let unused = || GroupTarget {
        id: id.to_owned(),
        port: port.unwrap_or(0),
        task: None,
        state: "unused",
        reason: Some("Target.NotRegistered"),
    };
    group.targets.iter().find(is_asked).cloned().unwrap_or_else(unused)
}
