//! Signals of a batch, each with the position of its message.

use std::collections::{BTreeMap, BTreeSet};

use drain::signal::{Recheck, Signal, StopPlan};
use jiff::Timestamp;

/// Positions of messages, by the resource that they name.
pub(super) type Positions<'a> = BTreeMap<&'a str, BTreeSet<usize>>;

/// Signals of a batch, each with the position of its message.
#[derive(Debug, Default)]
pub(super) struct BatchSignals(Vec<(usize, Signal)>);

impl BatchSignals {
    pub(super) fn push(&mut self, position: usize, signal: Signal) {
        self.0.push((position, signal));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Signal> {
        self.0.iter().map(|(_, signal)| signal)
    }

    /// Returns the signal of a message.
    pub(super) fn of_message(&self, position: usize) -> Option<&Signal> {
        self.0.iter().find(|(at, _)| *at == position).map(|(_, signal)| signal)
    }

    /// Returns the latest minute for which the schedule asks for a sweep.
    pub(super) fn latest_sweep(&self) -> Option<Timestamp> {
        let sweeps = self.iter().filter_map(|signal| match signal {
            Signal::Sweep { at } => Some(*at),
            _ => None,
        });
        sweeps.max()
    }

    /// Returns the rechecks.
    pub(super) fn rechecks(&self) -> impl Iterator<Item = &Recheck> {
        self.iter().filter_map(|signal| match signal {
            Signal::Recheck(recheck) => Some(recheck),
            _ => None,
        })
    }

    /// Returns the stop plans, each with the position of its message.
    pub(super) fn stop_plans(&self) -> impl Iterator<Item = (usize, &StopPlan)> {
        self.0.iter().filter_map(|(position, signal)| match signal {
            Signal::StopPlan(plan) => Some((*position, plan.as_ref())),
            _ => None,
        })
    }

    /// Returns the positions of messages by the EC2 instances that they name.
    pub(super) fn by_ec2_instance(&self) -> Positions<'_> {
        let mut positions = Positions::new();
        for (position, signal) in &self.0 {
            for id in ec2_instances(signal) {
                positions.entry(id).or_default().insert(*position);
            }
        }
        positions
    }

    /// Returns the positions of events of ECS by the ARN of their container instance.
    pub(super) fn by_container_instance(&self) -> Positions<'_> {
        let mut positions = Positions::new();
        for (position, signal) in &self.0 {
            if let Some((_, arn)) = container_instance(signal) {
                positions.entry(arn).or_default().insert(*position);
            }
        }
        positions
    }

    /// Returns the positions of events of ECS about container instances of a cluster.
    pub(super) fn in_cluster(&self, cluster: &str) -> BTreeSet<usize> {
        let positions = self.by_container_instance();
        let named = self.iter().filter_map(container_instance);
        let arns = named.filter(|(its_cluster, _)| *its_cluster == cluster).map(|(_, arn)| arn);
        arns.filter_map(|arn| positions.get(arn)).flatten().copied().collect()
    }
}

/// Returns the EC2 instances that a signal names.
fn ec2_instances(signal: &Signal) -> Vec<&String> {
    match signal {
        Signal::LifecycleAction(action) => vec![&action.ec2_instance],
        Signal::SpotInterruption { ec2_instance, .. }
        | Signal::RebalanceRecommendation { ec2_instance, .. }
        | Signal::Ec2InstanceState { ec2_instance, .. } => vec![ec2_instance],
        Signal::ScheduledChange { ec2_instances, .. } => ec2_instances.iter().collect(),
        Signal::Recheck(recheck) => recheck.ec2_instances.iter().collect(),
        Signal::TaskStopped(_)
        | Signal::ContainerInstance(_)
        | Signal::StopPlan(_)
        | Signal::PlacementFailure(_)
        | Signal::Sweep { .. } => Vec::new(),
    }
}

/// Returns the ARNs of the cluster and the container instance that an event of ECS is about.
fn container_instance(signal: &Signal) -> Option<(&str, &str)> {
    match signal {
        Signal::TaskStopped(it) => Some((&it.cluster, &it.container_instance)),
        Signal::ContainerInstance(it) => Some((&it.cluster, &it.container_instance)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::registrations::tests::change;
    use super::*;

    #[test]
    fn event_of_ecs_is_found_by_its_container_instance_and_its_cluster() {
        let mut signals = BatchSignals::default();
        signals.push(3, Signal::ContainerInstance(change("DRAINING", None)));

        assert_eq!(signals.by_container_instance()["arn/ci-1"], BTreeSet::from([3]));
        assert_eq!(signals.in_cluster("arn/web"), BTreeSet::from([3]));
        assert!(signals.in_cluster("arn/api").is_empty());
    }
}
