//! Delayed messages of our own that make a function look again: SendMessageBatch.

use std::collections::BTreeMap;

use aws_sdk_sqs::Client;
use drain::decision::Action;
use drain::signal::{Purpose, Recheck};
use jiff::Timestamp;

use super::messages::{self, Outgoing};
use super::{ActionResults, Order, picked, record_fault};

pub(super) async fn send(
    sqs: &Client,
    queue_url: &str,
    orders: &[Order],
    now: Timestamp,
    results: &mut ActionResults,
) {
    let wanted = picked(orders, |action| match action {
        Action::Recheck { at, purpose } => Some((*at, *purpose)),
        _ => None,
    });
    let looks = merged(wanted.iter().map(|(order, (at, purpose))| (*order, *at, *purpose)));
    let chain = wanted.iter().map(|(order, _)| order.chain).max().unwrap_or_default();
    let outgoing = looks.iter().map(|look| Outgoing {
        body: look.to_json(),
        delay: messages::delay(look.at, now),
        attributes: vec![chain.attribute()],
    });
    let answers = messages::send(sqs, queue_url, outgoing.collect()).await;
    for (look, result) in looks.iter().zip(answers) {
        for ec2_instance in &look.ec2_instances {
            record_fault(results, ec2_instance, result.clone());
        }
    }
}

/// Looks of one second and purpose share a message.
fn merged<'a>(wanted: impl Iterator<Item = (&'a Order, Timestamp, Purpose)>) -> Vec<Recheck> {
    let mut looks: BTreeMap<(i64, Purpose), Vec<(&Order, Timestamp)>> = BTreeMap::new();
    for (order, at, purpose) in wanted {
        looks.entry((at.as_second(), purpose)).or_default().push((order, at));
    }
    let looks = looks.iter();
    looks
        .flat_map(|((_, purpose), all)| {
            all.chunks(Recheck::INSTANCES).map(|part| look(*purpose, part))
        })
        .collect()
}

fn look(purpose: Purpose, part: &[(&Order, Timestamp)]) -> Recheck {
    Recheck {
        ec2_instances: part.iter().map(|(order, _)| order.ec2_instance.clone()).collect(),
        purpose,
        at: part.iter().map(|(_, at)| *at).max().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message_chain::MessageChain;

    fn order(id: &str) -> Order {
        Order {
            ec2_instance: id.to_owned(),
            container_instance: None,
            because: String::new(),
            actions: Vec::new(),
            chain: MessageChain::default(),
        }
    }

    #[test]
    fn looks_of_one_moment_and_purpose_share_a_message() {
        let (one, two, three) = (order("i-1"), order("i-2"), order("i-3"));
        let at = |millisecond| Timestamp::from_millisecond(millisecond).unwrap();

        let looks = merged(
            [
                (&one, at(10_100), Purpose::Settle),
                (&two, at(10_900), Purpose::Settle),
                (&three, at(10_900), Purpose::Deadline),
            ]
            .into_iter(),
        );

        assert_eq!(looks.len(), 2);
        assert_eq!(looks[0].ec2_instances, ["i-1", "i-2"]);
        assert_eq!(looks[0].at, at(10_900));
        assert_eq!(looks[1].ec2_instances, ["i-3"]);
    }
}
