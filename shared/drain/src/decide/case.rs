//! A container instance that ECS described, with what is to be remembered about it.

use jiff::Timestamp;

use crate::attribute::{DrainAttribute, RememberedAction, whole_seconds};
use crate::decision::{Action, Decision, Question};
use crate::observation::{Described, Observation, Status};
use crate::policy::Policy;
use crate::reason::{Deadline, DeadlineOf, Note, Reason};
use crate::signal::InstanceAction;
use crate::told::is_final;

use super::answer::{Answer, Stop, known};
use super::{completion, deadline, heartbeat};

/// How long EC2 leaves a Spot Instance after its warning (EC2 user guide, Spot Instance interruption notices).
const SPOT_NOTICE: std::time::Duration = std::time::Duration::from_secs(120);

pub(super) struct Case<'a> {
    pub(super) seen: &'a Observation,
    pub(super) described: &'a Described,
    pub(super) policy: &'a Policy,
    pub(super) now: Timestamp,
    /// What stands in the attribute, brought up to date with what was told and seen.
    pub(super) memory: DrainAttribute,
}

impl<'a> Case<'a> {
    pub(super) fn open(
        seen: &'a Observation,
        described: &'a Described,
        policy: &'a Policy,
        now: Timestamp,
    ) -> Answer<Self> {
        let memory = described.attribute.clone().unwrap_or_default();
        let mut case = Self { seen, described, policy, now, memory };
        case.take_action()?;
        case.take_notices();
        case.take_agent();
        case.take_service();
        case.take_drain();
        Ok(case)
    }

    /// What stands in the attribute as ECS has it.
    pub(super) fn attribute(&self) -> Option<&DrainAttribute> {
        self.described.attribute.as_ref()
    }

    fn take_action(&mut self) -> Answer<()> {
        if let Some(told) = &self.seen.told.terminate {
            let told = RememberedAction::new(told.at, &told.token);
            let other =
                self.memory.action.as_ref().is_none_or(|remembered| told.differs_from(remembered));
            if other {
                self.memory.action = Some(told);
                self.memory.in_service_since = None;
            }
        } else if self.memory.action.is_none() && self.seen.told.sweep.is_some() {
            self.memory.action = action_without_memory(self.seen, self.policy)?;
        }
        Ok(())
    }

    fn take_notices(&mut self) {
        let told = &self.seen.told;
        match told.interruption {
            // Hibernation begins at once and the instance comes back: a drain with an end, without a deadline.
            Some((at, InstanceAction::Hibernate)) => {
                self.memory.rebalance_until = Some(whole_seconds(at + self.policy.rebalance_drain));
            }
            Some((at, InstanceAction::Terminate | InstanceAction::Stop)) => {
                self.memory.interrupted_at = Some(whole_seconds(at + SPOT_NOTICE));
            }
            None => {}
        }
        self.memory.gone |= told.ec2_state.is_some_and(is_final);
    }

    fn take_agent(&mut self) {
        if self.described.agent_connected {
            self.memory.agent_lost_since = None;
        } else if self.described.status == Status::Draining {
            self.memory.agent_lost_since.get_or_insert(whole_seconds(self.now));
        }
    }

    fn take_service(&mut self) {
        let Some(member) = self.seen.member.present().filter(|_| self.seen.told.sweep.is_some())
        else {
            return;
        };
        if member.lifecycle_state == "InService" && self.memory.action.is_some() {
            self.memory.in_service_since.get_or_insert(whole_seconds(self.now));
        } else {
            self.memory.in_service_since = None;
        }
    }

    fn take_drain(&mut self) {
        let ours = self.memory.action.is_some() || self.memory.interrupted_at.is_some();
        if self.described.status != Status::Draining {
            self.memory.draining_since = None;
        } else if ours || self.seen.drained_at.is_some() {
            let since = whole_seconds(self.seen.drained_at.unwrap_or(self.now));
            self.memory.draining_since.get_or_insert(since);
        }
    }

    /// When waiting ends, whatever is left. The hooks are asked for where it matters.
    pub(super) fn deadline(&self) -> Answer<Option<Deadline>> {
        let spot =
            self.memory.interrupted_at.map(|at| Deadline { at, of: DeadlineOf::SpotInterruption });
        let Some(action) = &self.memory.action else { return Ok(spot) };
        if self.is_quick_look() {
            return Ok(spot);
        }
        if self.seen.hooks.is_open() {
            return Err(Stop::Ask(vec![Question::Hooks]));
        }
        Ok(deadline::of_action(action, &self.seen.hooks, spot, self.policy))
    }

    /// Whether only task events ask, and only whether the instance is empty: deadlines are the sweep's business then,
    /// which saves the calls that they need.
    pub(super) fn is_quick_look(&self) -> bool {
        let told = &self.seen.told;
        told.may_be_empty
            && told.sweep.is_none()
            && told.looks.is_empty()
            && told.terminate.is_none()
    }

    pub(super) fn deadline_reached(&self, deadline: Deadline) -> Answer<Decision> {
        if deadline.of == DeadlineOf::SpotInterruption
            && let Some(decision) = super::notice_over(self)
        {
            return Ok(decision);
        }
        completion::at_deadline(self.seen, self.policy, self.memory.action.as_ref(), deadline)
    }

    /// Adds the heartbeats that are due, unless the decision ends the action.
    pub(super) fn keep_alive(&self, decision: &mut Decision) {
        let Some(action) = &self.memory.action else { return };
        if ends(decision)
            || matches!(decision.reason, Reason::NotWaiting { .. } | Reason::InServiceAgain)
        {
            return;
        }
        decision.actions.extend(heartbeat::due(self.seen, self.policy, action, self.now));
    }

    /// Writes down what has changed, unless the decision ends the drain and there is nothing to remember any more.
    pub(super) fn remember(&self, decision: &mut Decision) {
        let changed = self.memory != self.described.attribute.clone().unwrap_or_default();
        let drains_first = decision.actions.contains(&Action::Drain);
        let written = decision.actions.iter().any(|action| matches!(action, Action::Remember(_)));
        if !changed
            || written
            || ends(decision)
            || drains_first
            || self.described.status == Status::Inactive
        {
            return;
        }
        let gone_now =
            self.memory.gone && !self.attribute().is_some_and(|attribute| attribute.gone);
        if matches!(decision.reason, Reason::NotWaiting { .. }) && !gone_now {
            return;
        }
        if self.described.attribute_fits {
            decision.actions.push(Action::Remember(self.memory.clone()));
        } else {
            decision.notes.push(Note::AttributeDoesNotFit);
        }
    }
}

fn ends(decision: &Decision) -> bool {
    decision
        .actions
        .iter()
        .any(|action| matches!(action, Action::Complete { .. } | Action::Activate))
}

/// The action of an instance that Auto Scaling holds on a hook of ours, where neither an event nor the attribute told
/// it: the start of its scaling activity stands in for the start of the action, a little early.
pub(super) fn action_without_memory(
    seen: &Observation,
    policy: &Policy,
) -> Answer<Option<RememberedAction>> {
    let Some(member) = seen.member.present() else { return Ok(None) };
    if !completion::is_waiting(&member.lifecycle_state) {
        return Ok(None);
    }
    let hooks = known(&seen.hooks, Question::Hooks)?;
    let ours = hooks.is_some_and(|hooks| {
        hooks.iter().any(|hook| !hook.launching && policy.hooks.contains(&hook.name))
    });
    if !ours {
        return Ok(None);
    }
    let since = known(&seen.activities, Question::Activities)?
        .and_then(|activities| activities.terminating_since);
    Ok(since.or(seen.told.sweep).map(|since| RememberedAction::new(since, "")))
}
