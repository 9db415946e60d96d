//! The effect of a planned fault on a call and on its answer.

use serde_json::{Value, json};

use super::answer::Answer;
use super::request::{Call, CallInput};
use crate::api::{ApiError, Refusal};
use crate::scenario::CallFault;

/// Returns the answer of a fault that prevents the call.
pub(super) fn refusal(fault: CallFault, call: &Call) -> Option<Refusal> {
    let (code, message, status) = match (fault, call.service) {
        (
            CallFault::Throttled,
            "ecs" | "events" | "ssm" | "application-autoscaling" | "secretsmanager",
        ) => ("ThrottlingException", "Rate exceeded", 400),
        (CallFault::Throttled, "scheduler") => ("ThrottlingException", "Rate exceeded", 429),
        (CallFault::Throttled, "lambda") => ("TooManyRequestsException", "Rate exceeded", 429),
        // API reference, SQS, common errors.
        (CallFault::Throttled, "sqs") => ("RequestThrottled", "The request was denied", 400),
        (CallFault::Throttled, _) => ("Throttling", "Rate exceeded", 400),
        // API reference, ECS, common errors. The other services below have InternalFailure.
        (CallFault::Failed, "ecs") => ("ServerException", "Service Unavailable", 500),
        (CallFault::Failed, "lambda") => ("ServiceException", "The service failed", 500),
        (CallFault::Failed, "scheduler") => ("InternalServerException", "Unexpected error", 500),
        (CallFault::Failed, "secretsmanager") => {
            ("InternalServiceError", "An error occurred on the server side", 500)
        }
        (CallFault::Failed, "sns") => ("InternalError", "Internal service error", 500),
        (CallFault::Failed, _) => ("InternalFailure", "The request processing has failed", 500),
        _ => return None,
    };
    let (code, message) = (code.to_owned(), message.to_owned());
    Some(Refusal::Error(ApiError { status, code, message }))
}

/// Returns true if a fault can strike a call. A partial failure needs a call whose list has entries.
pub(super) fn can_strike(fault: CallFault, call: &Call) -> bool {
    fault != CallFault::Partial || leave_out(&mut call.clone()).is_some()
}

/// Removes the last entry from the call's list, if the operation can fail in part. Returns the entry.
pub(super) fn leave_out(call: &mut Call) -> Option<Value> {
    let list = CallFault::list_in_part(&call.operation)?;
    let CallInput::Json(input) = &mut call.input else { return None };
    input.get_mut(list)?.as_array_mut()?.pop()
}

/// Returns the answer to a call whose list is empty now. AWS would refuse an empty list.
pub(super) fn answer_to_nothing(call: &Call) -> Option<Answer> {
    let list = CallFault::list_in_part(&call.operation)?;
    let CallInput::Json(input) = &call.input else { return None };
    let done = match call.operation.as_str() {
        _ if call.service == "sqs" => "Successful",
        "UpdateTaskProtection" => "protectedTasks",
        "DescribeServiceDeployments" => "serviceDeployments",
        _ => list,
    };
    input[list].as_array()?.is_empty().then(|| Answer::Json(json!({ done: [] })))
}

/// Adds the failure of the entry to the answer. All documented reasons are about items that do not exist (ECS developer
/// guide, api_failures_messages), so this reason is another one. SQS has `InternalError` (API reference,
/// BatchResultErrorEntry).
pub(super) fn add_failure(answer: &mut Answer, entry: &Value) {
    let Answer::Json(answer) = answer else { return };
    let (list, failure) = match entry.get("Id") {
        Some(id) => ("Failed", json!({"Id": id, "Code": "InternalError", "SenderFault": false})),
        None => ("failures", json!({"arn": entry, "reason": "INTERNAL"})),
    };
    match answer.get_mut(list).and_then(Value::as_array_mut) {
        Some(failures) => failures.push(failure),
        None => answer[list] = json!([failure]),
    }
}

#[cfg(test)]
mod tests;
