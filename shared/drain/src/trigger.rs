//! Triggers: signals, and observations of other instances, that can change what happens to one instance.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::signal::{Ec2State, InstanceAction, LifecycleAction, Purpose};

/// A reason to decide about one EC2 instance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, strum::EnumDiscriminants)]
#[strum_discriminants(
    name(TriggerKind),
    derive(PartialOrd, Ord),
    doc = "A trigger without its facts."
)]
pub enum Trigger {
    /// Auto Scaling started a terminating lifecycle action on a configured hook.
    Terminating(LifecycleAction),
    /// Auto Scaling started a launching lifecycle action on a configured hook.
    Launching(LifecycleAction),
    /// EC2 sent a Spot interruption warning.
    SpotInterruption {
        /// Time of the warning.
        at: Timestamp,
        /// Announced action of EC2.
        action: InstanceAction,
    },
    /// EC2 sent a rebalance recommendation.
    RebalanceRecommendation {
        /// Time of the recommendation.
        at: Timestamp,
    },
    /// EC2 reported a state on the way down.
    Ec2State(Ec2State),
    /// AWS Health announced a scheduled change.
    ScheduledChange {
        /// `eventTypeCode` of the event.
        code: String,
        /// Start of the change.
        starts_at: Timestamp,
    },
    /// ECS events say that the last counted task has stopped, so the instance may be empty.
    LastTaskStopped,
    /// A container instance registered, and a launching lifecycle action may wait for it.
    Registered,
    /// The sweep found the instance.
    Sweep {
        /// Minute that the schedule names.
        minute: Timestamp,
    },
    /// A recheck carries the deadline of a Spot warning, in case `ebb.drain` could not be written.
    SpotDeadline {
        /// Time at which EC2 takes the instance.
        end: Timestamp,
    },
    /// A delayed message of ebb's own asks for another check.
    Recheck {
        /// Purpose of the message.
        purpose: Purpose,
        /// Time that the message was meant for.
        at: Timestamp,
    },
}

/// All triggers of one batch for one instance.
///
/// Two deliveries of one event, or two states of EC2, supersede one another, and one is kept. So the order of messages
/// matters only between two with the same time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Triggers(BTreeSet<Trigger>);

impl Triggers {
    /// Adds a trigger, unless it is superseded, and removes those that it supersedes.
    pub fn add(&mut self, trigger: Trigger) {
        if self.0.iter().any(|old| supersedes(old, &trigger)) {
            return;
        }
        self.0.retain(|old| !is_superseded(old, &trigger));
        self.0.insert(trigger);
    }

    /// Returns these triggers without those of some kinds.
    #[must_use]
    pub fn without(&self, kinds: &[TriggerKind]) -> Self {
        self.retained(|trigger| !kinds.contains(&trigger.into()))
    }

    /// Returns the triggers for which `keep` returns true.
    #[must_use]
    pub fn retained(&self, keep: impl Fn(&Trigger) -> bool) -> Self {
        Self(self.0.iter().filter(|trigger| keep(trigger)).cloned().collect())
    }

    /// Returns the kinds of these triggers.
    pub fn kinds(&self) -> BTreeSet<TriggerKind> {
        self.0.iter().map(TriggerKind::from).collect()
    }

    /// Returns true if there is at least one trigger, and all are of these kinds.
    pub fn are_only(&self, kinds: &[TriggerKind]) -> bool {
        !self.0.is_empty() && self.kinds().is_subset(&kinds.iter().copied().collect())
    }

    /// Returns true if there is a trigger of one of these kinds.
    pub fn include(&self, kinds: &[TriggerKind]) -> bool {
        self.0.iter().any(|trigger| kinds.contains(&trigger.into()))
    }

    /// Returns true if every recheck is for this purpose, there is one, and there is no other trigger.
    pub fn are_only_rechecks_for(&self, purpose: Purpose) -> bool {
        self.are_only(&[TriggerKind::Recheck, TriggerKind::SpotDeadline])
            && self.rechecks().all(|(of, _)| of == purpose)
    }

    /// Returns the latest terminating lifecycle action.
    pub fn terminating(&self) -> Option<&LifecycleAction> {
        self.0.iter().find_map(|trigger| match trigger {
            Trigger::Terminating(action) => Some(action),
            _ => None,
        })
    }

    /// Returns the latest launching lifecycle action.
    pub fn launching(&self) -> Option<&LifecycleAction> {
        self.0.iter().find_map(|trigger| match trigger {
            Trigger::Launching(action) => Some(action),
            _ => None,
        })
    }

    /// Returns the time and the action of each Spot interruption warning, earliest first.
    pub fn spot_interruptions(&self) -> impl Iterator<Item = (Timestamp, InstanceAction)> {
        self.0.iter().filter_map(|trigger| match trigger {
            Trigger::SpotInterruption { at, action } => Some((*at, *action)),
            _ => None,
        })
    }

    /// Returns the time of the latest rebalance recommendation.
    pub fn recommended_at(&self) -> Option<Timestamp> {
        self.0.iter().find_map(|trigger| match trigger {
            Trigger::RebalanceRecommendation { at } => Some(*at),
            _ => None,
        })
    }

    /// Returns the state that EC2 reported; a final one wins over the others.
    pub fn ec2_state(&self) -> Option<Ec2State> {
        self.0.iter().find_map(|trigger| match trigger {
            Trigger::Ec2State(state) => Some(*state),
            _ => None,
        })
    }

    /// Returns true if a lifecycle action or a Spot warning takes the instance.
    pub fn take_the_instance(&self) -> bool {
        self.include(&[TriggerKind::Terminating, TriggerKind::SpotInterruption])
    }

    /// Returns true if EC2 reported a state that an instance never leaves.
    pub fn say_that_ec2_is_gone(&self) -> bool {
        self.ec2_state().is_some_and(Ec2State::is_final)
    }

    /// Returns the code and the start of the scheduled change.
    pub fn scheduled_change(&self) -> Option<(&str, Timestamp)> {
        self.0.iter().find_map(|trigger| match trigger {
            Trigger::ScheduledChange { code, starts_at } => Some((code.as_str(), *starts_at)),
            _ => None,
        })
    }

    /// Returns the minute of the sweep.
    pub fn sweep(&self) -> Option<Timestamp> {
        self.0.iter().find_map(|trigger| match trigger {
            Trigger::Sweep { minute } => Some(*minute),
            _ => None,
        })
    }

    /// Returns the earliest Spot deadline that a recheck carries.
    pub fn spot_deadline(&self) -> Option<Timestamp> {
        self.0.iter().find_map(|trigger| match trigger {
            Trigger::SpotDeadline { end } => Some(*end),
            _ => None,
        })
    }

    /// Returns the purpose and the time of each recheck.
    pub fn rechecks(&self) -> impl Iterator<Item = (Purpose, Timestamp)> {
        self.0.iter().filter_map(|trigger| match trigger {
            Trigger::Recheck { purpose, at } => Some((*purpose, *at)),
            _ => None,
        })
    }
}

impl FromIterator<Trigger> for Triggers {
    fn from_iter<T: IntoIterator<Item = Trigger>>(triggers: T) -> Self {
        let mut all = Self::default();
        triggers.into_iter().for_each(|trigger| all.add(trigger));
        all
    }
}

/// Returns true if `old` makes `new` superfluous.
fn supersedes(old: &Trigger, new: &Trigger) -> bool {
    match (old, new) {
        (Trigger::Terminating(old), Trigger::Terminating(new))
        | (Trigger::Launching(old), Trigger::Launching(new)) => old.at >= new.at,
        (
            Trigger::RebalanceRecommendation { at: old },
            Trigger::RebalanceRecommendation { at: new },
        ) => old >= new,
        (Trigger::SpotDeadline { end: old }, Trigger::SpotDeadline { end: new }) => old <= new,
        (Trigger::Ec2State(old), Trigger::Ec2State(_)) => old.is_final(),
        _ => false,
    }
}

/// Returns true if `new`, which nothing supersedes, replaces `old`.
fn is_superseded(old: &Trigger, new: &Trigger) -> bool {
    let holds_several = matches!(new, Trigger::SpotInterruption { .. } | Trigger::Recheck { .. });
    !holds_several && TriggerKind::from(old) == TriggerKind::from(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn warning(second: i64) -> Trigger {
        Trigger::SpotInterruption { at: at(second), action: InstanceAction::Terminate }
    }

    #[test]
    fn ec2_state_is_the_only_trigger_if_no_other_is_present() {
        let alone: Triggers = [Trigger::Ec2State(Ec2State::Stopping)].into_iter().collect();
        let mut beside = alone.clone();
        beside.add(Trigger::LastTaskStopped);

        assert!(alone.are_only(&[TriggerKind::Ec2State]));
        assert!(!beside.are_only(&[TriggerKind::Ec2State]));
        assert!(!Triggers::default().are_only(&[TriggerKind::Ec2State]));
    }

    #[test]
    fn final_state_is_kept_whatever_comes_later() {
        let states = [Ec2State::Stopping, Ec2State::Terminated, Ec2State::Stopped];

        let triggers: Triggers = states.map(Trigger::Ec2State).into_iter().collect();

        assert_eq!(triggers.ec2_state(), Some(Ec2State::Terminated));
    }

    #[test]
    fn spot_warnings_are_all_kept() {
        let triggers: Triggers = [warning(5), warning(0), warning(5)].into_iter().collect();

        let times: Vec<Timestamp> = triggers.spot_interruptions().map(|(at, _)| at).collect();
        assert_eq!(times, [at(0), at(5)]);
    }

    #[test]
    fn earliest_spot_deadline_is_kept() {
        let ends = [5, 0, 9].map(|second| Trigger::SpotDeadline { end: at(second) });

        let triggers: Triggers = ends.into_iter().collect();

        assert_eq!(triggers.spot_deadline(), Some(at(0)));
    }

    #[test]
    fn later_recommendation_replaces_an_earlier_one() {
        let recommended = |second| Trigger::RebalanceRecommendation { at: at(second) };

        let triggers: Triggers = [5, 9, 0].map(recommended).into_iter().collect();

        assert_eq!(triggers, [recommended(9)].into_iter().collect());
    }
}
