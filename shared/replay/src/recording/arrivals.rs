//! Arrival of the instances of a recording: at the start of the world, or as a replacement of an earlier instance.
//!
//! The group replaces each instance that a recorded event takes away. An instance of a later event arrives as the
//! replacement, if it is up well before that event. So the world of a long recording stays small.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::signal::{Ec2State, InstanceAction, Signal, Transition};

use super::instances::RecordedInstances;
use super::messages::RecordedMessage;

/// Shortest time from the launch of an instance to its first event, 5 min. An agent registers at most 90 s after the
/// launch. The scheduler then needs a minute or two to place tasks.
const UP_BEFORE: Duration = Duration::from_secs(300);

/// Longest time from a Spot warning, or from a termination by an operator, to the launch of the replacement. The
/// warning has two minutes, and Auto Scaling finds a terminated instance within five minutes.
const REPLACED_WITHIN: Duration = Duration::from_secs(420);

/// Instances that arrive as replacements, in the order of their launches.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    /// Replacements of each group. Each has the time from the first event of the recording to its own first event.
    by_group: BTreeMap<String, Vec<(String, Duration)>>,
    ids: BTreeSet<String>,
}

impl Arrivals {
    /// Returns the arrivals of a recording, whose messages are in the order of their times.
    pub(super) fn of_messages(messages: &[RecordedMessage], instances: &RecordedInstances) -> Self {
        let mut first: Vec<(&str, Duration)> = Vec::new();
        let mut known = BTreeSet::new();
        let mut launches: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
        let mut leaving = BTreeSet::new();
        for message in messages {
            let Some(signal) = &message.signal else { continue };
            let named = ec2_instances_of(signal, instances).into_iter();
            first.extend(named.filter(|id| known.insert(*id)).map(|id| (id, message.after)));
            if let Some((id, within)) = departure(signal)
                && !message.replaces_root_volume
                && leaving.insert(id)
                && let Some(group) = instances.group_of(id)
            {
                launches.entry(group).or_default().push(message.after + within);
            }
        }
        launches.values_mut().for_each(|times| times.sort_unstable());
        Self::of_launches(&first, &launches, instances)
    }

    /// Matches each instance with the earliest launch that is left. If a recording has launches of a group, only these
    /// launches determine the arriving instances.
    fn of_launches(
        first: &[(&str, Duration)],
        launches: &BTreeMap<&str, Vec<Duration>>,
        instances: &RecordedInstances,
    ) -> Self {
        let mut arrivals = Self::default();
        for (id, event) in first {
            let Some(group) = instances.group_of(id) else { continue };
            if instances.has_launches(group) {
                continue;
            }
            let arrived = arrivals.by_group.get(group).map_or(0, Vec::len);
            let launch = launches.get(group).and_then(|times| times.get(arrived));
            if launch.is_some_and(|launch| *launch + UP_BEFORE <= *event) {
                let replacements = arrivals.by_group.entry(group.to_owned()).or_default();
                replacements.push(((*id).to_owned(), *event));
                arrivals.ids.insert((*id).to_owned());
            }
        }
        arrivals
    }

    /// Returns true if the instance arrives as a replacement.
    pub(super) fn contains(&self, ec2_instance: &str) -> bool {
        self.ids.contains(ec2_instance)
    }

    /// Returns the replacements of a group in the order of their launches. Each has the time from the first event of
    /// the recording to its own first event.
    pub(super) fn of_group(&self, group: &str) -> &[(String, Duration)] {
        self.by_group.get(group).map_or(&[], Vec::as_slice)
    }
}

/// Returns the EC2 instances that a signal names, directly or by their container instance.
fn ec2_instances_of<'a>(signal: &'a Signal, instances: &'a RecordedInstances) -> Vec<&'a str> {
    match signal {
        Signal::LifecycleAction(action) => vec![&action.ec2_instance],
        Signal::SpotInterruption { ec2_instance, .. }
        | Signal::RebalanceRecommendation { ec2_instance, .. }
        | Signal::Ec2InstanceState { ec2_instance, .. } => vec![ec2_instance],
        Signal::ScheduledChange { ec2_instances, .. } => {
            ec2_instances.iter().map(String::as_str).collect()
        }
        Signal::Recheck(recheck) => recheck.ec2_instances.iter().map(String::as_str).collect(),
        Signal::TaskStopped(stopped) => {
            instances.of_container_instance(&stopped.container_instance).into_iter().collect()
        }
        Signal::ContainerInstance(change) => change.ec2_instance.as_deref().into_iter().collect(),
        Signal::StopPlan(plan) => vec![&plan.ec2_instance],
        Signal::PlacementFailure(_) | Signal::Sweep { .. } => Vec::new(),
    }
}

/// Returns the instance that leaves its group because of an event, with the longest time until its replacement
/// launches. A stop and a hibernation are left out, because they can last.
fn departure(signal: &Signal) -> Option<(&str, Duration)> {
    match signal {
        Signal::LifecycleAction(action) if action.transition == Transition::Terminating => {
            Some((&action.ec2_instance, Duration::from_secs(30)))
        }
        Signal::SpotInterruption { ec2_instance, action: InstanceAction::Terminate, .. }
        | Signal::Ec2InstanceState {
            ec2_instance,
            state: Ec2State::ShuttingDown | Ec2State::Terminated,
            ..
        } => Some((ec2_instance, REPLACED_WITHIN)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
