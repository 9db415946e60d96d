//! What ebb does: batched, most urgent first, and harmless when done twice.
//!
//! What saves work goes out before what only informs: DRAINING, completions, what has to be known first and what waits for
//! it, what is remembered, stops, heartbeats, replacements, what is ACTIVE again, then delayed looks. One that fails holds
//! none of the others up.

pub mod attributes;
pub mod instance_state;
pub mod lifecycle_actions;
pub mod messages;
pub mod rechecks;
pub mod tasks;

use std::collections::BTreeMap;
use std::fmt::Display;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use drain::attribute::DrainAttribute;
use drain::decision::Action;
use drain::observation::ContainerInstance;
use drain::signal::Purpose;
use jiff::Timestamp;

use crate::clients::Clients;
use crate::fault::Fault;
use crate::message_chain::MessageChain;

/// What was decided for one EC2 instance.
#[derive(Debug, Clone)]
pub struct Order {
    /// The EC2 instance.
    pub ec2_instance: String,
    /// Its container instance, where it is known.
    pub container_instance: Option<ContainerInstance>,
    /// Why, for those who read it on a stopped task.
    pub because: String,
    /// What to do.
    pub actions: Vec<Action>,
    /// The chain of messages that it continues.
    pub chain: MessageChain,
}

impl Order {
    /// A second look at an instance, by a message of our own.
    pub fn look(ec2_instance: &str, at: Timestamp, chain: MessageChain) -> Self {
        Self {
            ec2_instance: ec2_instance.to_owned(),
            container_instance: None,
            because: String::new(),
            actions: vec![Action::Recheck { at, purpose: Purpose::Settle }],
            chain,
        }
    }
}

/// What came of the order for one EC2 instance.
#[derive(Debug, Clone, Default)]
pub struct ActionResult {
    /// The container instance after it was set DRAINING.
    pub drained: Option<ContainerInstance>,
    /// The container instance after it was set ACTIVE, without our attribute.
    pub activated: Option<ContainerInstance>,
    /// What was written on the container instance.
    pub remembered: Option<DrainAttribute>,
    /// What went wrong. What is gone is not among it.
    pub faults: Vec<Fault>,
}

/// What came of the orders, by EC2 instance.
pub type ActionResults = BTreeMap<String, ActionResult>;

/// Carries out the orders of a batch.
pub async fn perform(
    clients: &Clients,
    queue_url: &str,
    orders: &[Order],
    now: Timestamp,
) -> ActionResults {
    let mut results: ActionResults =
        orders.iter().map(|order| (order.ec2_instance.clone(), ActionResult::default())).collect();
    let (noted, others): (Vec<_>, Vec<_>) =
        orders.iter().cloned().partition(writes_attribute_first);
    instance_state::drain(&clients.ecs, &others, &mut results).await;
    lifecycle_actions::complete(&clients.autoscaling, &others, &mut results).await;
    // What is to be known of an instance that comes back is written before it is let go, unless it is refused for good; and
    // when a drain ends that ends by itself, before it begins: nothing else would ever set the instance ACTIVE again.
    attributes::remember(&clients.ecs, &noted, &mut results).await;
    let ready: Vec<Order> = noted.into_iter().filter(|order| !is_held(&results, order)).collect();
    instance_state::drain(&clients.ecs, &ready, &mut results).await;
    lifecycle_actions::complete(&clients.autoscaling, &ready, &mut results).await;
    let (last, rest): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|order| order.actions.contains(&Action::Activate));
    // The sooner it is written why an instance drains, the fewer are left DRAINING by a process that dies.
    attributes::remember(&clients.ecs, &rest, &mut results).await;
    tasks::stop(&clients.ecs, orders, &mut results).await;
    lifecycle_actions::heartbeat(&clients.autoscaling, orders, &mut results).await;
    lifecycle_actions::replace(&clients.autoscaling, orders, &mut results).await;
    instance_state::activate(&clients.ecs, &last, &mut results).await;
    // What is left to remember of an instance replaces what was, once it is ACTIVE.
    let activated = last.into_iter().filter(|order| is_activated(&results, order));
    let activated: Vec<Order> = activated.collect();
    attributes::remember(&clients.ecs, &activated, &mut results).await;
    rechecks::send(&clients.sqs, queue_url, orders, now, &mut results).await;
    results
}

fn writes_attribute_first(order: &Order) -> bool {
    let any = |wanted: fn(&Action) -> bool| order.actions.iter().any(wanted);
    any(|it| matches!(it, Action::Remember(_)))
        && any(|it| matches!(it, Action::Complete { .. } | Action::Drain))
}

fn is_activated(results: &ActionResults, order: &Order) -> bool {
    results.get(&order.ec2_instance).is_some_and(|done| done.activated.is_some())
}

/// Whether an order waits for what could not be written: an end until it is tried again, a drain for good.
fn is_held(results: &ActionResults, order: &Order) -> bool {
    let faults = results.get(&order.ec2_instance).map_or(&[][..], |done| &done.faults);
    let drains = order.actions.contains(&Action::Drain);
    faults.iter().any(|fault| drains || matches!(fault, Fault::Busy(_)))
}

/// Orders, each with one of its actions, that ask for what `pick` picks out.
fn picked<'a, T: 'a>(
    orders: &'a [Order],
    pick: impl Fn(&'a Action) -> Option<T>,
) -> Vec<(&'a Order, T)> {
    let with_actions =
        orders.iter().flat_map(|order| order.actions.iter().map(move |it| (order, it)));
    with_actions.filter_map(|(order, action)| Some((order, pick(action)?))).collect()
}

/// What came of a call of which only its success matters.
fn done<T, E: ProvideErrorMetadata>(
    doing: impl Display,
    answer: Result<T, SdkError<E, Response>>,
) -> Result<(), Fault> {
    answer.map(|_| ()).map_err(|error| Fault::new(doing, &error))
}

/// Notes what went wrong. What is gone needs nothing any more.
fn record_fault(results: &mut ActionResults, ec2_instance: &str, result: Result<(), Fault>) {
    match result {
        Ok(()) => {}
        Err(Fault::Gone(what)) => tracing::debug!(ec2_instance, "{what}"),
        Err(fault) => results.entry(ec2_instance.to_owned()).or_default().faults.push(fault),
    }
}

/// Notes what went wrong in several calls.
fn record_each_fault(results: &mut ActionResults, answers: Vec<(&Order, Result<(), Fault>)>) {
    for (order, result) in answers {
        record_fault(results, &order.ec2_instance, result);
    }
}

/// Container instances of one cluster, each with its order and with what is asked for.
type Part<'a, T> = Vec<(&'a Order, &'a ContainerInstance, T)>;

/// Container instances by their cluster, in parts of a batch's size.
fn by_cluster<T>(picked: Vec<(&Order, T)>, size: usize) -> Vec<(&str, Part<'_, T>)> {
    let mut clusters: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (order, it) in picked {
        if let Some(container_instance) = &order.container_instance {
            let of_cluster = clusters.entry(&container_instance.cluster).or_default();
            of_cluster.push((order, container_instance, it));
        }
    }
    let mut parts = Vec::new();
    for (cluster, mut all) in clusters {
        while !all.is_empty() {
            let rest = all.split_off(size.min(all.len()));
            parts.push((cluster, all));
            all = rest;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(id: &str, cluster: &str) -> Order {
        let arn = format!("arn/{id}");
        Order {
            ec2_instance: id.to_owned(),
            container_instance: Some(ContainerInstance {
                arn,
                cluster: cluster.to_owned(),
                described: None,
            }),
            because: String::new(),
            actions: vec![Action::Drain],
            chain: MessageChain::default(),
        }
    }

    #[test]
    fn a_batch_is_of_one_cluster_and_of_the_size_that_the_api_allows() {
        let mut orders: Vec<_> = (0..12).map(|n| order(&format!("i-{n}"), "web")).collect();
        orders.push(order("i-other", "api"));

        let drains = picked(&orders, |action| matches!(action, Action::Drain).then_some(()));
        let parts = by_cluster(drains, 10);

        let sizes: Vec<_> = parts.iter().map(|(cluster, part)| (*cluster, part.len())).collect();
        assert_eq!(sizes, [("api", 1), ("web", 10), ("web", 2)]);
    }

    #[test]
    fn what_is_gone_is_no_fault() {
        let mut results = ActionResults::new();

        record_fault(&mut results, "i-1", Err(Fault::Gone("completing".to_owned())));
        record_fault(&mut results, "i-2", Err(Fault::Busy("completing".to_owned())));

        assert!(!results.contains_key("i-1"));
        assert_eq!(results["i-2"].faults.len(), 1);
    }
}
