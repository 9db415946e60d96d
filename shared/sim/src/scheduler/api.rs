//! The API of EventBridge Scheduler (restJson1). Any parameter that an operation here does not know is refused as unknown.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::definition::Schedule;
use super::schedule;
use crate::api::{ApiError, Refusal};
use crate::history::{Caller, Fact};
use crate::page::page;
use crate::rate;
use crate::region::{ACCOUNT, REGION};
use crate::world::World;

/// Operations of EventBridge Scheduler that the simulator knows.
pub(crate) const OPERATIONS: &[&str] = &["ListSchedules", "GetSchedule", "UpdateSchedule"];

/// Longest page, and its default (API reference, ListSchedules, `MaxResults`).
const PAGE: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ListSchedules {
    schedule_group: Option<String>,
    name_prefix: Option<String>,
    state: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct GetSchedule {
    name: String,
    #[serde(rename = "groupName")]
    group_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct UpdateSchedule {
    name: String,
    group_name: Option<String>,
    schedule_expression: Option<String>,
    schedule_expression_timezone: Option<String>,
    start_date: Option<Value>,
    end_date: Option<Value>,
    description: Option<String>,
    state: Option<String>,
    kms_key_arn: Option<String>,
    target: Option<Value>,
    flexible_time_window: Option<Value>,
    action_after_completion: Option<String>,
    #[serde(rename = "ClientToken")]
    _client_token: Option<String>,
}

/// Carries out an EventBridge Scheduler API call. The parameters of the path and of the query are members of the input.
pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: &Value,
) -> Result<Value, Refusal> {
    match operation {
        "ListSchedules" => list(world, &parse(operation, input)?),
        "GetSchedule" => get(world, parse(operation, input)?),
        "UpdateSchedule" => update(world, caller, parse(operation, input)?),
        _ => Err(Refusal::Unknown(format!("EventBridge Scheduler {operation}"))),
    }
}

fn parse<T: DeserializeOwned>(operation: &str, input: &Value) -> Result<T, Refusal> {
    T::deserialize(input)
        .map_err(|error| Refusal::Unknown(format!("EventBridge Scheduler {operation}: {error}")))
}

/// Lists schedules by group, name and state. An entry has only the ARN of its target.
fn list(world: &World, input: &ListSchedules) -> Result<Value, Refusal> {
    if let Some(group) = &input.schedule_group {
        let is_known = world.scheduler.schedules.keys().any(|(known, _)| known == group);
        if !is_known && group != "default" {
            return Err(not_found(format!("Schedule group {group} does not exist.")));
        }
    }
    let is_asked =
        |given: &Option<String>, value: &str| given.as_ref().is_none_or(|it| it == value);
    let schedules = world.scheduler.schedules.iter();
    let found = schedules.filter(|((group, name), schedule)| {
        is_asked(&input.schedule_group, group)
            && name.starts_with(input.name_prefix.as_deref().unwrap_or_default())
            && is_asked(&input.state, schedule.definition["State"].as_str().unwrap_or_default())
    });
    let entries = found.map(|(key, schedule)| {
        let mut entry = identity(key, schedule);
        entry["State"] = schedule.definition["State"].clone();
        entry["Target"] = json!({ "Arn": schedule.definition["Target"]["Arn"] });
        entry
    });
    let size = input.max_results.map_or(Ok(PAGE), usize::try_from).ok();
    let size = size.filter(|size| (1..=PAGE).contains(size)).ok_or_else(|| {
        invalid("1 validation error detected: Value at 'maxResults' must be between 1 and 100")
    })?;
    let (page, next) = page(entries.collect(), size, input.next_token.as_deref())
        .ok_or_else(|| invalid("Invalid NextToken."))?;
    Ok(json!({ "Schedules": page, "NextToken": next }))
}

fn get(world: &World, input: GetSchedule) -> Result<Value, Refusal> {
    let key = key(world, input.group_name, input.name)?;
    let Some(schedule) = world.scheduler.schedules.get(&key) else { return Ok(json!({})) };
    let mut answer = identity(&key, schedule);
    for (member, value) in schedule.definition.as_object().into_iter().flatten() {
        answer[member] = value.clone();
    }
    Ok(answer)
}

/// Replaces a schedule: "EventBridge Scheduler uses all values, including empty values, specified in the request and
/// overrides the existing schedule" (API reference). An omitted member takes its default.
fn update(world: &mut World, caller: &Caller, input: UpdateSchedule) -> Result<Value, Refusal> {
    let required = |member: &str| {
        invalid(&format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    };
    let expression = input.schedule_expression.ok_or_else(|| required("scheduleExpression"))?;
    let target = input.target.ok_or_else(|| required("target"))?;
    let window = input.flexible_time_window.ok_or_else(|| required("flexibleTimeWindow"))?;
    let key = key(world, input.group_name, input.name)?;
    if rate::parse(&expression).is_none() {
        return Err(Refusal::Unknown(format!("EventBridge Scheduler expression {expression}")));
    }
    if schedule::starter(&target, &key.1, None).is_none() {
        return Err(Refusal::Unknown(format!("EventBridge Scheduler target {target}")));
    }
    let state = input.state.unwrap_or_else(|| "ENABLED".to_owned());
    if !matches!(state.as_str(), "ENABLED" | "DISABLED") {
        return Err(invalid(
            "1 validation error detected: Value at 'state' must be ENABLED or DISABLED",
        ));
    }
    let definition = json!({
        "ScheduleExpression": expression,
        "ScheduleExpressionTimezone": input.schedule_expression_timezone.as_deref().unwrap_or("UTC"),
        "StartDate": input.start_date,
        "EndDate": input.end_date,
        "Description": input.description,
        "State": state,
        "KmsKeyArn": input.kms_key_arn,
        "FlexibleTimeWindow": window,
        "Target": target,
        "ActionAfterCompletion": input.action_after_completion.as_deref().unwrap_or("NONE"),
    });
    let given = definition.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let given = given.map(|(member, value)| (member.clone(), value.clone())).collect();
    schedule::replace(world, &key, given);
    let by = caller.clone();
    world.note(Fact::Schedule { schedule: format!("{}/{}", key.0, key.1), state, by });
    Ok(json!({ "ScheduleArn": arn(&key) }))
}

fn identity(key: &(String, String), schedule: &Schedule) -> Value {
    let seconds = |at: jiff::Timestamp| at.as_millisecond() as f64 / 1000.0;
    json!({
        "Arn": arn(key),
        "GroupName": key.0,
        "Name": key.1,
        "CreationDate": seconds(schedule.created_at),
        "LastModificationDate": seconds(schedule.modified_at),
    })
}

fn arn((group, name): &(String, String)) -> String {
    format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/{name}")
}

/// Returns the key of a schedule that exists. Without a group it is in `default`.
fn key(world: &World, group: Option<String>, name: String) -> Result<(String, String), Refusal> {
    let key = (group.unwrap_or_else(|| "default".to_owned()), name);
    match world.scheduler.schedules.contains_key(&key) {
        true => Ok(key),
        false => Err(not_found(format!("Schedule {} does not exist.", key.1))),
    }
}

fn not_found(message: String) -> Refusal {
    let code = "ResourceNotFoundException".to_owned();
    ApiError { status: 404, code, message }.into()
}

fn invalid(message: &str) -> Refusal {
    ApiError::client("ValidationException", message).into()
}
