//! Delayed messages of ebb that stop tasks before a Spot interruption: SendMessageBatch.
//!
//! A process cannot see the whole crowd of warnings. It estimates it by the DRAINING container instances of a cluster.

use std::collections::{BTreeMap, BTreeSet};

use drain::decision::Action;
use drain::signal::StopPlan;
use drain::stop_plan::{StopCapacity, stops_of_others, times_that_ecs_can_carry};
use jiff::Timestamp;

use super::action_results::{ActionResults, record_fault};
use super::messages::{self, OutgoingMessage};
use super::order::{Order, pick_actions};
use crate::clients::Clients;
use crate::fault::Fault;
use crate::observe::container_instances::{self, Selection};
use crate::parallel::in_parallel;

/// Sends the plans of all orders. Without a queue for plans no decision makes one.
pub(super) async fn send(
    clients: &Clients,
    queue_url: Option<&str>,
    orders: &[Order],
    now: Timestamp,
    results: &mut ActionResults,
) {
    let planned = pick_actions(orders, |action| match action {
        Action::PlanStops { at, deadline, tasks, standalone } => {
            Some((*at, *deadline, tasks, *standalone))
        }
        _ => None,
    });
    if planned.is_empty() {
        return;
    }
    let wanted: Vec<_> =
        planned.iter().map(|(_, (at, _, _, standalone))| (*at, *standalone)).collect();
    let stops = wanted.iter().map(|(_, standalone)| standalone).sum();
    let mut own: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for host in planned.iter().filter_map(|(order, _)| order.container_instance.as_ref()) {
        own.entry(&host.cluster).or_default().insert(&host.arn);
    }
    let others = other_draining_instances(clients, &own).await;
    let others = stops_of_others(stops, own.values().map(BTreeSet::len).sum(), others);
    log_estimate(stops, others);
    let writes = clients.limiter.writes();
    let capacity = StopCapacity { at_once: writes.burst, per_second: writes.per_second };
    let times = times_that_ecs_can_carry(&wanted, others, capacity, now);
    let plans =
        planned.into_iter().zip(times).filter_map(|((order, (_, deadline, tasks, _)), at)| {
            let host = order.container_instance.as_ref()?;
            let plan = StopPlan {
                ec2_instance: order.ec2_instance.clone(),
                cluster: host.cluster.clone(),
                container_instance: host.arn.clone(),
                group: order.group.clone(),
                at,
                deadline,
                tasks: tasks.clone(),
            };
            Some((order, plan))
        });
    let plans: Vec<(&Order, StopPlan)> = plans.collect();
    let outgoing = plans.iter().map(|(order, plan)| OutgoingMessage {
        body: plan.to_json(),
        delay: messages::delay(plan.at, now),
        attributes: vec![order.chain.next_attribute()],
    });
    let answers = match queue_url {
        Some(queue_url) => messages::send(&clients.sqs, queue_url, outgoing.collect()).await,
        None => vec![Err(Fault::Bug("no queue for stop plans".to_owned())); plans.len()],
    };
    for ((order, _), answer) in plans.iter().zip(answers) {
        record_fault(results, &order.ec2_instance, answer);
    }
}

/// Logs the stops that are ahead: those of this batch, and the estimate for all other instances.
fn log_estimate(stops: usize, stops_of_others: usize) {
    tracing::debug!(
        target: "ebb::estimate",
        stops,
        stops_of_others,
        "{stops} stops of this batch are ahead, and about {stops_of_others} of other instances"
    );
}

/// Returns the number of DRAINING container instances of these clusters, without those of the batch. `own` has their ARNs by
/// cluster. A list that ECS does not answer counts none.
async fn other_draining_instances(
    clients: &Clients,
    own: &BTreeMap<&str, BTreeSet<&str>>,
) -> usize {
    let list = |cluster| container_instances::list(&clients.ecs, cluster, Selection::Draining);
    let lists = in_parallel(own.keys().copied().map(list).collect()).await;
    let others = lists.into_iter().zip(own.values()).map(|(answer, own)| {
        let draining = answer.unwrap_or_default();
        draining.iter().filter(|arn| !own.contains(arn.as_str())).count()
    });
    others.sum()
}
