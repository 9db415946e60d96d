//! PutEvents on the default bus.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{ApiError, Refusal};
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct PutEvents {
    entries: Vec<PutEventsEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct PutEventsEntry {
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    event_bus_name: Option<String>,
}

/// Puts up to ten events on the bus. Each has its own result.
pub(super) fn put_events(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input = PutEvents::deserialize(input)
        .map_err(|error| Refusal::Unknown(format!("EventBridge PutEvents: {error}")))?;
    // API reference, PutEvents: 1 to 10 entries.
    if input.entries.is_empty() || input.entries.len() > 10 {
        let message = "1 validation error detected: Value at 'entries' failed to satisfy \
                       constraint: Member must have length between 1 and 10";
        return Err(ApiError::client("ValidationException", message).into());
    }
    let results: Vec<_> =
        input.entries.into_iter().map(|entry| put(world, entry)).collect::<Result<_, _>>()?;
    let failed = results.iter().filter(|result| result.get("ErrorCode").is_some()).count();
    Ok(json!({"FailedEntryCount": failed, "Entries": results}))
}

fn put(world: &mut World, entry: PutEventsEntry) -> Result<Value, Refusal> {
    if entry.event_bus_name.as_deref().is_some_and(|bus| bus != "default") {
        return Err(Refusal::Unknown("an event bus other than the default one".to_owned()));
    }
    let (Some(source), Some(detail_type), Some(detail)) =
        (entry.source, entry.detail_type, entry.detail)
    else {
        return Ok(refused("InvalidArgument", "Source, DetailType and Detail are required."));
    };
    // EventBridge user guide, eb-putevents: sources that begin with `aws.` are AWS's own.
    if source.starts_with("aws.") {
        let why = "Not authorized for the source.";
        return Ok(refused("NotAuthorizedForSourceException", why));
    }
    let Ok(detail @ Value::Object(_)) = serde_json::from_str(&detail) else {
        return Ok(refused("MalformedDetail", "Detail is malformed."));
    };
    let envelope = world.envelope(&source, &detail_type, entry.resources, detail);
    let id = envelope["id"].clone();
    world.eventbridge.put.push(envelope.clone());
    world.publish_raw(envelope);
    Ok(json!({"EventId": id}))
}

fn refused(code: &str, message: &str) -> Value {
    json!({"ErrorCode": code, "ErrorMessage": message})
}
