//! DescribeScalableTargets.

use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{DIMENSION, check_dimension, check_namespace, invalid, page, seconds};
use crate::api::Refusal;
use crate::application_autoscaling::scalable_target::ScalableTarget;
use crate::region::ACCOUNT;
use crate::world::World;

/// Most resource ids in one call (API reference, `ResourceIds`).
const RESOURCES: usize = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct DescribeScalableTargets {
    service_namespace: Option<String>,
    resource_ids: Option<Vec<String>>,
    scalable_dimension: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Describes scalable targets: those of the given services, or all. A service without a target is left out.
pub(super) fn describe(world: &World, input: DescribeScalableTargets) -> Result<Value, Refusal> {
    check_namespace(input.service_namespace.as_deref())?;
    check_dimension(input.scalable_dimension.as_deref(), input.resource_ids.is_some())?;
    if input.resource_ids.as_ref().is_some_and(|ids| ids.len() > RESOURCES) {
        return Err(invalid("ResourceIds can have at most 50 items"));
    }
    let is_asked = |id: &String| input.resource_ids.as_ref().is_none_or(|asked| asked.contains(id));
    let found = world.application_autoscaling.targets.iter().filter(|(id, _)| is_asked(id));
    let shapes = found.map(|(id, target)| shape(id, target)).collect();
    let (page, next) = page(shapes, input.max_results, input.next_token.as_deref())?;
    Ok(json!({ "ScalableTargets": page, "NextToken": next }))
}

fn shape(id: &str, target: &ScalableTarget) -> Value {
    let suspended = target.suspended;
    json!({
        "ServiceNamespace": "ecs",
        "ResourceId": id,
        "ScalableDimension": DIMENSION,
        "MinCapacity": target.min,
        "MaxCapacity": target.max,
        "RoleARN": format!(
            "arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/\
             AWSServiceRoleForApplicationAutoScaling_ECSService"
        ),
        "CreationTime": seconds(target.created_at),
        "SuspendedState": {
            "DynamicScalingInSuspended": suspended.scale_in,
            "DynamicScalingOutSuspended": suspended.scale_out,
            "ScheduledScalingSuspended": suspended.scheduled,
        },
        "ScalableTargetARN": target.arn,
    })
}
