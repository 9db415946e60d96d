//! Ends of other teams' invocations.

use super::execution;
use super::invocation::InvocationEnd;
use crate::history::Caller;
use crate::world::World;

/// Ends an invocation with its call to ECS.
pub(super) fn end(world: &mut World, number: u64, in_time: bool) {
    let Some(invocation) = world.lambda.invocations.get(&number) else { return };
    let name = invocation.function.clone();
    let work = world.lambda.functions.get(&name).and_then(|function| function.work.clone());
    let outcome = match work {
        Some(work) if in_time => match world.start_tasks(&work.call, &Caller::Other(name)) {
            Ok(()) => InvocationEnd::Returned(serde_json::Value::Null),
            Err(refusal) => InvocationEnd::Failed(refusal.to_string()),
        },
        _ => InvocationEnd::TimedOut,
    };
    execution::finish(world, number, outcome);
}
