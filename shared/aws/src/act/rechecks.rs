//! Delayed messages of ebb that ask for a recheck: SendMessageBatch.

use std::collections::BTreeMap;

use aws_sdk_sqs::Client;
use drain::decision::Action;
use drain::limits::INSTANCES_IN_A_RECHECK;
use drain::signal::{Purpose, Recheck};
use jiff::Timestamp;

use super::action_results::{ActionResults, record_fault};
use super::messages::{self, OutgoingMessage};
use super::order::{Order, pick_actions};

/// Sends the rechecks of all orders.
pub(super) async fn send(
    sqs: &Client,
    queue_url: &str,
    orders: &[Order],
    now: Timestamp,
    results: &mut ActionResults,
) {
    let wanted = pick_actions(orders, |action| match action {
        Action::Recheck { at, purpose } => Some((*at, *purpose)),
        _ => None,
    });
    let rechecks = merge(wanted.iter().map(|(order, (at, purpose))| (*order, *at, *purpose)));
    let chain = wanted.iter().map(|(order, _)| order.chain).max().unwrap_or_default();
    let outgoing = rechecks.iter().map(|recheck| OutgoingMessage {
        body: recheck.to_json(),
        delay: messages::delay(recheck.at, now),
        attributes: vec![chain.next_attribute()],
    });
    let answers = messages::send(sqs, queue_url, outgoing.collect()).await;
    for (recheck, answer) in rechecks.iter().zip(answers) {
        for ec2_instance in &recheck.ec2_instances {
            record_fault(results, ec2_instance, answer.clone());
        }
    }
}

/// Merges rechecks that differ in nothing but their instances into one message. Their times have whole seconds.
fn merge<'a>(wanted: impl Iterator<Item = (&'a Order, Timestamp, Purpose)>) -> Vec<Recheck> {
    let mut rechecks: BTreeMap<_, Vec<(&Order, Timestamp)>> = BTreeMap::new();
    for (order, at, purpose) in wanted {
        let key = (at.as_second(), purpose, order.spot_deadline, order.stops_ahead.as_secs());
        rechecks.entry(key).or_default().push((order, at));
    }
    rechecks
        .iter()
        .flat_map(|((_, purpose, ..), all)| {
            let parts = all.chunks(INSTANCES_IN_A_RECHECK);
            parts.map(|part| recheck(*purpose, part))
        })
        .collect()
}

fn recheck(purpose: Purpose, part: &[(&Order, Timestamp)]) -> Recheck {
    let first = part.first().map(|(order, _)| *order);
    Recheck {
        ec2_instances: part.iter().map(|(order, _)| order.ec2_instance.clone()).collect(),
        purpose,
        at: part.iter().map(|(_, at)| *at).max().unwrap_or_default(),
        spot_deadline: first.and_then(|order| order.spot_deadline),
        stops_ahead: first.map(|order| order.stops_ahead).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use drain::reason::Reason;

    use super::*;
    use crate::message_chain::MessageChain;

    fn order(id: &str) -> Order {
        Order {
            ec2_instance: id.to_owned(),
            container_instance: None,
            group: None,
            reason: Reason::Settling,
            actions: Vec::new(),
            spot_deadline: None,
            stops_ahead: Duration::ZERO,
            chain: MessageChain::default(),
        }
    }

    #[test]
    fn rechecks_of_one_second_and_purpose_share_a_message() {
        let (one, two, three) = (order("i-1"), order("i-2"), order("i-3"));
        let at = |millisecond| Timestamp::from_millisecond(millisecond).unwrap();

        let rechecks = merge(
            [
                (&one, at(10_100), Purpose::Settle),
                (&two, at(10_900), Purpose::Settle),
                (&three, at(10_900), Purpose::Deadline),
            ]
            .into_iter(),
        );

        assert_eq!(rechecks.len(), 2);
        assert_eq!(rechecks[0].ec2_instances, ["i-1", "i-2"]);
        assert_eq!(rechecks[0].at, at(10_900));
        assert_eq!(rechecks[1].ec2_instances, ["i-3"]);
    }
}
