//! CompleteLifecycleAction, RecordLifecycleActionHeartbeat, TerminateInstanceInAutoScalingGroup, SetDesiredCapacity.

use crate::api::{ApiError, Refusal};
use crate::autoscaling::action::ActionKey;
use crate::autoscaling::cause::Cause;
use crate::autoscaling::{completion, departure};
use crate::history::Caller;
use crate::query_protocol::{Parameters, Xml, invalid};
use crate::scenario::LifecycleResult;
use crate::world::World;

const LIFECYCLE_ACTION: [&str; 4] =
    ["AutoScalingGroupName", "LifecycleHookName", "LifecycleActionToken", "InstanceId"];

/// Completes an action by its token or its instance. If a call names both, the token counts (API reference,
/// CompleteLifecycleAction).
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
    completion::complete(world, group, hook, action_key(given)?, result, caller)?;
    Ok(String::new())
}

/// Records a heartbeat (API reference, RecordLifecycleActionHeartbeat).
pub(super) fn record_heartbeat(
    world: &mut World,
    caller: &Caller,
    given: &Parameters<'_>,
) -> Result<String, Refusal> {
    given.only(&LIFECYCLE_ACTION)?;
    let group = given.required("AutoScalingGroupName")?;
    let hook = given.required("LifecycleHookName")?;
    completion::heartbeat(world, group, hook, action_key(given)?, caller)?;
    Ok(String::new())
}

fn action_key<'a>(given: &Parameters<'a>) -> Result<ActionKey<'a>, ApiError> {
    if let Some(token) = given.text("LifecycleActionToken") {
        return Ok(ActionKey::Token(token));
    }
    let missing = "Either the lifecycle action token or the instance ID must be specified";
    given.text("InstanceId").map(ActionKey::Instance).ok_or_else(|| invalid(missing.to_owned()))
}

/// Requests the termination of instances, except those of a warm pool. "This call simply makes a termination request":
/// the hooks run, and without decrement a replacement is launched (API reference, TerminateInstanceInAutoScalingGroup).
/// Terminates all instances that a call names, or none. AWS does not document the effect of a partly wrong call.
pub(super) fn terminate_instance(
    world: &mut World,
    caller: &Caller,
    given: &Parameters<'_>,
) -> Result<String, Refusal> {
    given.only(&[
        "InstanceId",
        "InstanceIds",
        "AutoScalingGroupName",
        "ShouldDecrementDesiredCapacity",
    ])?;
    let decrement = given.flag("ShouldDecrementDesiredCapacity")?;
    let several = given.list("InstanceIds");
    if several.is_empty() {
        let id = given.required("InstanceId")?;
        managed_by(world, id, None)?;
        return Ok(terminate(world, caller, id, decrement, "Activity"));
    }
    let group = given.required("AutoScalingGroupName")?;
    // "You can specify up to 100 instances" (API reference).
    if several.len() > 100 {
        return Err(invalid("InstanceIds has more than 100 members".to_owned()).into());
    }
    for id in &several {
        managed_by(world, id, Some(group))?;
    }
    let activity = |id: &&str| terminate(world, caller, id, decrement, "member");
    let activities: String = several.iter().map(activity).collect();
    Ok(format!("<Activities>{activities}</Activities>"))
}

/// Fails unless the instance is in the group, and not in its warm pool. Without a group in the call, any group is
/// right.
fn managed_by(world: &World, id: &str, group: Option<&str>) -> Result<(), ApiError> {
    let member = world.autoscaling.members.get(id).filter(|member| !member.state.is_warm());
    if member.is_some_and(|member| group.is_none_or(|group| member.group == group)) {
        return Ok(());
    }
    let missing = "Instance Id not found - No managed instance found for instance ID:";
    Err(invalid(format!("{missing} {id}")))
}

/// Requests the termination, and writes its scaling activity as an element.
fn terminate(
    world: &mut World,
    caller: &Caller,
    id: &str,
    decrement: bool,
    element: &str,
) -> String {
    let Some(member) = world.autoscaling.members.get(id) else { return String::new() };
    let (group, counts) = (member.group.clone(), member.state.is_capacity());
    let desired = world.autoscaling.groups.get(&group).map_or(0, |found| found.desired);
    let shrinks = (decrement && counts).then(|| (desired, desired.saturating_sub(1)));
    departure::begin(world, id, &Cause::Requested { by: caller.to_string(), shrinks });
    if let Some(found) = world.autoscaling.groups.get_mut(&group)
        && decrement
        && counts
    {
        found.desired = found.desired.saturating_sub(1);
    }
    let (found, activity) = (world.autoscaling.groups.get(&group), world.activity(id));
    Xml::build(|xml| {
        if let (Some(found), Some(activity)) = (found, activity) {
            xml.element(element, |xml| super::activities::write_begun(xml, found, activity));
        }
    })
}

/// Sets the desired capacity (API reference, SetDesiredCapacity).
pub(super) fn set_desired_capacity(
    world: &mut World,
    given: &Parameters<'_>,
) -> Result<String, Refusal> {
    given.only(&["AutoScalingGroupName", "DesiredCapacity", "HonorCooldown"])?;
    let name = given.required("AutoScalingGroupName")?;
    given.required("DesiredCapacity")?;
    let to = given.number("DesiredCapacity")?.unwrap_or_default();
    let max = super::description::group(world, name)?.max_size;
    if to > max {
        let message = format!(
            "New SetDesiredCapacity value {to} is above max value {max} for the AutoScalingGroup."
        );
        return Err(invalid(message).into());
    }
    world.set_desired_capacity(name, to);
    Ok(String::new())
}
