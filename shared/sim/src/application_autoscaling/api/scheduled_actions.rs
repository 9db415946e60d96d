//! DescribeScheduledActions.

use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{DIMENSION, check_dimension, check_namespace, page, seconds};
use crate::api::Refusal;
use crate::application_autoscaling::scalable_target::{ScalableTarget, ScheduledAction};
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct DescribeScheduledActions {
    service_namespace: Option<String>,
    resource_id: Option<String>,
    scalable_dimension: Option<String>,
    scheduled_action_names: Option<Vec<String>>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Describes the scheduled actions of one service, or of all.
pub(super) fn describe(world: &World, input: DescribeScheduledActions) -> Result<Value, Refusal> {
    check_namespace(input.service_namespace.as_deref())?;
    check_dimension(input.scalable_dimension.as_deref(), input.resource_id.is_some())?;
    let is_asked = |id: &String| input.resource_id.as_ref().is_none_or(|asked| asked == id);
    let names = input.scheduled_action_names.unwrap_or_default();
    let targets = world.application_autoscaling.targets.iter().filter(|(id, _)| is_asked(id));
    let actions = targets.flat_map(|(id, target)| {
        let actions = target.scheduled_actions.iter();
        actions.map(move |action| (id, target, action))
    });
    let named = actions.filter(|(_, _, action)| names.is_empty() || names.contains(&action.name));
    let shapes = named.map(|(id, target, action)| shape(world, id, target, action)).collect();
    let (page, next) = page(shapes, input.max_results, input.next_token.as_deref())?;
    Ok(json!({ "ScheduledActions": page, "NextToken": next }))
}

fn shape(world: &World, id: &str, target: &ScalableTarget, action: &ScheduledAction) -> Value {
    let at = world.time_of(action.at).strftime("at(%Y-%m-%dT%H:%M:%S)").to_string();
    json!({
        "ScheduledActionName": action.name,
        "ScheduledActionARN": action.arn,
        "ServiceNamespace": "ecs",
        "ResourceId": id,
        "ScalableDimension": DIMENSION,
        "Schedule": at,
        "ScalableTargetAction": { "MinCapacity": action.min, "MaxCapacity": action.max },
        "CreationTime": seconds(target.created_at),
    })
}
