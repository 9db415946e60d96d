//! The writing of an answer: awsJson, restJson1, and awsQuery's XML.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use quick_xml::escape::escape;
use serde_json::{Value, json};

use super::answer::Answer;
use super::request::{Call, Protocol};
use super::rest;
use crate::api::ApiError;

/// Returns an answer: with HTTP status 200, or that of the REST operation.
pub(super) fn success(
    call: &Call,
    answer: Answer,
    request_id: &str,
) -> Result<HttpResponse, ConnectorError> {
    let body = match (answer, call.protocol) {
        (Answer::Xml(result), Protocol::Query(namespace)) => {
            let operation = &call.operation;
            let result = match WITHOUT_RESULT.contains(&operation.as_str()) {
                true => result,
                false => format!("<{operation}Result>{result}</{operation}Result>"),
            };
            format!(
                "<{operation}Response xmlns=\"{namespace}\">{result}\
                 <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
            )
        }
        (Answer::Xml(text), _) => text,
        (Answer::Json(_), Protocol::RestJson) if rest::status(&call.operation) == 204 => {
            String::new()
        }
        (Answer::Json(mut json), _) => {
            leave_out_nulls(&mut json);
            json.to_string()
        }
    };
    let status = match call.protocol {
        Protocol::RestJson => rest::status(&call.operation),
        _ => 200,
    };
    response(status, call.protocol, body, request_id)
}

/// Operations whose answer has no result element (API reference, SetDesiredCapacity, sample response).
const WITHOUT_RESULT: [&str; 1] = ["SetDesiredCapacity"];

/// Removes members that are null, because no answer of AWS has one.
fn leave_out_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(leave_out_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_nulls),
        _ => {}
    }
}

/// Returns an error answer.
pub(super) fn error(
    call: &Call,
    error: &ApiError,
    request_id: &str,
) -> Result<HttpResponse, ConnectorError> {
    let Protocol::Query(namespace) = call.protocol else {
        return json_error(call, error, request_id);
    };
    let fault = at_fault(error.status);
    let (code, message) = (escape(&error.code), escape(&error.message));
    let body = format!(
        "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{fault}</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    );
    response(error.status, call.protocol, body, request_id)
}

fn json_error(
    call: &Call,
    error: &ApiError,
    request_id: &str,
) -> Result<HttpResponse, ConnectorError> {
    if call.protocol == Protocol::RestJson {
        let body = rest::error_body(call, error).to_string();
        let mut response = response(error.status, call.protocol, body, request_id)?;
        response.headers_mut().insert("x-amzn-errortype", error.code.clone());
        return Ok(response);
    }
    let shape = match call.service {
        "sqs" => format!("com.amazonaws.sqs#{}", error.code),
        _ => error.code.clone(),
    };
    let body = json!({"__type": shape, "message": error.message}).to_string();
    let mut response = response(error.status, call.protocol, body, request_id)?;
    if call.service == "sqs" {
        let code = format!("{};{}", query_code(&error.code), at_fault(error.status));
        response.headers_mut().insert("x-amzn-query-error", code);
    }
    Ok(response)
}

/// Returns the party at fault in an error (Smithy, aws-query-protocol: "Sender" or "Receiver").
fn at_fault(status: u16) -> &'static str {
    if status < 500 { "Sender" } else { "Receiver" }
}

/// Returns the code of SQS's older protocol, which SQS still sends. The SDKs report this code (Smithy,
/// awsQueryCompatible; API reference, SQS, "awsQueryError" of each error).
fn query_code(code: &str) -> String {
    match code {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue".to_owned(),
        "EmptyBatchRequest"
        | "TooManyEntriesInBatchRequest"
        | "BatchEntryIdsNotDistinct"
        | "BatchRequestTooLong"
        | "InvalidBatchEntryId"
        | "MessageNotInflight" => format!("AWS.SimpleQueueService.{code}"),
        "ExpiredTokenException" => "ExpiredToken".to_owned(),
        _ => code.to_owned(),
    }
}

fn response(
    status: u16,
    protocol: Protocol,
    body: String,
    request_id: &str,
) -> Result<HttpResponse, ConnectorError> {
    let status = status.try_into().map_err(|error| {
        ConnectorError::user(format!("{status} is not an HTTP status: {error:?}").into())
    })?;
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    let content_type = match protocol {
        Protocol::Json10 => "application/x-amz-json-1.0",
        Protocol::Json11 => "application/x-amz-json-1.1",
        Protocol::RestJson => "application/json",
        Protocol::Query(_) => "text/xml",
    };
    response.headers_mut().insert("content-type", content_type);
    response.headers_mut().insert("x-amzn-requestid", request_id.to_owned());
    Ok(response)
}
