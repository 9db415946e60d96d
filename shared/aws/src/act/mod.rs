//! Rule 13. Actions: batched, most urgent first, and harmless when done twice.
//!
//! Actions that save work come before those that only inform. The order is: DRAINING, completions, attributes that must
//! be written first with the actions that wait for them, stop plans, other attributes, stops, heartbeats, replacements,
//! ACTIVE, rechecks. An action that fails holds up no other.

mod action_results;
mod attributes;
mod instance_state;
mod lifecycle_actions;
pub mod messages;
mod order;
mod rechecks;
mod stop_plans;
mod tasks;

use drain::decision::Action;
use jiff::Timestamp;

use crate::clients::Clients;
use crate::fault::Fault;
pub use action_results::{ActionResult, ActionResults};
pub use order::Order;

/// URLs of the queues for messages of ebb's own.
#[derive(Debug, Clone, Copy)]
pub struct Queues<'a> {
    /// Queue for rechecks.
    pub rechecks: &'a str,
    /// Queue for stop plans, if there is one.
    pub stop_plans: Option<&'a str>,
}

/// Performs the orders of a batch.
pub async fn perform(
    clients: &Clients,
    queues: Queues<'_>,
    orders: &[Order],
    now: Timestamp,
) -> ActionResults {
    let mut results: ActionResults =
        orders.iter().map(|order| (order.ec2_instance.clone(), ActionResult::default())).collect();
    let (written_first, others): (Vec<_>, Vec<_>) =
        orders.iter().cloned().partition(writes_attribute_first);
    instance_state::drain(&clients.ecs, &others, &mut results).await;
    lifecycle_actions::complete(&clients.autoscaling, &others, &mut results).await;
    // An attribute of an instance that comes back is written before the completion, unless AWS refuses it permanently.
    // The end of a drain without a lifecycle action is written before DRAINING. Otherwise nothing would set the instance
    // ACTIVE again if this process died in between.
    attributes::write(&clients.ecs, &written_first, &mut results).await;
    let ready: Vec<Order> =
        written_first.into_iter().filter(|order| !is_blocked(&results, order)).collect();
    instance_state::drain(&clients.ecs, &ready, &mut results).await;
    lifecycle_actions::complete(&clients.autoscaling, &ready, &mut results).await;
    let (activations, rest): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|order| order.actions.contains(&Action::Activate));
    // A sweep that finds the reason of the drain assumes that the stops are planned, so the plan is sent first.
    stop_plans::send(clients, queues.stop_plans, orders, now, &mut results).await;
    // The sooner the reason of a drain is written, the fewer instances a process that dies leaves DRAINING.
    attributes::write(&clients.ecs, &rest, &mut results).await;
    tasks::stop(&clients.ecs, orders, &mut results).await;
    lifecycle_actions::heartbeat(&clients.autoscaling, orders, &mut results).await;
    lifecycle_actions::replace(&clients.autoscaling, orders, &mut results).await;
    instance_state::activate(&clients.ecs, &activations, &mut results).await;
    // Once an instance is ACTIVE, its old attribute is removed and a new one may be written.
    let activated: Vec<Order> =
        activations.into_iter().filter(|order| is_activated(&results, order)).collect();
    attributes::remove(&clients.ecs, &activated, &mut results).await;
    attributes::write(&clients.ecs, &activated, &mut results).await;
    rechecks::send(&clients.sqs, queues.rechecks, orders, now, &mut results).await;
    results
}

/// Returns true if an order writes the attribute before it drains or completes.
fn writes_attribute_first(order: &Order) -> bool {
    let any = |wanted: fn(&Action) -> bool| order.actions.iter().any(wanted);
    any(|it| matches!(it, Action::Remember(_)))
        && any(|it| matches!(it, Action::Complete { .. } | Action::Drain))
}

fn is_activated(results: &ActionResults, order: &Order) -> bool {
    results.get(&order.ec2_instance).is_some_and(|result| result.activated.is_some())
}

/// Returns true if an order may not go on because its attribute was not written. Any fault blocks a drain. A completion
/// is blocked by `Busy` alone, because it will be retried.
fn is_blocked(results: &ActionResults, order: &Order) -> bool {
    let faults = results.get(&order.ec2_instance).map_or(&[][..], |result| &result.faults);
    let drains = order.actions.contains(&Action::Drain);
    faults.iter().any(|fault| drains || matches!(fault, Fault::Busy(_)))
}
