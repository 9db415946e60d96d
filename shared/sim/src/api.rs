//! An API call as the services see it, independent of the wire protocol.

/// An error answer of a service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// The code that SDKs match on, e.g. `ThrottlingException`.
    pub code: String,
    /// The message.
    pub message: String,
}

impl ApiError {
    /// Returns a client error: HTTP 400.
    pub fn client(code: &str, message: impl Into<String>) -> Self {
        Self { status: 400, code: code.to_owned(), message: message.into() }
    }
}

/// Cause of a call without a proper answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// AWS would answer with this error.
    #[error(transparent)]
    Error(#[from] ApiError),
    /// The simulator does not know this operation, or this use of the operation. The run stops and names both.
    #[error("the simulated AWS does not know {0}")]
    Unknown(String),
}

/// Returns true if an operation changes nothing. A write in the past would have no effect.
pub(crate) fn is_read(operation: &str) -> bool {
    ["List", "Describe", "Get"].iter().any(|verb| operation.starts_with(verb))
}
