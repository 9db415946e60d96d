//! CompleteLifecycleAction, RecordLifecycleActionHeartbeat, TerminateInstanceInAutoScalingGroup, SetDesiredCapacity.

use super::parameters::{Parameters, invalid};
use super::xml::Xml;
use crate::api::{ApiError, Refusal};
use crate::autoscaling::action::{self, Named};
use crate::autoscaling::departure;
use crate::history::Caller;
use crate::scenario::LifecycleResult;
use crate::world::World;

const LIFECYCLE_ACTION: [&str; 4] =
    ["AutoScalingGroupName", "LifecycleHookName", "LifecycleActionToken", "InstanceId"];

/// API reference, CompleteLifecycleAction: the token, or the instance; where both are sent the token counts.
pub(super) fn complete_lifecycle_action(
    world: &mut World,
    caller: &Caller,
    given: &Parameters<'_>,
) -> Result<String, Refusal> {
    given.only(&[LIFECYCLE_ACTION.as_slice(), &["LifecycleActionResult"]].concat())?;
    let group = given.required("AutoScalingGroupName")?;
    let hook = given.required("LifecycleHookName")?;
    let result = match given.required("LifecycleActionResult")? {
        "CONTINUE" => LifecycleResult::Continue,
        "ABANDON" => LifecycleResult::Abandon,
        other => return Err(invalid(format!("Invalid Lifecycle Action Result: {other}")).into()),
    };
    action::complete(world, group, hook, named(given)?, result, caller)?;
    Ok(String::new())
}

/// API reference, RecordLifecycleActionHeartbeat.
pub(super) fn record_heartbeat(
    world: &mut World,
    caller: &Caller,
    given: &Parameters<'_>,
) -> Result<String, Refusal> {
    given.only(&LIFECYCLE_ACTION)?;
    let group = given.required("AutoScalingGroupName")?;
    let hook = given.required("LifecycleHookName")?;
    action::heartbeat(world, group, hook, named(given)?, caller)?;
    Ok(String::new())
}

fn named<'a>(given: &Parameters<'a>) -> Result<Named<'a>, ApiError> {
    if let Some(token) = given.text("LifecycleActionToken") {
        return Ok(Named::Token(token));
    }
    let missing = "Either the lifecycle action token or the instance ID must be specified";
    given.text("InstanceId").map(Named::Instance).ok_or_else(|| invalid(missing.to_owned()))
}

/// "This call simply makes a termination request": the hooks run, and without decrement a replacement is launched
/// (API reference, TerminateInstanceInAutoScalingGroup). Not for instances of a warm pool.
pub(super) fn terminate_instance(
    world: &mut World,
    caller: &Caller,
    given: &Parameters<'_>,
) -> Result<String, Refusal> {
    given.only(&["InstanceId", "ShouldDecrementDesiredCapacity"])?;
    let id = given.required("InstanceId")?;
    let decrement = given.flag("ShouldDecrementDesiredCapacity")?;
    let member = world.autoscaling.members.get(id).filter(|member| !member.state.is_warm());
    let Some(group) = member.map(|member| member.group.clone()) else {
        let missing =
            format!("Instance Id not found - No managed instance found for instance ID: {id}");
        return Err(invalid(missing).into());
    };
    let counts = member.is_some_and(|member| member.state.is_capacity());
    departure::begin(world, id, &format!("requested by {caller}"));
    if let Some(found) = world.autoscaling.groups.get_mut(&group)
        && decrement
        && counts
    {
        found.desired = found.desired.saturating_sub(1);
    }
    let (found, activity) = (world.autoscaling.groups.get(&group), world.activity(id));
    Ok(Xml::of(|xml| {
        if let (Some(found), Some(activity)) = (found, activity) {
            xml.element("Activity", |xml| super::activities::write(xml, found, activity));
        }
    }))
}

/// API reference, SetDesiredCapacity.
pub(super) fn set_desired_capacity(
    world: &mut World,
    given: &Parameters<'_>,
) -> Result<String, Refusal> {
    given.only(&["AutoScalingGroupName", "DesiredCapacity", "HonorCooldown"])?;
    let name = given.required("AutoScalingGroupName")?;
    given.required("DesiredCapacity")?;
    let to = given.number("DesiredCapacity")?.unwrap_or_default();
    let max = super::describe::group(world, name)?.max_size;
    if to > max {
        let message = format!(
            "New SetDesiredCapacity value {to} is above max value {max} for the AutoScalingGroup."
        );
        return Err(invalid(message).into());
    }
    world.set_desired_capacity(name, to);
    Ok(String::new())
}
