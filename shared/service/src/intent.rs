//! Intents: the reason for which a process looks at a service.

use crate::request::OperationRequest;

/// Reason for which a process looks at a service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a process has one intent at a time")]
pub enum Intent {
    /// Begins an operation. If a record exists, the operation is refused, and the answer names the other one.
    Begin(Beginning),
    /// Takes the operation of the record one step further. Every process may do so at any time.
    Step,
}

/// The operation to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// The request.
    pub request: OperationRequest,
    /// ARN of the caller (STS GetCallerIdentity), or another name of who asks.
    pub by: String,
}
