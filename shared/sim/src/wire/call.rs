//! A call, read from a request, and the errors of requests that are no calls.

use std::collections::BTreeMap;

use serde_json::Value;

/// A call, read from a request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) service: &'static str,
    pub(crate) operation: String,
    pub(crate) input: CallInput,
    pub(crate) protocol: Protocol,
    /// Host and port in the request of an outside caller.
    pub(crate) host: Option<String>,
}

/// The input of a call.
#[derive(Debug, Clone)]
pub(crate) enum CallInput {
    Json(Value),
    /// Form parameters without `Action` and `Version`.
    Form(BTreeMap<String, String>),
}

/// Protocol of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Json10,
    Json11,
    /// restJson1.
    RestJson,
    /// awsQuery, with the namespace of its answers.
    Query(&'static str),
}

/// Error of a request that the simulator cannot carry out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RequestError {
    /// A service, an operation or a protocol that the simulator does not know.
    #[error("the simulated AWS does not know {what}")]
    Unknown { what: String, protocol: Protocol },
    /// The body does not fit its protocol.
    #[error("{why}")]
    Malformed { why: String, protocol: Protocol },
}
