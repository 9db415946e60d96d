//! The parsing of a request: its service, its operation and its input.
//!
//! awsJson names both in `x-amz-target` (Smithy, aws-json-1_0-protocol and aws-json-1_1-protocol); awsQuery sends a
//! form with `Action` and `Version` (Smithy, aws-query-protocol). REST requests are named by method and path: `rest`.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::Value;

pub(crate) use super::call::{Call, CallInput, Protocol};

use super::call::RequestError;
use super::{form, rest};

const JSON_SERVICES: [(&str, &str, Protocol); 6] = [
    ("AmazonEC2ContainerServiceV20141113", "ecs", Protocol::Json11),
    ("AmazonSQS", "sqs", Protocol::Json10),
    ("AWSEvents", "events", Protocol::Json11),
    ("AnyScaleFrontendService", "application-autoscaling", Protocol::Json11),
    ("AmazonSSM", "ssm", Protocol::Json11),
    ("secretsmanager", "secretsmanager", Protocol::Json11),
];

/// Services of awsQuery by the version of their API, with the namespaces of their answers.
const QUERY_SERVICES: [(&str, &str, &str); 4] = [
    ("2011-01-01", "autoscaling", AUTO_SCALING_NAMESPACE),
    (
        "2015-12-01",
        "elasticloadbalancing",
        "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
    ),
    ("2010-03-31", "sns", "http://sns.amazonaws.com/doc/2010-03-31/"),
    ("2011-06-15", "sts", "https://sts.amazonaws.com/doc/2011-06-15/"),
];

const AUTO_SCALING_NAMESPACE: &str = "http://autoscaling.amazonaws.com/doc/2011-01-01/";

/// Parses a request. The error names the part that the simulator does not know.
pub(super) fn parse_request(request: &HttpRequest) -> Result<Call, RequestError> {
    let body = request.body().bytes().unwrap_or_default();
    let target = request.headers().get("x-amz-target");
    parse_parts(request.method(), target, request.uri(), body)
}

/// Parses the parts of a request that name the call. They may hold any bytes.
pub(super) fn parse_parts(
    method: &str,
    target: Option<&str>,
    uri: &str,
    body: &[u8],
) -> Result<Call, RequestError> {
    match target {
        Some(target) => parse_json(target, body),
        None => rest::parse(method, uri, body).unwrap_or_else(|| parse_form(uri, body)),
    }
}

fn parse_json(target: &str, body: &[u8]) -> Result<Call, RequestError> {
    let unknown = || RequestError::Unknown { what: target.to_owned(), protocol: Protocol::Json11 };
    let (prefix, operation) = target.split_once('.').ok_or_else(unknown)?;
    let known = JSON_SERVICES.iter().find(|(name, ..)| *name == prefix);
    let (_, service, protocol) = *known.ok_or_else(unknown)?;
    let input = if body.is_empty() { b"{}" } else { body };
    let malformed =
        |error: &str| RequestError::Malformed { why: format!("{target}: {error}"), protocol };
    let input = serde_json::from_slice(input).map_err(|error| malformed(&error.to_string()))?;
    match input {
        Value::Object(_) => Ok(Call {
            service,
            operation: operation.to_owned(),
            input: CallInput::Json(input),
            protocol,
            host: None,
        }),
        _ => Err(malformed("the input is not a structure")),
    }
}

fn parse_form(uri: &str, body: &[u8]) -> Result<Call, RequestError> {
    let protocol = Protocol::Query(AUTO_SCALING_NAMESPACE);
    let body = std::str::from_utf8(body).map_err(|_| RequestError::Malformed {
        why: format!("{uri}: the body is not UTF-8"),
        protocol,
    })?;
    let mut input = form::decode(body);
    let (action, version) = (input.remove("Action"), input.remove("Version"));
    let version = version.unwrap_or_default();
    let known = QUERY_SERVICES.iter().find(|(of_this, ..)| *of_this == version);
    match (action, known) {
        (Some(operation), Some((_, service, namespace))) => {
            let (input, protocol) = (CallInput::Form(input), Protocol::Query(namespace));
            Ok(Call { service, operation, input, protocol, host: None })
        }
        (operation, _) => {
            let what = operation.unwrap_or_default();
            let what = format!("{uri} {what} {version}");
            Err(RequestError::Unknown { what: what.trim_end().to_owned(), protocol })
        }
    }
}
