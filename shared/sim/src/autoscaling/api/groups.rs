//! DescribeAutoScalingGroups.

use crate::api::Refusal;
use crate::autoscaling::{Group, Member};
use crate::query_protocol::{Parameters, Xml, invalid};
use crate::region::{INSTANCE_TYPE, ZONES};
use crate::world::World;

/// Returns groups by their names, or all groups. The answer leaves out a name without a group. A page has at most 100
/// groups, and 50 without `MaxRecords` (API reference, DescribeAutoScalingGroups).
pub(super) fn describe(world: &World, given: &Parameters<'_>) -> Result<String, Refusal> {
    given.only(&["AutoScalingGroupNames", "IncludeInstances", "MaxRecords", "NextToken"])?;
    let names = given.list("AutoScalingGroupNames");
    // "By default, you can only specify up to 50 names" (API reference); MaxRecords raises the limit.
    if names.len() > given.number("MaxRecords")?.unwrap_or(50) {
        return Err(invalid("The number of group names is limited to MaxRecords".to_owned()).into());
    }
    let with_instances = given.text("IncludeInstances") != Some("false");
    let all = world.autoscaling.groups.values();
    let groups: Vec<_> =
        all.filter(|group| names.is_empty() || names.contains(&group.spec.name.as_str())).collect();
    let (page, next) = given.page(groups, 50, 100)?;
    Ok(Xml::build(|xml| {
        xml.list("AutoScalingGroups", page, |xml, group| {
            write(xml, world, group, with_instances);
        });
        xml.maybe("NextToken", next);
    }))
}

fn write(xml: &mut Xml, world: &World, group: &Group, with_instances: bool) {
    let name = &group.spec.name;
    xml.text("AutoScalingGroupName", name);
    xml.text("AutoScalingGroupARN", &group.arn);
    xml.text("MinSize", 0);
    xml.text("MaxSize", group.max_size);
    xml.text("DesiredCapacity", group.desired);
    xml.text("DefaultCooldown", 300);
    xml.list("AvailabilityZones", ZONES, |xml, zone| {
        xml.content(zone);
    });
    left_out(xml);
    xml.text("HealthCheckType", "EC2");
    xml.text("HealthCheckGracePeriod", 0);
    xml.text("CreatedTime", format!("{:.3}", world.start()));
    if with_instances {
        let members = world.autoscaling.members_of(name).into_iter();
        let listed = members.filter(|(_, member)| !member.state.is_warm());
        xml.list("Instances", listed, |xml, (id, member)| instance(xml, world, id, member));
    }
    tags(xml, group);
    xml.list("TerminationPolicies", ["Default"], |xml, policy| xml.content(policy));
    xml.text("NewInstancesProtectedFromScaleIn", false);
    xml.text("CapacityRebalance", group.spec.capacity_rebalance);
    let in_pool = |world: &World| {
        let members = world.autoscaling.members_of(name);
        members.iter().filter(|(_, member)| member.state.is_warm()).count()
    };
    if group.spec.warm_pool.is_some() {
        warm_pool_configuration(xml, group);
        xml.text("WarmPoolSize", in_pool(world));
    }
}

/// Writes the lists that every answer shows and that are always empty here (API reference, DescribeAutoScalingGroups,
/// example).
fn left_out(xml: &mut Xml) {
    for list in [
        "EnabledMetrics",
        "LoadBalancerNames",
        "SuspendedProcesses",
        "TargetGroupARNs",
        "TrafficSources",
    ] {
        xml.list(list, [(); 0], |_, ()| {});
    }
}

fn tags(xml: &mut Xml, group: &Group) {
    xml.list("Tags", &group.spec.tags, |xml, (key, value)| tag(xml, group, key, value));
}

/// Writes a tag of a group (API reference, TagDescription).
pub(super) fn tag(xml: &mut Xml, group: &Group, key: &str, value: &str) {
    xml.text("ResourceId", &group.spec.name);
    xml.text("ResourceType", "auto-scaling-group");
    xml.text("Key", key);
    xml.text("Value", value);
    xml.text("PropagateAtLaunch", false);
}

/// Writes an instance of a group or of its warm pool (API reference, Instance).
pub(super) fn instance(xml: &mut Xml, world: &World, id: &str, member: &Member) {
    xml.text("InstanceId", id);
    xml.text("InstanceType", INSTANCE_TYPE);
    xml.text("AvailabilityZone", world.ec2.get(id).map_or("", |instance| instance.zone));
    xml.text("LifecycleState", member.state.name());
    xml.text("HealthStatus", if member.healthy { "Healthy" } else { "Unhealthy" });
    xml.text("ProtectedFromScaleIn", false);
}

/// Writes the configuration of a group's warm pool, if it has one (API reference, WarmPoolConfiguration).
pub(super) fn warm_pool_configuration(xml: &mut Xml, group: &Group) {
    let Some(pool) = &group.spec.warm_pool else { return };
    xml.element("WarmPoolConfiguration", |xml| {
        xml.text("MaxGroupPreparedCapacity", group.spec.instances + pool.instances);
        xml.text("MinSize", 0);
        xml.text("PoolState", "Stopped");
        xml.element("InstanceReusePolicy", |xml| {
            xml.text("ReuseOnScaleIn", pool.reuse_on_scale_in);
        });
    });
}
