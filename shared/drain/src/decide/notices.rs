//! What EC2 and AWS Health gave notice of, as far as it is to be remembered.

use std::time::Duration;

use jiff::Timestamp;

use crate::attribute::whole_seconds;
use crate::observation::Status;
use crate::policy::{RebalancePolicy, ScheduledChangePolicy};
use crate::signal::InstanceAction;
use crate::told::is_final;

use super::case::Case;
use super::leaving::AFTER_INTERRUPTION;
use super::moment::{after, before};

/// How long EC2 leaves a Spot Instance after its warning (EC2 user guide, Spot Instance interruption notices).
const SPOT_NOTICE: Duration = Duration::from_secs(120);

/// When EC2 takes a Spot Instance that it warned at this moment.
pub(super) fn taken_at(warned: Timestamp) -> Timestamp {
    after(warned, SPOT_NOTICE)
}

impl Case<'_> {
    /// Brings what is remembered up to date with the notices of this batch, and forgets those that came to nothing.
    pub(super) fn take_notices(&mut self) {
        if self.described.status == Status::Active {
            self.forget_what_is_over();
        }
        for (at, action) in &self.seen.told.interruptions {
            let at = (*at).min(self.now);
            match action {
                InstanceAction::Terminate | InstanceAction::Stop => self.take_interruption(at),
                InstanceAction::Hibernate => self.take_hibernation(at),
            }
        }
        if let (Some((_, at)), ScheduledChangePolicy::Replace { ahead }) =
            (&self.seen.told.scheduled_change, self.policy.scheduled_change)
        {
            // Of two changes that are announced the earlier one counts.
            let due = whole_seconds(before(*at, ahead));
            self.memory.replace_at = Some(self.memory.replace_at.map_or(due, |it| it.min(due)));
        }
        if let Some(at) = self.seen.told.rebalance.filter(|_| self.leaves_as_is_remembered()) {
            self.memory.recommended_at = Some(whole_seconds(at.min(self.now)));
        }
        self.memory.gone |= self.seen.told.ec2_state.is_some_and(is_final);
    }

    /// Whether it leaves for a lifecycle action, for all that is remembered: it may be back in service, where the sweep takes up what
    /// was recommended meanwhile.
    fn leaves_as_is_remembered(&self) -> bool {
        self.policy.rebalance != RebalancePolicy::Auto
            && self.memory.action.is_some()
            && self.memory.interrupted_at.is_none()
    }

    /// Whether EC2 takes it and no lifecycle action does, and too little time is over to say that nothing came of the notice.
    pub(super) fn is_taken_back(&self) -> bool {
        let lives_on = self.memory.interrupted_at.map(|end| after(end, AFTER_INTERRUPTION));
        self.memory.action.is_none() && lives_on.is_some_and(|at| self.now < at)
    }

    /// It is ACTIVE: a notice whose time is over counts for no drain that comes later.
    fn forget_what_is_over(&mut self) {
        let memory = &mut self.memory;
        for end in [&mut memory.interrupted_at, &mut memory.rebalance_until] {
            *end = end.filter(|end| self.now < *end);
        }
    }

    /// EC2 takes the instance at the end of the first notice, whatever comes meanwhile.
    fn take_interruption(&mut self, at: Timestamp) {
        let end = whole_seconds(taken_at(at));
        let first = self.memory.interrupted_at.filter(|first| at < *first);
        self.memory.interrupted_at = Some(first.map_or(end, |first| first.min(end)));
    }

    /// Hibernation begins at once and the instance comes back: a drain with an end, without a deadline. What somebody else
    /// had set DRAINING before stays as it is.
    fn take_hibernation(&mut self, at: Timestamp) {
        let set_by_us = self.seen.drained_at.is_some() || self.attribute().is_some();
        if self.described.status == Status::Draining && !set_by_us {
            return;
        }
        let until = after(at, self.policy.rebalance_drain);
        self.memory.rebalance_until = Some(whole_seconds(until));
    }
}
