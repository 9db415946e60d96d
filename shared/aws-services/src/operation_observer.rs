//! Observers of operations: code beside the steps that receives each one, such as notifications.

use std::fmt::Debug;

use futures::future::BoxFuture;

use crate::act::ServiceName;
use crate::operation_report::OperationReport;
use crate::step::OperationStep;

/// A step of an operation, after its actions.
#[derive(Debug, Clone, Copy)]
pub struct ObservedStep<'a> {
    /// The service.
    pub name: &'a ServiceName,
    /// The step.
    pub step: &'a OperationStep,
    /// The report so far, with the step.
    pub report: &'a OperationReport,
}

/// An observer of operations. An observer changes no operation, and its failures end none.
pub trait OperationObserver: Debug + Send + Sync {
    /// Receives a step. The process awaits the call before the next step.
    fn stepped<'a>(&'a self, observed: ObservedStep<'a>) -> BoxFuture<'a, ()>;
}
