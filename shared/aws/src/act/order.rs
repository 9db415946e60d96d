//! Orders: the actions for one EC2 instance.

use std::collections::BTreeMap;
use std::time::Duration;

use drain::decision::Action;
use drain::observation::ContainerInstance;
use drain::reason::Reason;
use jiff::Timestamp;

use crate::message_chain::MessageChain;

/// Actions for one EC2 instance.
#[derive(Debug, Clone)]
pub struct Order {
    /// The EC2 instance.
    pub ec2_instance: String,
    /// The container instance, if it is known.
    pub container_instance: Option<ContainerInstance>,
    /// Name of its Auto Scaling group, if it is known.
    pub group: Option<String>,
    /// Reason of the decision.
    pub reason: Reason,
    /// Actions, most urgent first.
    pub actions: Vec<Action>,
    /// Time at which EC2 interrupts the instance, if a Spot warning names one. Rechecks carry it.
    pub spot_deadline: Option<Timestamp>,
    /// Time by which stops for a deadline begin earlier. Rechecks carry it.
    pub stops_ahead: Duration,
    /// Chain of messages that a recheck continues.
    pub chain: MessageChain,
}

impl Order {
    /// Creates an order for a recheck of one EC2 instance.
    pub fn recheck(ec2_instance: &str, recheck: Action, chain: MessageChain) -> Self {
        Self {
            ec2_instance: ec2_instance.to_owned(),
            container_instance: None,
            group: None,
            reason: Reason::NothingToDo,
            actions: vec![recheck],
            spot_deadline: None,
            stops_ahead: Duration::ZERO,
            chain,
        }
    }
}

/// Returns the actions for which `pick` returns a value, each with its order and this value.
pub(super) fn pick_actions<'a, T: 'a>(
    orders: &'a [Order],
    pick: impl Fn(&'a Action) -> Option<T>,
) -> Vec<(&'a Order, T)> {
    let actions = orders.iter().flat_map(|order| order.actions.iter().map(move |it| (order, it)));
    actions.filter_map(|(order, action)| Some((order, pick(action)?))).collect()
}

/// Container instances of one cluster, each with its order and the value that was picked.
pub(super) type ClusterPart<'a, T> = Vec<(&'a Order, &'a ContainerInstance, T)>;

/// Groups container instances by cluster, in parts of at most `size`. An order without a container instance is left
/// out.
pub(super) fn by_cluster<T>(
    picked: Vec<(&Order, T)>,
    size: usize,
) -> Vec<(&str, ClusterPart<'_, T>)> {
    let mut clusters: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (order, value) in picked {
        if let Some(container_instance) = &order.container_instance {
            let of_cluster = clusters.entry(&container_instance.cluster).or_default();
            of_cluster.push((order, container_instance, value));
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
            group: None,
            reason: Reason::LifecycleAction,
            actions: vec![Action::Drain],
            spot_deadline: None,
            stops_ahead: Duration::ZERO,
            chain: MessageChain::default(),
        }
    }

    #[test]
    fn part_has_one_cluster_and_the_size_that_the_api_allows() {
        let mut orders: Vec<_> = (0..12).map(|n| order(&format!("i-{n}"), "web")).collect();
        orders.push(order("i-other", "api"));

        let drains = pick_actions(&orders, |action| matches!(action, Action::Drain).then_some(()));
        let parts = by_cluster(drains, 10);

        let sizes: Vec<_> = parts.iter().map(|(cluster, part)| (*cluster, part.len())).collect();
        assert_eq!(sizes, [("api", 1), ("web", 10), ("web", 2)]);
    }
}
