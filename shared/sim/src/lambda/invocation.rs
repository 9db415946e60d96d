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

/// An invocation whose code is to be run now.
#[derive(Debug)]
pub(crate) struct InvocationStart {
    pub invocation: u64,
    pub function: String,
    pub environment: u64,
    pub timeout: Duration,
    pub event: Value,
    /// What goes wrong with it, and how long after its code began to run.
    pub fault: Option<(InvocationFault, Duration)>,
}

/// How the code of an invocation ended.
#[derive(Debug)]
pub(crate) enum InvocationEnd {
    Returned(Value),
    Failed(String),
    Panicked(String),
    TimedOut,
    /// Its process was killed.
    Killed,
}
