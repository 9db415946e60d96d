//! The API of EC2 Auto Scaling (awsQuery, version 2011-01-01), as far as the simulator knows it.
//!
//! Any parameter that an operation here does not know is refused as unknown. Filters are unknown, except in
//! DescribeTags.

mod activities;
mod change;
mod description;
mod groups;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::api::Refusal;
use crate::history::Caller;
use crate::query_protocol::Parameters;
use crate::world::World;

/// Operations of Auto Scaling that the simulator knows.
pub(crate) const OPERATIONS: &[&str] = &[
    "DescribeAutoScalingGroups",
    "DescribeAutoScalingInstances",
    "DescribeLifecycleHooks",
    "DescribeWarmPool",
    "DescribeTags",
    "DescribeScalingActivities",
    "CompleteLifecycleAction",
    "RecordLifecycleActionHeartbeat",
    "TerminateInstanceInAutoScalingGroup",
    "SetDesiredCapacity",
];

/// Carries out an Auto Scaling API call (awsQuery). Parameters have their flattened names, e.g.
/// `InstanceIds.member.1`. The answer is the XML inside `<OperationResult>`.
pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: &BTreeMap<String, String>,
) -> Result<String, Refusal> {
    let given = Parameters::new("Auto Scaling", operation, input);
    match operation {
        "DescribeAutoScalingGroups" => groups::describe(world, &given),
        "DescribeAutoScalingInstances" => description::instances(world, &given),
        "DescribeLifecycleHooks" => description::lifecycle_hooks(world, &given),
        "DescribeWarmPool" => description::warm_pool(world, &given),
        "DescribeTags" => description::tags(world, &given),
        "DescribeScalingActivities" => activities::describe(world, &given),
        "CompleteLifecycleAction" => change::complete_lifecycle_action(world, caller, &given),
        "RecordLifecycleActionHeartbeat" => change::record_heartbeat(world, caller, &given),
        "TerminateInstanceInAutoScalingGroup" => change::terminate_instance(world, caller, &given),
        "SetDesiredCapacity" => change::set_desired_capacity(world, &given),
        _ => Err(Refusal::Unknown(format!("Auto Scaling {operation}"))),
    }
}
