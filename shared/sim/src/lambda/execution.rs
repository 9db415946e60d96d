//! The course of an invocation: its environment, its messages, and the effect of its end on the batch.

use std::collections::BTreeSet;
use std::time::Duration;

use super::invocation::{Invocation, InvocationEnd, InvocationStart};
use super::poll_plan::batch_ended;
use super::{LambdaEvent, batch, trigger};
use crate::history::Fact;
use crate::sqs::{self, Lineage, Received};
use crate::world::{World, WorldEvent};

/// Most invocations of a function in one chain of its own messages, 15. Lambda stops the 16th (Lambda developer guide,
/// invocation-recursion: "approximately 16 times"). Only SQS, SNS, S3 and Lambda continue a chain. PutEvents does not.
const LONGEST_CHAIN: u32 = 15;

/// Delay of the next try after a throttled invocation (Lambda developer guide, services-sqs-errorhandling gives no
/// figure).
const RETRY: Duration = Duration::from_secs(1);

/// Invokes the function with a batch, unless it is throttled or every message is stopped.
pub(super) fn invoke(world: &mut World, index: usize, batch: Vec<Received>) {
    let Some(found) = world.lambda.mappings.get(index) else { return };
    // The messages of a disabled mapping become visible again at their visibility timeout.
    if !found.polls {
        return batch_ended(world, index);
    }
    let (queue, name) = (found.spec.queue.clone(), found.spec.function.clone());
    let batch: Vec<_> =
        batch.into_iter().filter(|message| world.sqs.holds(&queue, &message.receipt)).collect();
    let batch = stop_loops(world, &queue, &name, batch);
    let Some(function) = world.lambda.functions.get(&name).filter(|_| !batch.is_empty()) else {
        return batch_ended(world, index);
    };
    if function.spec.reserved_concurrency.is_some_and(|most| function.running >= most) {
        // "Lambda retries until the message's timestamp exceeds the queue's visibility timeout"
        // (services-sqs-errorhandling); then the message is visible again, with one more receive.
        let retry = LambdaEvent::Retry { mapping: index, batch };
        return world.after(RETRY, WorldEvent::Lambda(retry));
    }
    let (environment, new) = take_environment(world, &name);
    let cold = format!("lambda/{name}/cold start");
    let wait =
        if new { world.random.length(&cold, &world.switches.cold_start.0) } else { Duration::ZERO };
    world.lambda.invoked += 1;
    let invocation = world.lambda.invoked;
    note_invocation(world, &name, invocation, new, &batch);
    let lineage = longer_chain(&batch, &name);
    let running = Invocation { function: name, environment, mapping: index, batch, lineage };
    world.lambda.invocations.insert(invocation, running);
    world.after(wait, WorldEvent::Lambda(LambdaEvent::Begin { invocation }));
}

fn note_invocation(world: &mut World, name: &str, invocation: u64, new: bool, batch: &[Received]) {
    let function = name.to_owned();
    world.note(match world.lambda.has_work(name) {
        true => Fact::TriggerInvoked { function, invocation },
        false => Fact::Invoked {
            function,
            invocation,
            cold: new,
            messages: batch.iter().map(|message| message.id.clone()).collect(),
            visible_at: batch.iter().map(|message| message.visible_since).min().unwrap_or_default(),
        },
    });
}

/// Moves messages that would close a loop too often to the dead-letter queue. Returns the others.
fn stop_loops(
    world: &mut World,
    queue: &str,
    function: &str,
    batch: Vec<Received>,
) -> Vec<Received> {
    let loops =
        |message: &Received| message.lineage.get(function).copied().unwrap_or(0) >= LONGEST_CHAIN;
    let (stopped, rest): (Vec<_>, Vec<_>) = batch.into_iter().partition(loops);
    for message in stopped {
        let count = LONGEST_CHAIN + 1;
        let reason = format!(
            "recursive loop: invocation {count} of {function} in one chain of its own messages"
        );
        sqs::dead_letter(world, queue, message.number, reason);
    }
    rest
}

fn longer_chain(batch: &[Received], function: &str) -> Lineage {
    let mut lineage = Lineage::new();
    for (name, count) in batch.iter().flat_map(|message| &message.lineage) {
        let longest = lineage.entry(name.clone()).or_insert(0);
        *longest = (*longest).max(*count);
    }
    *lineage.entry(function.to_owned()).or_insert(0) += 1;
    lineage
}

/// Returns the environment that was used last, or a new one if none is left.
fn take_environment(world: &mut World, name: &str) -> (u64, bool) {
    let stream = format!("lambda/{name}/cold");
    let (now, kept) = (world.elapsed(), world.switches.environment_kept.0);
    let Some(function) = world.lambda.functions.get_mut(name) else { return (0, true) };
    function.running += 1;
    if let Some((environment, since)) = function.idle.pop() {
        let gone = 1.0 - (-(now - since).as_secs_f64() / kept.as_secs_f64()).exp();
        if !world.random.happens(&stream, gone) {
            return (environment, false);
        }
        world.lambda.gone.push((name.to_owned(), environment));
    }
    function.environments += 1;
    (function.environments, true)
}

/// Begins the code in an environment that is ready, unless the deployment is broken.
pub(super) fn begin(world: &mut World, number: u64) {
    let Some(invocation) = world.lambda.invocations.get(&number) else { return };
    if world.lambda.has_work(&invocation.function) {
        let name = invocation.function.clone();
        return trigger::begin(world, number, &name);
    }
    let fault = world.fault_of_invocation(&invocation.function.clone());
    if world.lambda.broken_until.is_some_and(|until| world.elapsed() < until) {
        world.struck("broken-deployment", format!("invocation {number}"));
        return finish(world, number, InvocationEnd::Panicked("Runtime.ExitError".to_owned()));
    }
    let Some(invocation) = world.lambda.invocations.get(&number) else { return };
    let Some(function) = world.lambda.functions.get(&invocation.function) else { return };
    let Some(mapping) = world.lambda.mappings.get(invocation.mapping) else { return };
    let start = InvocationStart {
        invocation: number,
        function: invocation.function.clone(),
        environment: invocation.environment,
        timeout: function.spec.timeout.0,
        event: batch::event(world, &mapping.spec.queue, &invocation.batch),
        fault,
    };
    world.lambda.due.push_back(start);
}

/// Ends an invocation. Deletes the handled messages; the others become visible at the visibility timeout.
pub(crate) fn finish(world: &mut World, number: u64, outcome: InvocationEnd) {
    let Some(invocation) = world.lambda.invocations.remove(&number) else { return };
    let Some(mapping) = world.lambda.mappings.get(invocation.mapping) else { return };
    let (queue, partial) = (mapping.spec.queue.clone(), mapping.spec.report_batch_item_failures);
    let failed = match &outcome {
        InvocationEnd::Returned(_) if !partial => Some(BTreeSet::new()),
        InvocationEnd::Returned(answer) => batch::failures(answer, &invocation.batch),
        InvocationEnd::Failed(_)
        | InvocationEnd::Panicked(_)
        | InvocationEnd::TimedOut
        | InvocationEnd::Killed => None,
    };
    let handled =
        |message: &&Received| failed.as_ref().is_some_and(|ids| !ids.contains(&message.id));
    for message in invocation.batch.iter().filter(handled) {
        world.sqs.delete(&queue, &message.receipt);
    }
    let function = invocation.function.clone();
    let text = in_words(&outcome, failed.as_ref(), invocation.batch.len());
    world.note(match world.lambda.has_work(&function) {
        true => Fact::TriggerReturned { function, invocation: number, outcome: text },
        false => Fact::Returned { function, invocation: number, outcome: text },
    });
    // An environment does not outlive a timeout or a crash (Lambda developer guide, lambda-runtime-environment).
    let survives = matches!(outcome, InvocationEnd::Returned(_) | InvocationEnd::Failed(_));
    give_back(world, &invocation.function, invocation.environment, survives);
    batch_ended(world, invocation.mapping);
}

fn give_back(world: &mut World, name: &str, environment: u64, survives: bool) {
    let now = world.elapsed();
    let Some(function) = world.lambda.functions.get_mut(name) else { return };
    function.running -= 1;
    if survives {
        function.idle.push((environment, now));
    } else {
        world.lambda.gone.push((name.to_owned(), environment));
    }
}

fn in_words(outcome: &InvocationEnd, failed: Option<&BTreeSet<String>>, count: usize) -> String {
    match (outcome, failed) {
        (InvocationEnd::Returned(_), Some(failed)) if failed.is_empty() => "ok".to_owned(),
        (InvocationEnd::Returned(_), Some(failed)) => format!("{} of {count} failed", failed.len()),
        (InvocationEnd::Returned(answer), None) => {
            format!("all {count} failed: the answer is {answer}")
        }
        (InvocationEnd::Failed(error), _) => format!("error: {error}"),
        (InvocationEnd::Panicked(panic), _) => format!("panicked: {panic}"),
        (InvocationEnd::TimedOut, _) => "timed out".to_owned(),
        (InvocationEnd::Killed, _) => "killed".to_owned(),
    }
}
