//! AWS IAM, as far as roles of functions go: what a role allows, and what a call asks for.
//!
//! Left out: resource policies of queues towards their readers, boundaries, sessions, tags. A statement with an element or a
//! condition that is not known here is refused when it is read.

mod asked;
mod role;

pub use role::Role;

use asked::Asked;

use crate::api::{ApiError, Refusal};
use crate::history::Caller;
use crate::wire::Call;
use crate::world::{ACCOUNT, World};

/// Refuses a call that its function's role does not allow. A function without a role may do anything, and so may callers that
/// are no function.
pub(crate) fn check(world: &World, caller: &Caller, call: &Call) -> Result<(), Refusal> {
    let Caller::Function { name, .. } = caller else { return Ok(()) };
    let Some(role) = world.lambda.role_of(name) else { return Ok(()) };
    let asked = Asked::by(world, call);
    match asked.resources.iter().find(|resource| !role.allows(&asked, resource)) {
        None => Ok(()),
        Some(resource) => Err(denied(name, &asked, resource).into()),
    }
}

// The words: IAM user guide, troubleshoot_access-denied. Codes: ECS API reference, AccessDeniedException; Auto Scaling API
// reference, common errors: AccessDenied, HTTP 403. What SQS answers over awsJson is not documented.
fn denied(function: &str, asked: &Asked, resource: &str) -> ApiError {
    let action = &asked.action;
    let message = format!(
        "User: arn:aws:sts::{ACCOUNT}:assumed-role/{function}/{function} is not authorized to perform: {action} on resource: \
         {resource} because no identity-based policy allows the {action} action"
    );
    if action.starts_with("autoscaling:") {
        return ApiError { status: 403, code: "AccessDenied".to_owned(), message };
    }
    ApiError::client("AccessDeniedException", message)
}

#[cfg(test)]
mod tests;
