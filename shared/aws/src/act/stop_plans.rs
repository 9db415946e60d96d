//! Delayed messages of ebb that stop tasks before a Spot interruption: SendMessageBatch.

use aws_sdk_sqs::Client;
use drain::decision::Action;
use drain::signal::StopPlan;
use drain::stop_plan::times_that_ecs_can_carry;
use jiff::Timestamp;

use super::action_results::{ActionResults, record_fault};
use super::messages::{self, OutgoingMessage};
use super::order::{Order, pick_actions};
use crate::fault::Fault;

/// Sends the plans of all orders. Without a queue for plans no decision makes one.
pub(super) async fn send(
    sqs: &Client,
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
    let wanted: Vec<_> =
        planned.iter().map(|(_, (at, _, _, standalone))| (*at, *standalone)).collect();
    let times = times_that_ecs_can_carry(&wanted, now);
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
    if plans.is_empty() {
        return;
    }
    let outgoing = plans.iter().map(|(order, plan)| OutgoingMessage {
        body: plan.to_json(),
        delay: messages::delay(plan.at, now),
        attributes: vec![order.chain.next_attribute()],
    });
    let answers = match queue_url {
        Some(queue_url) => messages::send(sqs, queue_url, outgoing.collect()).await,
        None => vec![Err(Fault::Bug("no queue for stop plans".to_owned())); plans.len()],
    };
    for ((order, _), answer) in plans.iter().zip(answers) {
        record_fault(results, &order.ec2_instance, answer);
    }
}
