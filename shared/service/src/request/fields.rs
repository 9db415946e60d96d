//! Fields of a request: their forms in JSON, and an answer for each that is not understood.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::length::parse_length;
use super::names::{checked_name, closest, task_id};
use super::{OperationKind, OperationRequest, TaskOrder};
use crate::limits::{LARGEST_BATCH, LONGEST_REASON, LONGEST_WAIT_TIME, MOST_TASK_IDS};

/// Fields of every request.
const COMMON: [&str; 8] =
    ["kind", "cluster_name", "service_name", "timeout", "notify", "account", "reason", "wait"];

/// Further fields of a recycle.
const RECYCLE: [&str; 7] =
    ["maintain_service_state", "wait_time", "batch", "order", "only", "older_than", "stop_with"];

/// Further fields of a shutdown.
const SHUTDOWN: [&str; 2] = ["grace", "confirmed"];

/// A field of a request that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field. Empty if the request is no JSON object.
    pub field: String,
    /// Sentence about the field, without its name.
    pub problem: String,
}

/// All fields of a request that are not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct RequestErrors(pub Vec<FieldError>);

impl fmt::Display for RequestErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, FieldError { field, problem }) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            let colon = if field.is_empty() { "" } else { ": " };
            write!(f, "{separator}{field}{colon}{problem}")?;
        }
        Ok(())
    }
}

/// Parses the JSON of a request.
pub(super) fn parse(json: &str) -> Result<OperationRequest, RequestErrors> {
    let whole = |problem| RequestErrors(vec![FieldError { field: String::new(), problem }]);
    match serde_json::from_str(json) {
        Ok(Value::Object(map)) => Fields { map, errors: Vec::new() }.request(),
        Ok(_) => Err(whole("a request must be a JSON object".to_owned())),
        Err(error) => Err(whole(format!("a request must be a JSON object: {error}"))),
    }
}

/// Fields that have not been parsed yet, and the errors of those that have.
struct Fields {
    map: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    fn request(mut self) -> Result<OperationRequest, RequestErrors> {
        let kind = self.take("kind", word).unwrap_or_default();
        let cluster = self.required("cluster_name", name);
        let service = self.required("service_name", name);
        let mut request = OperationRequest {
            timeout: self.take("timeout", length),
            notify: self.take("notify", truth).unwrap_or(true),
            account: self.take("account", account),
            reason: self.take("reason", reason),
            wait: self.take("wait", truth).unwrap_or(false),
            ..OperationRequest::new(kind, cluster, service)
        };
        if kind == OperationKind::Recycle {
            self.recycle(&mut request);
        }
        if kind == OperationKind::Shutdown {
            request.grace = self.take("grace", length).unwrap_or(request.grace);
            request.confirmed = self.take("confirmed", truth).unwrap_or(false);
        }
        self.refuse_the_rest(kind);
        if self.errors.is_empty() { Ok(request) } else { Err(RequestErrors(self.errors)) }
    }

    fn recycle(&mut self, request: &mut OperationRequest) {
        request.maintain_service_state = self.take("maintain_service_state", truth).unwrap_or(true);
        request.wait_time = self.take("wait_time", wait_time).unwrap_or(request.wait_time);
        request.batch = self.take("batch", batch).unwrap_or(request.batch);
        request.order = self.take("order", word).unwrap_or_default();
        request.only = self.take("only", task_ids).unwrap_or_default();
        request.older_than = self.take("older_than", length);
        request.stop_with = self.take("stop_with", word);
    }

    /// Removes a field. `null` counts as a field that is not there.
    fn take<T>(&mut self, field: &str, parse: fn(&Value) -> Result<T, String>) -> Option<T> {
        let value = self.map.remove(field).filter(|value| !value.is_null())?;
        parse(&value).map_err(|problem| self.add(field, problem)).ok()
    }

    fn required(&mut self, field: &str, parse: fn(&Value) -> Result<String, String>) -> String {
        if self.map.get(field).is_none_or(Value::is_null) {
            self.map.remove(field);
            self.add(field, "is missing".to_owned());
            return String::new();
        }
        self.take(field, parse).unwrap_or_default()
    }

    fn add(&mut self, field: &str, problem: String) {
        self.errors.push(FieldError { field: field.to_owned(), problem });
    }

    /// Adds an error for each field that no rule took.
    fn refuse_the_rest(&mut self, kind: OperationKind) {
        let known = || COMMON.into_iter().chain(RECYCLE).chain(SHUTDOWN);
        let rest: Vec<String> = self.map.keys().cloned().collect();
        for field in rest {
            let problem = if RECYCLE.contains(&field.as_str()) {
                format!("belongs to a recycle, and this is a {kind}")
            } else if SHUTDOWN.contains(&field.as_str()) {
                format!("belongs to a shutdown, and this is a {kind}")
            } else {
                closest(&field, known()).map_or_else(
                    || "is unknown".to_owned(),
                    |other| format!("is unknown; did you mean `{other}`?"),
                )
            };
            self.add(&field, problem);
        }
    }
}

fn truth(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("must be true or false, and is {value}"))
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("must be a text, and is {value}"))
}

fn name(value: &Value) -> Result<String, String> {
    checked_name(text(value)?)
}

fn word<T: FromStr + strum::VariantNames>(value: &Value) -> Result<T, String> {
    let text = text(value)?;
    let words = T::VARIANTS.join(", ");
    let hint = closest(text, T::VARIANTS.iter().copied())
        .map_or_else(String::new, |other| format!("; did you mean `{other}`?"));
    text.parse().map_err(|_| format!("must be one of {words}, and is {value}{hint}"))
}

fn length(value: &Value) -> Result<Duration, String> {
    let parsed = match value {
        Value::Number(number) => parse_length(&number.to_string()),
        _ => parse_length(text(value)?),
    };
    parsed.map_err(|problem| format!("{problem}, and is {value}"))
}

fn wait_time(value: &Value) -> Result<Duration, String> {
    let hours = LONGEST_WAIT_TIME.as_secs() / 3600;
    length(value).and_then(|length| match length <= LONGEST_WAIT_TIME {
        true => Ok(length),
        false => Err(format!("must be {hours} hours at most, and is {value}")),
    })
}

fn batch(value: &Value) -> Result<u32, String> {
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    number
        .filter(|number| (1..=LARGEST_BATCH).contains(number))
        .ok_or_else(|| format!("must be a number from 1 to {LARGEST_BATCH}, and is {value}"))
}

fn task_ids(value: &Value) -> Result<Vec<String>, String> {
    let values = value.as_array().ok_or_else(|| format!("must be a list, and is {value}"))?;
    if values.len() > MOST_TASK_IDS {
        return Err(format!("must have {MOST_TASK_IDS} tasks at most, and has {}", values.len()));
    }
    let id = |value: &Value| {
        value.as_str().and_then(task_id).ok_or_else(|| format!("has no task id: {value}"))
    };
    values.iter().map(id).collect()
}

fn account(value: &Value) -> Result<String, String> {
    let text = text(value)?;
    let is_account = text.len() == 12 && text.chars().all(|c| c.is_ascii_digit());
    is_account.then(|| text.to_owned()).ok_or_else(|| format!("must be 12 digits, and is {value}"))
}

fn reason(value: &Value) -> Result<String, String> {
    let text = text(value)?;
    let is_short = text.chars().count() <= LONGEST_REASON;
    is_short
        .then(|| text.to_owned())
        .ok_or_else(|| format!("must have {LONGEST_REASON} characters at most"))
}

/// Returns the JSON of a request. Fields with their default value are left out.
pub(super) fn to_json(request: &OperationRequest) -> Value {
    let default = OperationRequest::new(request.kind, &*request.cluster, &*request.service);
    let seconds = |length: Duration| json!(length.as_secs());
    let mut map = Map::new();
    let mut add = |field: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(field.to_owned(), value);
        }
    };
    add("kind", Some(json!(request.kind)));
    add("cluster_name", Some(json!(request.cluster)));
    add("service_name", Some(json!(request.service)));
    add("maintain_service_state", (!request.maintain_service_state).then_some(Value::Bool(false)));
    let has_wait_time = request.wait_time != default.wait_time;
    add("wait_time", has_wait_time.then(|| seconds(request.wait_time)));
    add("batch", (request.batch != default.batch).then(|| json!(request.batch)));
    add("timeout", request.timeout.map(seconds));
    add("order", (request.order != TaskOrder::default()).then(|| json!(request.order)));
    add("only", (!request.only.is_empty()).then(|| json!(request.only)));
    add("older_than", request.older_than.map(seconds));
    add("grace", (request.grace != default.grace).then(|| seconds(request.grace)));
    add("notify", (!request.notify).then_some(Value::Bool(false)));
    add("stop_with", request.stop_with.map(|method| json!(method)));
    add("account", request.account.as_ref().map(|account| json!(account)));
    add("reason", request.reason.as_ref().map(|reason| json!(reason)));
    Value::Object(map)
}

#[cfg(test)]
mod tests;
