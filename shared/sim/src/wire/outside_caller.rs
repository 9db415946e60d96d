//! Callers from outside. An unknown operation does not end the run, and gets the answer of AWS.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::call::{Call, CallInput, Protocol, RequestError};
use super::request;
use super::{Wire, dispatch, note, response};
use crate::api::{ApiError, Refusal};
use crate::history::Caller;
use crate::world::World;

/// Result of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Classified {
    /// The request was answered with HTTP status 200.
    Answered,
    /// AWS would answer with this error.
    Refused(ApiError),
    /// The simulator does not know the service, the operation, or this use of the operation.
    Unknown(String),
    /// The body does not fit its protocol.
    Malformed(String),
}

/// Carries out a request of any bytes at this moment of the world. A request has the `x-amz-target` header, if any, the
/// URI and the body. A URI after a method and a space has that method, and any other POST. The code path is that of the
/// wire itself.
pub fn classify(world: &mut World, target: Option<&str>, uri: &str, body: &[u8]) -> Classified {
    let (method, uri) = uri.split_once(' ').unwrap_or(("POST", uri));
    let call = match request::parse_parts(method, target, uri, body) {
        Ok(call) => call,
        Err(RequestError::Unknown { what, .. }) => return Classified::Unknown(what),
        Err(RequestError::Malformed { why, .. }) => return Classified::Malformed(why),
    };
    let caller = Caller::outside();
    let answered = dispatch(world, &caller, &call);
    note(world, &caller, &call, &answered);
    let written = match answered {
        Ok(answer) => response::success(&call, answer, "").map(|_| Classified::Answered),
        Err(Refusal::Error(error)) => {
            response::error(&call, &error, "").map(|_| Classified::Refused(error))
        }
        Err(Refusal::Unknown(what)) => Ok(Classified::Unknown(what)),
    };
    written.unwrap_or_else(|error| Classified::Unknown(error.to_string()))
}

impl Wire {
    /// Answers a request from outside. Without an answer the server closes the connection.
    pub(crate) async fn answer_outside(self, request: HttpRequest) -> Option<HttpResponse> {
        let call = match request::parse_request(&request) {
            Ok(call) => call,
            Err(unread) => return self.unread(&unread),
        };
        let answer = self.answer(request).await;
        self.aws.forget_history();
        match answer {
            Ok(answer) => Some(answer),
            // Only an unknown operation ends with this error: see `stop`.
            Err(error) if error.is_user() => {
                let what = error.source().map_or_else(|| error.to_string(), ToString::to_string);
                self.refuse(&call, unknown_operation(call.protocol), what)
            }
            Err(_) => None,
        }
    }

    fn unread(&self, unread: &RequestError) -> Option<HttpResponse> {
        let (code, protocol) = match *unread {
            RequestError::Unknown { protocol, .. } => (unknown_operation(protocol), protocol),
            RequestError::Malformed { protocol, .. } => (malformed(protocol), protocol),
        };
        let (operation, input) = (String::new(), CallInput::Json(Value::Null));
        self.refuse(
            &Call { service: "", operation, input, protocol, host: None },
            code,
            unread.to_string(),
        )
    }

    fn refuse(&self, call: &Call, code: &str, what: String) -> Option<HttpResponse> {
        tracing::warn!("{what}");
        let request_id = self.aws.touch(|world| world.random.uuid("request ids"));
        response::error(call, &ApiError::client(code, what), &request_id).ok()
    }
}

/// Returns the code of an unknown operation (Smithy, aws-json-1_1-protocol; API reference, EC2 Auto Scaling,
/// CommonErrors). An unknown use of a known operation gets this code too, because no other answer would be true.
fn unknown_operation(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => "UnknownOperationException",
        Protocol::Query(_) => "InvalidAction",
    }
}

/// Returns the code of a malformed request (Smithy, aws-json-1_1-protocol; API reference, EC2 Auto Scaling,
/// CommonErrors).
fn malformed(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => "SerializationException",
        Protocol::Query(_) => "MalformedQueryString",
    }
}
