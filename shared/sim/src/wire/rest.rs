//! REST requests: method and path name the operation (Smithy, restJson1 and HTTP bindings). The parameters of the path and
//! of the query become members of the input.

use serde_json::{Map, Value, json};

use super::call::{Call, CallInput, Protocol, RequestError};
use super::form;
use crate::api::ApiError;

/// Service, operation, method and path of each REST operation. A part in braces is a parameter.
const ROUTES: [(&str, &str, &str, &str); 10] = [
    ("lambda", "ListEventSourceMappings", "GET", "/2015-03-31/event-source-mappings"),
    ("lambda", "GetEventSourceMapping", "GET", "/2015-03-31/event-source-mappings/{UUID}"),
    ("lambda", "UpdateEventSourceMapping", "PUT", "/2015-03-31/event-source-mappings/{UUID}"),
    ("lambda", "GetFunctionConcurrency", "GET", "/2019-09-30/functions/{FunctionName}/concurrency"),
    ("lambda", "PutFunctionConcurrency", "PUT", "/2017-10-31/functions/{FunctionName}/concurrency"),
    (
        "lambda",
        "DeleteFunctionConcurrency",
        "DELETE",
        "/2017-10-31/functions/{FunctionName}/concurrency",
    ),
    (
        "lambda",
        "GetFunctionConfiguration",
        "GET",
        "/2015-03-31/functions/{FunctionName}/configuration",
    ),
    ("scheduler", "ListSchedules", "GET", "/schedules"),
    ("scheduler", "GetSchedule", "GET", "/schedules/{Name}"),
    ("scheduler", "UpdateSchedule", "PUT", "/schedules/{Name}"),
];

/// Query parameters that are numbers.
const NUMBERS: [&str; 2] = ["MaxItems", "MaxResults"];

/// Parses a REST request. Returns `None` if no operation has its method and path.
pub(super) fn parse(method: &str, uri: &str, body: &[u8]) -> Option<Result<Call, RequestError>> {
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let path = match path.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None => path,
    };
    let mut routes = ROUTES.iter().filter(|route| route.2 == method);
    let (route, mut input) = routes.find_map(|route| Some((route, matched(route.3, path)?)))?;
    let (service, operation, ..) = *route;
    for (name, value) in form::decode(query) {
        let number = value.parse::<i64>().ok().filter(|_| NUMBERS.contains(&name.as_str()));
        input.insert(name, number.map_or_else(|| Value::from(value), Value::from));
    }
    let protocol = Protocol::RestJson;
    let malformed =
        |why: String| RequestError::Malformed { why: format!("{operation}: {why}"), protocol };
    if !body.is_empty() {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => input.extend(members),
            Ok(_) => return Some(Err(malformed("the input is not a structure".to_owned()))),
            Err(error) => return Some(Err(malformed(error.to_string()))),
        }
    }
    let input = CallInput::Json(Value::Object(input));
    Some(Ok(Call { service, operation: operation.to_owned(), input, protocol, host: None }))
}

/// Returns the parameters of a path, if it has the form of a route. The last slash of a path is optional.
fn matched(route: &str, path: &str) -> Option<Map<String, Value>> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let (mut given, mut parameters) = (path.split('/'), Map::new());
    for part in route.split('/') {
        let given = given.next()?;
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(_) if given.is_empty() => return None,
            Some(name) => drop(parameters.insert(name.to_owned(), form::unescape(given).into())),
            None if part == given => {}
            None => return None,
        }
    }
    given.next().is_none().then_some(parameters)
}

/// Returns the HTTP status of a success (service models, `responseCode`).
pub(super) fn status(operation: &str) -> u16 {
    match operation {
        "UpdateEventSourceMapping" => 202,
        "DeleteFunctionConcurrency" => 204,
        _ => 200,
    }
}

/// Returns the body of an error. The name of the message's member differs between the shapes of Lambda (service model).
pub(super) fn error_body(call: &Call, error: &ApiError) -> Value {
    let message = match error.code.as_str() {
        "InvalidParameterValueException" | "TooManyRequestsException" => "message",
        _ => "Message",
    };
    match call.service {
        "lambda" if error.code != "AccessDeniedException" => {
            json!({ "Type": if error.status < 500 { "User" } else { "Service" }, message: error.message })
        }
        _ => json!({ "Message": error.message }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(method: &str, uri: &str, body: &str) -> Option<(String, Value)> {
        let call = parse(method, uri, body.as_bytes())?.unwrap();
        let CallInput::Json(input) = call.input else { return None };
        Some((call.operation, input))
    }

    #[test]
    fn method_and_path_name_the_operation_and_its_parameters() {
        let path = "/2017-10-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A111122223333%3Afunction%3Af/concurrency";
        let arn = "arn:aws:lambda:eu-west-1:111122223333:function:f";

        let put = parsed("PUT", path, r#"{"ReservedConcurrentExecutions":0}"#);
        let delete = parsed("DELETE", &format!("https://lambda.eu-west-1.amazonaws.com{path}"), "");

        let input = json!({ "FunctionName": arn, "ReservedConcurrentExecutions": 0 });
        assert_eq!(put, Some(("PutFunctionConcurrency".to_owned(), input)));
        let input = json!({ "FunctionName": arn });
        assert_eq!(delete, Some(("DeleteFunctionConcurrency".to_owned(), input)));
    }

    #[test]
    fn query_parameters_are_members_of_the_input() {
        let uri = "/2015-03-31/event-source-mappings/?FunctionName=f&MaxItems=2";

        let list = parsed("GET", uri, "");

        let input = json!({ "FunctionName": "f", "MaxItems": 2 });
        assert_eq!(list, Some(("ListEventSourceMappings".to_owned(), input)));
    }

    #[test]
    fn path_that_no_operation_has_is_no_rest_request() {
        for uri in
            ["/", "", "/2015-03-31/event-source-mappings/a/b", "https://localhost", "/2015-03-31"]
        {
            assert_eq!(parsed("GET", uri, ""), None, "{uri}");
        }
    }
}
