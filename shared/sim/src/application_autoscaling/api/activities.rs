//! DescribeScalingActivities.

use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{DIMENSION, check_dimension, check_namespace, page, seconds};
use crate::api::Refusal;
use crate::application_autoscaling::activity::Activity;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct DescribeScalingActivities {
    service_namespace: Option<String>,
    resource_id: Option<String>,
    scalable_dimension: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Describes the changes of capacity of one service, or of all. The latest come first.
pub(super) fn describe(world: &World, input: DescribeScalingActivities) -> Result<Value, Refusal> {
    check_namespace(input.service_namespace.as_deref())?;
    check_dimension(input.scalable_dimension.as_deref(), input.resource_id.is_some())?;
    let is_asked = |id: &String| input.resource_id.as_ref().is_none_or(|asked| asked == id);
    let targets = world.application_autoscaling.targets.iter().filter(|(id, _)| is_asked(id));
    let activities =
        targets.flat_map(|(id, target)| target.activities.iter().map(move |one| shape(id, one)));
    let (page, next) = page(activities.collect(), input.max_results, input.next_token.as_deref())?;
    Ok(json!({ "ScalingActivities": page, "NextToken": next }))
}

fn shape(id: &str, activity: &Activity) -> Value {
    let capacity = activity.capacity;
    json!({
        "ActivityId": activity.id,
        "ServiceNamespace": "ecs",
        "ResourceId": id,
        "ScalableDimension": DIMENSION,
        "Description": format!("Setting desired count to {capacity}."),
        "Cause": activity.cause,
        "StartTime": seconds(activity.at),
        "EndTime": seconds(activity.at),
        "StatusCode": "Successful",
        "StatusMessage": format!("Successfully set desired count to {capacity}. Change successfully fulfilled by ecs."),
    })
}
