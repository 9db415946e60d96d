//! DescribeAutoScalingInstances, DescribeLifecycleHooks, DescribeWarmPool, DescribeTags.

use super::groups;
use crate::api::{ApiError, Refusal};
use crate::autoscaling::action::{global_timeout, result_name};
use crate::autoscaling::notification::transition_name;
use crate::autoscaling::{Group, Member};
use crate::query_protocol::{Parameters, Xml, invalid};
use crate::region::INSTANCE_TYPE;
use crate::world::World;

/// Returns instances by their ids (at most 50), or all instances. The answer leaves out an id that is in no group. A
/// page has at most 50 (API reference, DescribeAutoScalingInstances).
pub(super) fn instances(world: &World, given: &Parameters<'_>) -> Result<String, Refusal> {
    given.only(&["InstanceIds", "MaxRecords", "NextToken"])?;
    let ids = given.list("InstanceIds");
    if ids.len() > 50 {
        let message = "The number of instance ids that may be passed in is limited to 50";
        return Err(invalid(message.to_owned()).into());
    }
    let shown = |member: &Member| {
        world.switches.describe_instances_lists_warm_pool || !member.state.is_warm()
    };
    let all = world.autoscaling.members.iter();
    let found: Vec<_> = all
        .filter(|(id, member)| (ids.is_empty() || ids.contains(&id.as_str())) && shown(member))
        .collect();
    let (page, next) = given.page(found, 50, 50)?;
    Ok(Xml::build(|xml| {
        xml.list("AutoScalingInstances", page, |xml, (id, member)| details(xml, world, id, member));
        xml.maybe("NextToken", next);
    }))
}

/// Writes an instance. This answer alone has the health status in capitals (API reference,
/// DescribeAutoScalingInstances, sample response).
fn details(xml: &mut Xml, world: &World, id: &str, member: &Member) {
    xml.text("InstanceId", id);
    xml.text("InstanceType", INSTANCE_TYPE);
    xml.text("AutoScalingGroupName", &member.group);
    xml.text("AvailabilityZone", world.ec2.get(id).map_or("", |instance| instance.zone));
    xml.text("LifecycleState", member.state.name());
    xml.text("HealthStatus", if member.healthy { "HEALTHY" } else { "UNHEALTHY" });
    xml.text("ProtectedFromScaleIn", false);
}

/// Returns the hooks of a group (API reference, DescribeLifecycleHooks).
pub(super) fn lifecycle_hooks(world: &World, given: &Parameters<'_>) -> Result<String, Refusal> {
    given.only(&["AutoScalingGroupName", "LifecycleHookNames"])?;
    let group = group(world, given.required("AutoScalingGroupName")?)?;
    let names = given.list("LifecycleHookNames");
    let asked = |name: &str| names.is_empty() || names.contains(&name);
    let hooks = group.hooks.iter().filter(|hook| asked(&hook.name));
    Ok(Xml::build(|xml| {
        xml.list("LifecycleHooks", hooks, |xml, hook| {
            xml.text("LifecycleHookName", &hook.name);
            xml.text("AutoScalingGroupName", &group.spec.name);
            xml.text("LifecycleTransition", transition_name(hook.transition));
            let target = |queue| {
                let (region, account) = (crate::region::REGION, crate::region::ACCOUNT);
                format!("arn:aws:sqs:{region}:{account}:{queue}")
            };
            xml.maybe("NotificationTargetARN", hook.notifies.as_ref().map(target));
            xml.maybe("NotificationMetadata", hook.metadata.as_ref());
            xml.text("HeartbeatTimeout", hook.heartbeat_timeout.0.as_secs());
            xml.text("GlobalTimeout", global_timeout(hook).as_secs());
            xml.text("DefaultResult", result_name(hook.default_result));
        });
    }))
}

/// Returns the instances in the warm pool of a group: none without a warm pool. A page has at most 50 (API reference,
/// DescribeWarmPool).
pub(super) fn warm_pool(world: &World, given: &Parameters<'_>) -> Result<String, Refusal> {
    given.only(&["AutoScalingGroupName", "MaxRecords", "NextToken"])?;
    let group = group(world, given.required("AutoScalingGroupName")?)?;
    let members = world.autoscaling.members_of(&group.spec.name).into_iter();
    let (page, next) =
        given.page(members.filter(|(_, member)| member.state.is_warm()).collect(), 50, 50)?;
    Ok(Xml::build(|xml| {
        groups::warm_pool_configuration(xml, group);
        xml.list("Instances", page, |xml, (id, member)| groups::instance(xml, world, id, member));
        xml.maybe("NextToken", next);
    }))
}

/// Returns the tags of groups that pass the filters `auto-scaling-group`, `key` and `value`. A page has at most 100
/// tags (API reference, DescribeTags).
pub(super) fn tags(world: &World, given: &Parameters<'_>) -> Result<String, Refusal> {
    given.only(&["Filters", "MaxRecords", "NextToken"])?;
    let mut found = Vec::new();
    for group in world.autoscaling.groups.values() {
        for (key, value) in &group.spec.tags {
            if satisfies_filters(given, &group.spec.name, key, value)? {
                found.push((group, key, value));
            }
        }
    }
    let (page, next) = given.page(found, 50, 100)?;
    Ok(Xml::build(|xml| {
        xml.list("Tags", page, |xml, (group, key, value)| groups::tag(xml, group, key, value));
        xml.maybe("NextToken", next);
    }))
}

fn satisfies_filters(
    given: &Parameters<'_>,
    group: &str,
    key: &str,
    value: &str,
) -> Result<bool, Refusal> {
    let filters = (1..)
        .map_while(|number| Some((number, given.text(&format!("Filters.member.{number}.Name"))?)));
    for (number, name) in filters {
        let values = given.list(&format!("Filters.member.{number}.Values"));
        let actual = match name {
            "auto-scaling-group" => group,
            "key" => key,
            "value" => value,
            _ => return Err(given.unknown(&format!("the filter {name}"))),
        };
        if !values.contains(&actual) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns the group of a name, or the error that no group has the name.
pub(super) fn group<'a>(world: &'a World, name: &str) -> Result<&'a Group, ApiError> {
    let missing = || {
        invalid(format!("AutoScalingGroup name not found - AutoScalingGroup '{name}' not found"))
    };
    world.autoscaling.groups.get(name).ok_or_else(missing)
}
