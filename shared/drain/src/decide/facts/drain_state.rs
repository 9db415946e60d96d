//! The state of one drain: a described container instance, and its record brought up to date.

use jiff::Timestamp;

use crate::attribute::{DrainAttribute, RememberedAction, TaskCount, whole_seconds};
use crate::deadline::{Deadline, DeadlineKind, earliest_deadline};
use crate::decide::situation::AttributeChange;
use crate::decision::{Action, Question};
use crate::observation::{Described, GroupMember, Observation, Status};
use crate::policy::Policy;
use crate::signal::Purpose;
use crate::trigger::TriggerKind;

use super::answer::{Answer, Stop, known};
use super::heartbeat::due_heartbeats;
use super::held_action::{ask_hooks, is_later, leaving_since, unannounced_action};
use super::non_holding::non_holding;
use super::task_count::task_count;
use super::warnings::record_warnings;

/// A container instance that ECS described.
pub(in crate::decide) struct DrainState<'a> {
    pub(in crate::decide) seen: &'a Observation,
    pub(in crate::decide) described: &'a Described,
    pub(in crate::decide) policy: &'a Policy,
    pub(in crate::decide) now: Timestamp,
    /// Value of `ebb.drain`, brought up to date with this batch.
    pub(in crate::decide) record: DrainAttribute,
}

impl<'a> DrainState<'a> {
    /// Brings the record of a container instance up to date.
    pub(in crate::decide) fn update(
        seen: &'a Observation,
        described: &'a Described,
        policy: &'a Policy,
        now: Timestamp,
    ) -> Answer<Self> {
        let record = described.attribute.clone().unwrap_or_default();
        let mut state = Self { seen, described, policy, now, record };
        state.update_action()?;
        record_warnings(&mut state.record, seen, described, policy, now);
        state.update_agent();
        state.update_service()?;
        state.end_action();
        state.update_drain();
        state.record.task_count = task_count(&state.record, described, seen, policy, now);
        state.record.non_holding = non_holding(&state.record, described, seen, policy);
        Ok(state)
    }

    /// Returns the value of `ebb.drain` that ECS has.
    pub(in crate::decide) fn attribute(&self) -> Option<&DrainAttribute> {
        self.described.attribute.as_ref()
    }

    /// Returns true if the instance leaves: for a lifecycle action, or because EC2 takes it.
    pub(in crate::decide) fn is_leaving(&self) -> bool {
        self.record.action.is_some() || self.record.interrupted_at.is_some()
    }

    fn update_action(&mut self) -> Answer<()> {
        match (self.seen.triggers.terminating(), self.record.action.clone()) {
            (Some(event), remembered) => {
                // A time in the future would put off every heartbeat and the deadline.
                let action = RememberedAction::new(event.at.min(self.now), &event.token);
                if remembered.as_ref().is_none_or(|remembered| is_later(&action, remembered)) {
                    self.begin(action);
                }
            }
            (None, Some(remembered)) => self.doubt(&remembered)?,
            (None, None) if self.looks_for_an_action() => {
                let unannounced = unannounced_action(self.seen, self.policy, self.now)?;
                unannounced.into_iter().for_each(|action| self.begin(action));
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// Begins another action. Nothing of the earlier drain counts for it.
    ///
    /// A recommendation ends here: the instance leaves its group.
    fn begin(&mut self, action: RememberedAction) {
        (self.record.recommended_at, self.record.rebalance_until) = (None, None);
        if self.record.action.replace(action).is_some() {
            self.forget_drain();
        }
        self.record.in_service_since = None;
    }

    /// Checks a remembered action. An instance that was in service since is in no action, or in one whose event was lost.
    ///
    /// A remembered action whose time is up is checked as well, before tasks are killed for it. So is one for whose deadline
    /// tasks must stop: its answers are known then ([`Self::require_latest_action`]).
    fn doubt(&mut self, remembered: &RememberedAction) -> Answer<()> {
        let active = self.described.status == Status::Active;
        let deadline = earliest_deadline(remembered, &self.seen.hooks, None, self.policy);
        let expired = deadline.is_some_and(|deadline| self.now >= deadline.at);
        let was_active = active || self.seen.drained_at.is_some();
        let is_answered = self.seen.member.is_answered() && self.seen.activities.is_answered();
        let in_service = self.record.in_service_since.is_some();
        if !was_active && !expired && !in_service && !is_answered {
            return Ok(());
        }
        let member = known(&self.seen.member, Question::Member)?;
        if !member.is_some_and(GroupMember::is_waiting_to_leave) {
            if active {
                (self.record.action, self.record.in_service_since) = (None, None);
            }
            return Ok(());
        }
        let since = leaving_since(self.seen)?.map(|since| RememberedAction::new(since, ""));
        if let Some(action) = since.filter(|action| is_later(action, remembered)) {
            self.begin(action);
        }
        Ok(())
    }

    /// Returns true if ebb searches for an action without an event: in a sweep or a recheck, and once the group is known.
    fn looks_for_an_action(&self) -> bool {
        self.seen.triggers.include(&[TriggerKind::Sweep, TriggerKind::Recheck])
            || self.seen.member.present().is_some()
    }

    fn update_agent(&mut self) {
        if self.described.agent_connected {
            self.record.agent_lost_since = None;
        } else if self.described.status == Status::Draining && self.is_owned() {
            self.record.agent_lost_since.get_or_insert(whole_seconds(self.now));
        }
    }

    /// Returns true if the drain is ebb's. Any other is never written to.
    fn is_owned(&self) -> bool {
        self.attribute().is_some() || self.record != DrainAttribute::default()
    }

    /// Records since when the group calls the instance InService. Only sweeps are a minute apart.
    fn update_service(&mut self) -> Answer<()> {
        let triggers = &self.seen.triggers;
        let swept = triggers.include(&[TriggerKind::Sweep]);
        let beats = triggers.rechecks().any(|(purpose, _)| purpose == Purpose::Heartbeat);
        if self.record.action.is_none() || !swept && !beats {
            return Ok(());
        }
        if self.seen.member.is_open() {
            return Err(Stop::Ask(vec![Question::Member]));
        }
        let Some(member) = self.seen.member.present() else { return Ok(()) };
        if !member.is_in_service() {
            self.record.in_service_since = None;
        } else if swept {
            self.record.in_service_since.get_or_insert(whole_seconds(self.now));
        }
        Ok(())
    }

    /// Forgets the action and the drain of an instance in service that EC2 takes. Both belong to an earlier stay.
    fn end_action(&mut self) {
        let member = self.seen.member.present();
        let in_service = member.is_some_and(GroupMember::is_in_service_or_pending);
        let ends = [self.record.interrupted_at, self.record.rebalance_until];
        let is_warned = ends.into_iter().flatten().any(|end| self.now < end);
        if !in_service || !is_warned || self.seen.triggers.terminating().is_some() {
            return;
        }
        if self.record.action.take().is_some() {
            self.forget_drain();
        }
        self.record.in_service_since = None;
    }

    fn forget_drain(&mut self) {
        (self.record.draining_since, self.record.task_count) = (None, None);
        self.record.non_holding = None;
    }

    fn update_drain(&mut self) {
        if self.described.status != Status::Draining {
            self.forget_drain();
            return;
        }
        let has_event = self.seen.triggers.take_the_instance();
        match self.seen.drained_at.map(whole_seconds) {
            // Without an event the instance was ACTIVE a moment ago, so the record is of an earlier drain.
            Some(at) if !has_event || self.record.draining_since.is_none() => {
                self.forget_drain();
                self.record.draining_since = Some(at);
                self.record.task_count = Some(TaskCount { tasks: self.described.tasks, after: 0 });
            }
            Some(_) => {}
            None if self.is_leaving() => {
                let since = whole_seconds(self.unrecorded_start());
                self.record.draining_since.get_or_insert(since);
            }
            None => {}
        }
    }

    /// Returns the start of a drain that was not recorded: now, or the start of the action if nothing can be recorded.
    fn unrecorded_start(&self) -> Timestamp {
        let action = self.record.action.as_ref().filter(|_| !self.described.attribute_fits);
        action.map_or(self.now, |action| action.started)
    }

    /// Returns the time at which waiting ends, whatever is left. Asks for the hooks if they matter.
    pub(in crate::decide) fn deadline(&self) -> Answer<Option<Deadline>> {
        let spot = self.record.interrupted_at.filter(|at| !self.has_outlived(*at));
        let spot = spot.map(|at| Deadline { at, kind: DeadlineKind::SpotInterruption });
        let Some(action) = &self.record.action else { return Ok(spot) };
        if self.is_quick_check() {
            return Ok(spot);
        }
        if self.seen.hooks.is_open() {
            return Err(ask_hooks(self.seen, self.policy));
        }
        Ok(earliest_deadline(action, &self.seen.hooks, spot, self.policy))
    }

    /// Stops until the group's tags are known. Call before an irreversible action that tags can forbid.
    pub(in crate::decide) fn require_tags(&self) -> Answer<()> {
        known(&self.seen.group, Question::Group).map(drop)
    }

    /// Returns `Stop` until Auto Scaling has answered when the termination began. Call before tasks stop for the deadline of
    /// a remembered action, because the event of a later action may be lost.
    pub(in crate::decide) fn require_latest_action(&self) -> Answer<()> {
        if self.record.action.is_none() || self.seen.triggers.terminating().is_some() {
            return Ok(());
        }
        let open = [
            self.seen.member.is_open().then_some(Question::Member),
            self.seen.activities.is_open().then_some(Question::Activities),
        ];
        let questions: Vec<Question> = open.into_iter().flatten().collect();
        if questions.is_empty() { Ok(()) } else { Err(Stop::Ask(questions)) }
    }

    /// Returns true if the Spot warning had no effect: it ended before this action, and the agent still reports.
    fn has_outlived(&self, end_of_warning: Timestamp) -> bool {
        let is_later = |action: &RememberedAction| action.started > end_of_warning;
        self.record.action.as_ref().is_some_and(is_later) && self.described.agent_connected
    }

    /// Returns true if only ECS events ask, and only whether the instance is empty.
    ///
    /// Deadlines are left to the sweep then, which saves the calls that they need.
    pub(in crate::decide) fn is_quick_check(&self) -> bool {
        let slow = [TriggerKind::Sweep, TriggerKind::Recheck];
        let triggers = &self.seen.triggers;
        triggers.include(&[TriggerKind::LastTaskStopped])
            && !triggers.include(&slow)
            && !triggers.take_the_instance()
    }

    /// Returns the record that is kept once the drain has ended: a scheduled change, and a recommendation that waits.
    pub(in crate::decide) fn kept_after_the_drain(&self) -> DrainAttribute {
        let DrainAttribute { replace_at, recommended_at, .. } = self.record;
        DrainAttribute { replace_at, recommended_at, ..DrainAttribute::default() }
    }

    /// Returns the heartbeats that are due.
    pub(in crate::decide) fn heartbeats(&self) -> Vec<Action> {
        let action = self.record.action.as_ref();
        action
            .map(|action| due_heartbeats(self.seen, self.policy, action, self.now))
            .unwrap_or_default()
    }

    /// Returns the change of `ebb.drain`. Nothing is recorded for an INACTIVE container instance.
    pub(in crate::decide) fn attribute_change(&self) -> Option<AttributeChange> {
        let before = self.described.attribute.clone().unwrap_or_default();
        if self.record == before || self.described.status == Status::Inactive {
            return None;
        }
        Some(AttributeChange {
            value: self.record.clone(),
            fits: self.described.attribute_fits,
            has_news: self.has_news(&before),
            outlives_the_drain: self.returns_unknown(),
        })
    }

    /// Returns true if the record holds a fact that no later event repeats, and that outlives the action.
    fn has_news(&self, before: &DrainAttribute) -> bool {
        let record = &self.record;
        let recommended = record.recommended_at.is_some_and(|at| before.recommended_at != Some(at));
        record.gone && !before.gone || record.replace_at != before.replace_at || recommended
    }

    /// Returns true if the instance goes to the warm pool, and `ebb.drain` does not say yet that it drains for ebb. Without
    /// that record its drain would count as another tool's when the instance returns.
    fn returns_unknown(&self) -> bool {
        let event = self.seen.triggers.terminating();
        let is_warmed = self.seen.member.present().is_some_and(GroupMember::is_warmed)
            || event.is_some_and(|event| event.to_warm_pool);
        is_warmed && self.attribute().is_none()
    }
}
