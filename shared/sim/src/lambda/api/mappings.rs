//! ListEventSourceMappings, GetEventSourceMapping and UpdateEventSourceMapping.

use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{error, function_arn, invalid, not_found, short_name};
use crate::api::Refusal;
use crate::history::Caller;
use crate::lambda::mapping::Mapping;
use crate::lambda::mapping_change::begin_change;
use crate::sqs::queue_arn;
use crate::world::World;

/// Longest page, and its default (API reference, ListEventSourceMappings, `MaxItems`: "a maximum of 100 items in each
/// response, even if you set the number higher").
const PAGE: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct ListEventSourceMappings {
    function_name: Option<String>,
    event_source_arn: Option<String>,
    marker: Option<String>,
    max_items: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedMapping {
    #[serde(rename = "UUID")]
    uuid: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct UpdateEventSourceMapping {
    #[serde(rename = "UUID")]
    uuid: String,
    function_name: Option<String>,
    enabled: Option<bool>,
}

/// Lists the mappings of a function, of a source, or all.
pub(super) fn list(world: &World, input: ListEventSourceMappings) -> Result<Value, Refusal> {
    let size = match input.max_items {
        None => PAGE,
        Some(size) => usize::try_from(size)
            .ok()
            .filter(|size| (1..=10_000).contains(size))
            .ok_or_else(|| invalid("MaxItems must be between 1 and 10000."))?
            .min(PAGE),
    };
    let from: usize = match input.marker.as_deref().map(|it| it.strip_prefix("from-")) {
        None => 0,
        Some(at) => {
            at.and_then(|at| at.parse().ok()).ok_or_else(|| invalid("The marker is not valid."))?
        }
    };
    let function = input.function_name.as_deref().map(|given| short_name(given).unwrap_or(given));
    let is_asked = |mapping: &&Mapping| {
        function.is_none_or(|name| mapping.spec.function == name)
            && input
                .event_source_arn
                .as_ref()
                .is_none_or(|arn| *arn == queue_arn(&mapping.spec.queue))
    };
    let found: Vec<_> = world.lambda.mappings.iter().filter(is_asked).map(shape).collect();
    let next = (found.len() > from.saturating_add(size)).then(|| format!("from-{}", from + size));
    let page: Vec<_> = found.into_iter().skip(from).take(size).collect();
    Ok(json!({ "EventSourceMappings": page, "NextMarker": next }))
}

pub(super) fn get(world: &World, input: &NamedMapping) -> Result<Value, Refusal> {
    let index = find(world, &input.uuid)?;
    Ok(shape(&world.lambda.mappings[index]))
}

/// Enables or disables a mapping. A mapping that is changing is refused: "The operation conflicts with the resource's
/// availability" (API reference, ResourceInUseException).
pub(super) fn update(
    world: &mut World,
    caller: &Caller,
    input: &UpdateEventSourceMapping,
) -> Result<Value, Refusal> {
    let index = find(world, &input.uuid)?;
    let mapping = &world.lambda.mappings[index];
    let function = input.function_name.as_deref().map(|given| short_name(given).unwrap_or(given));
    if function.is_some_and(|name| name != mapping.spec.function) {
        let what = "Lambda UpdateEventSourceMapping with another function";
        return Err(Refusal::Unknown(what.to_owned()));
    }
    if mapping.state.changes() {
        let message = "Cannot update the event source mapping because it is in use.";
        return Err(error(400, "ResourceInUseException", message));
    }
    if let Some(enabled) = input.enabled {
        begin_change(world, index, enabled, caller);
    }
    Ok(shape(&world.lambda.mappings[index]))
}

fn find(world: &World, uuid: &str) -> Result<usize, Refusal> {
    let found = world.lambda.mappings.iter().position(|mapping| mapping.uuid == uuid);
    found.ok_or_else(|| not_found("The resource you requested does not exist."))
}

fn shape(mapping: &Mapping) -> Value {
    let spec = &mapping.spec;
    let types = spec.report_batch_item_failures.then_some("ReportBatchItemFailures");
    let scaling = spec.maximum_concurrency.map(|most| json!({ "MaximumConcurrency": most }));
    json!({
        "UUID": mapping.uuid,
        "EventSourceArn": queue_arn(&spec.queue),
        "FunctionArn": function_arn(&spec.function),
        "State": mapping.state.name(),
        "StateTransitionReason": "USER_INITIATED",
        "LastModified": mapping.modified_at.as_millisecond() as f64 / 1000.0,
        "BatchSize": spec.batch_size,
        "MaximumBatchingWindowInSeconds": spec.batching_window.0.as_secs(),
        "FunctionResponseTypes": Vec::from_iter(types),
        "ScalingConfig": scaling,
    })
}
