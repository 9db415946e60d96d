//! RegisterScalableTarget: creates a scalable target, or updates one.
//!
//! An update "retrieves the current capacity" and moves it between the bounds "even if you don't include the
//! MinCapacity or MaxCapacity request parameters" (API reference). So a call that only suspends scaling can start tasks.

use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{DIMENSION, absent, check_dimension, check_namespace, invalid};
use crate::api::Refusal;
use crate::application_autoscaling::scalable_target::{ScalableTarget, Suspension};
use crate::application_autoscaling::{ApplicationAutoScalingEvent, capacity, creation, policy};
use crate::history::Caller;
use crate::world::{World, WorldEvent};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct RegisterScalableTarget {
    service_namespace: Option<String>,
    resource_id: Option<String>,
    scalable_dimension: Option<String>,
    min_capacity: Option<i64>,
    max_capacity: Option<i64>,
    suspended_state: Option<SuspendedState>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct SuspendedState {
    dynamic_scaling_in_suspended: Option<bool>,
    dynamic_scaling_out_suspended: Option<bool>,
    scheduled_scaling_suspended: Option<bool>,
}

pub(super) fn register(
    world: &mut World,
    caller: &Caller,
    input: RegisterScalableTarget,
) -> Result<Value, Refusal> {
    check_namespace(input.service_namespace.as_deref())?;
    let resource = input.resource_id.as_deref().ok_or_else(|| absent("resourceId"))?;
    let dimension = input.scalable_dimension.as_deref();
    check_dimension(Some(dimension.ok_or_else(|| absent("scalableDimension"))?), true)?;
    let known = world.application_autoscaling.targets.get(resource).cloned();
    let before = match known {
        Some(target) => target,
        None => first_target(world, resource, &input)?,
    };
    let next = updated(world, before.clone(), &input)?;
    let (arn, resumes) = (next.arn.clone(), resumes_policy(&before, &next));
    world.application_autoscaling.targets.insert(resource.to_owned(), next);
    capacity::note(world, resource, caller);
    adjust_later(world, resource);
    if resumes {
        policy::act(world, resource);
    }
    Ok(json!({ "ScalableTargetARN": arn }))
}

/// Returns a new target. "This property is required when registering a new scalable target" (API reference,
/// `MinCapacity` and `MaxCapacity`).
fn first_target(
    world: &mut World,
    resource: &str,
    input: &RegisterScalableTarget,
) -> Result<ScalableTarget, Refusal> {
    let required = |bound: Option<i64>, name: &str| {
        bound.ok_or_else(|| invalid(format!("{name} is required for a new {DIMENSION} target")))
    };
    let min = bound(required(input.min_capacity, "MinCapacity")?)?;
    let max = bound(required(input.max_capacity, "MaxCapacity")?)?;
    let target = creation::new_target(world, resource, min, max);
    if world.active_desired_count(&target.service).is_none() {
        return Err(invalid(format!("ECS service doesn't exist: {resource}")));
    }
    Ok(target)
}

fn updated(
    world: &World,
    mut target: ScalableTarget,
    input: &RegisterScalableTarget,
) -> Result<ScalableTarget, Refusal> {
    target.min = input.min_capacity.map_or(Ok(target.min), bound)?;
    target.max = input.max_capacity.map_or(Ok(target.max), bound)?;
    if target.max < target.min {
        return Err(invalid("Maximum capacity cannot be less than minimum capacity"));
    }
    if let Some(given) = &input.suspended_state {
        let resumes = world.switches.omitted_suspension_resumes;
        let before = target.suspended;
        let flag = |given: Option<bool>, before: bool| {
            given.unwrap_or(if resumes { false } else { before })
        };
        target.suspended = Suspension {
            scale_in: flag(given.dynamic_scaling_in_suspended, before.scale_in),
            scale_out: flag(given.dynamic_scaling_out_suspended, before.scale_out),
            scheduled: flag(given.scheduled_scaling_suspended, before.scheduled),
        };
    }
    Ok(target)
}

fn bound(given: i64) -> Result<usize, Refusal> {
    let bound = i32::try_from(given).ok().and_then(|given| usize::try_from(given).ok());
    bound.ok_or_else(|| invalid("A capacity is a number from 0 to 2147483647"))
}

/// Returns true if the change resumes scaling by the policy.
fn resumes_policy(before: &ScalableTarget, next: &ScalableTarget) -> bool {
    before.suspended.scale_in && !next.suspended.scale_in
        || before.suspended.scale_out && !next.suspended.scale_out
}

/// Plans the move of the capacity between the bounds. AWS does not document when it happens.
fn adjust_later(world: &mut World, resource: &str) {
    let range = world.switches.scalable_target_adjustment.clone();
    let delay = world.random.length(&format!("adjustment/{resource}"), &range.0);
    let cause = "minimum or maximum capacity of the scalable target".to_owned();
    let event = ApplicationAutoScalingEvent::Adjust { resource: resource.to_owned(), cause };
    world.after(delay, WorldEvent::ApplicationAutoScaling(event));
}
