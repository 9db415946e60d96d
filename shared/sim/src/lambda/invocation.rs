//! An invocation, its start and its end.

use std::time::Duration;

use serde_json::Value;

use crate::scenario::InvocationFault;
use crate::sqs::{Lineage, Received};

#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) function: String,
    pub(super) environment: u64,
    pub(super) mapping: usize,
    pub(super) batch: Vec<Received>,
    pub(super) lineage: Lineage,
}

/// An invocation whose code the driver has to run now.
#[derive(Debug)]
pub(crate) struct InvocationStart {
    pub invocation: u64,
    pub function: String,
    pub environment: u64,
    pub timeout: Duration,
    pub event: Value,
    /// The fault of the invocation, and the time between the start of its code and the fault.
    pub fault: Option<(InvocationFault, Duration)>,
}

/// End of an invocation's code.
#[derive(Debug)]
pub(crate) enum InvocationEnd {
    Returned(Value),
    Failed(String),
    Panicked(String),
    TimedOut,
    /// The process was killed.
    Killed,
}
