//! Operations on services in a replay: the function that takes them further, and what came of each.
//!
//! A scenario asks for an operation by a message to the queue `service-operation`. Then a replay deploys
//! `infra/operations.yaml` beside the stack of the drain.

mod figures;
mod function;
mod phases;
mod service_tasks;
mod span;

pub use figures::{OperationFigures, operation_figures};
pub(crate) use function::deploy;
pub(crate) use phases::shutdown_end;
pub(crate) use span::{OperationSpan, operation_spans};
