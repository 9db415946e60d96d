//! The resources of calls about functions, rules, schedules and secrets (Service Authorization Reference, "Actions defined
//! by" each service).

use serde_json::Value;

use crate::region::{ACCOUNT, REGION};
use crate::secretsmanager::Secrets;

/// Resource of an action without resource types.
const ANY: &str = "*";

/// Returns the ARN of the mapping or of the function that a call names. ListEventSourceMappings has no resource type.
pub(super) fn of_lambda(operation: &str, input: &Value) -> String {
    let arn = |of_type: &str, id: &str| match id.strip_prefix("arn:") {
        Some(_) => id.to_owned(),
        None => format!("arn:aws:lambda:{REGION}:{ACCOUNT}:{of_type}:{id}"),
    };
    match (input["UUID"].as_str(), input["FunctionName"].as_str()) {
        _ if operation == "ListEventSourceMappings" => ANY.to_owned(),
        (Some(mapping), _) => arn("event-source-mapping", mapping),
        (None, Some(function)) => arn("function", function),
        (None, None) => ANY.to_owned(),
    }
}

/// Returns the ARN of the rule that a call names, or of the bus for PutEvents. ListRules and ListRuleNamesByTarget have no
/// resource type.
pub(super) fn of_events(input: &Value) -> String {
    let arn = |resource: String| format!("arn:aws:events:{REGION}:{ACCOUNT}:{resource}");
    match input["Name"].as_str().or(input["Rule"].as_str()) {
        Some(rule) => arn(format!("rule/{rule}")),
        None if input["Entries"].is_array() => arn("event-bus/default".to_owned()),
        None => ANY.to_owned(),
    }
}

/// Returns the ARN of the schedule that a call names. ListSchedules has no resource type.
pub(super) fn of_scheduler(input: &Value) -> String {
    let group = input["groupName"].as_str().or(input["GroupName"].as_str()).unwrap_or("default");
    match input["Name"].as_str() {
        Some(name) => format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/{name}"),
        None => ANY.to_owned(),
    }
}

/// Returns the ARN of the secret that a call names. A secret that does not exist has no random characters.
pub(super) fn of_secrets_manager(secrets: &Secrets, input: &Value) -> String {
    let id = input["SecretId"].as_str().unwrap_or_default();
    match secrets.arn(id) {
        Some(arn) => arn.to_owned(),
        None if id.starts_with("arn:") => id.to_owned(),
        None => format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{id}"),
    }
}
