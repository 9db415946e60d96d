//! A container instance that ECS described, with what is to be remembered about it.

use jiff::Timestamp;

use crate::attribute::{Counted, DrainAttribute, RememberedAction, whole_seconds};
use crate::decision::{Action, Decision, Question};
use crate::note::Note;
use crate::observation::{Described, Observation, Status};
use crate::policy::Policy;
use crate::reason::{Deadline, DeadlineOf, Reason};
use crate::signal::Purpose;

use super::answer::{Answer, Stop, known};
use super::{action, certainty, completion, deadline, heartbeat, must_go};

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
        case.take_service()?;
        case.end_action();
        case.take_drain();
        case.memory.counted = certainty::counted(&case);
        Ok(case)
    }

    /// What stands in the attribute as ECS has it.
    pub(super) fn attribute(&self) -> Option<&DrainAttribute> {
        self.described.attribute.as_ref()
    }

    /// Whether it goes out of service: for a lifecycle action, or because EC2 takes it back.
    pub(super) fn is_leaving(&self) -> bool {
        self.memory.action.is_some() || self.memory.interrupted_at.is_some()
    }

    fn take_action(&mut self) -> Answer<()> {
        match (&self.seen.told.terminate, self.memory.action.clone()) {
            (Some(told), remembered) => {
                // A time that lies ahead would put off every heartbeat and the deadline.
                let told = RememberedAction::new(told.at.min(self.now), &told.token);
                if remembered.as_ref().is_none_or(|it| action::is_later(&told, it)) {
                    self.begin(told);
                }
            }
            (None, Some(remembered)) => self.doubt(&remembered)?,
            (None, None) if self.looks_for_an_action() => {
                let untold = action::without_memory(self.seen, self.policy, self.now)?;
                untold.into_iter().for_each(|action| self.begin(action));
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// Another action than the one before: nothing of that one's drain counts for it. What was recommended of an instance
    /// that leaves its group comes to its end here; from a warm pool it comes back on another host.
    fn begin(&mut self, action: RememberedAction) {
        (self.memory.recommended_at, self.memory.rebalance_until) = (None, None);
        if self.memory.action.replace(action).is_some() {
            (self.memory.draining_since, self.memory.counted) = (None, None);
        }
        self.memory.in_service_since = None;
    }

    /// An instance that was in service since is not in the action that is remembered: it is in none, or in another one
    /// whose event was lost. Where the time of the one that is remembered is over, that is asked before tasks die of it.
    fn doubt(&mut self, remembered: &RememberedAction) -> Answer<()> {
        let active = self.described.status == Status::Active;
        let deadline = deadline::of_action(remembered, &self.seen.hooks, None, self.policy);
        let over = deadline.is_some_and(|deadline| self.now >= deadline.at);
        let was_active = active || self.seen.drained_at.is_some();
        if !was_active && !over && self.memory.in_service_since.is_none() {
            return Ok(());
        }
        let waits = known(&self.seen.member, Question::Member)?
            .is_some_and(|member| completion::is_waiting(&member.lifecycle_state));
        if !waits {
            if active {
                (self.memory.action, self.memory.in_service_since) = (None, None);
            }
            return Ok(());
        }
        let since = action::leaving_since(self.seen)?.map(|since| RememberedAction::new(since, ""));
        if let Some(action) = since.filter(|action| action::is_later(action, remembered)) {
            self.begin(action);
        }
        Ok(())
    }

    /// Whether an action is looked for that no event told: by the sweep and by looks, and where its place is known.
    fn looks_for_an_action(&self) -> bool {
        let told = &self.seen.told;
        told.sweep.is_some() || !told.looks.is_empty() || self.seen.member.present().is_some()
    }

    fn take_agent(&mut self) {
        if self.described.agent_connected {
            self.memory.agent_lost_since = None;
        } else if self.described.status == Status::Draining && self.is_ours() {
            self.memory.agent_lost_since.get_or_insert(whole_seconds(self.now));
        }
    }

    /// Whether anything makes its drain ours; any other is somebody else's and never written to.
    fn is_ours(&self) -> bool {
        self.attribute().is_some() || self.memory != DrainAttribute::default()
    }

    /// What the group says is asked for where a heartbeat may be due; only the sweep comes a minute apart.
    fn take_service(&mut self) -> Answer<()> {
        let told = &self.seen.told;
        let looks = told.looks.iter();
        let beats = looks.map(|look| look.0).any(|purpose| purpose == Purpose::Heartbeat);
        if self.memory.action.is_none() || told.sweep.is_none() && !beats {
            return Ok(());
        }
        if self.seen.member.is_open() {
            return Err(Stop::Ask(vec![Question::Member]));
        }
        let Some(member) = self.seen.member.present() else { return Ok(()) };
        if member.lifecycle_state != "InService" {
            self.memory.in_service_since = None;
        } else if told.sweep.is_some() {
            self.memory.in_service_since.get_or_insert(whole_seconds(self.now));
        }
        Ok(())
    }

    /// EC2 takes an instance that is in service, or is being put there: what was remembered of an action is of the life before,
    /// and its drain as well.
    fn end_action(&mut self) {
        let state = self.seen.member.present().map(|member| member.lifecycle_state.as_str());
        let in_service = state.is_some_and(|it| it == "InService" || it.starts_with("Pending"));
        let notices = [self.memory.interrupted_at, self.memory.rebalance_until];
        let noticed = notices.into_iter().flatten().any(|end| self.now < end);
        if !in_service || !noticed || self.seen.told.terminate.is_some() {
            return;
        }
        if self.memory.action.take().is_some() {
            (self.memory.draining_since, self.memory.counted) = (None, None);
        }
        self.memory.in_service_since = None;
    }

    fn take_drain(&mut self) {
        if self.described.status != Status::Draining {
            (self.memory.draining_since, self.memory.counted) = (None, None);
            return;
        }
        let told = must_go(self.seen);
        let remembered = self.memory.draining_since.is_some();
        match self.seen.drained_at.map(whole_seconds) {
            // Where no event told it, it was seen ACTIVE a moment ago: what is remembered is an earlier drain.
            Some(at) if !told || !remembered => {
                self.memory.draining_since = Some(at);
                self.memory.counted = Some(Counted { tasks: self.described.tasks, after: 0 });
            }
            Some(_) => {}
            None if self.is_leaving() => {
                let since = whole_seconds(self.unremembered_since());
                self.memory.draining_since.get_or_insert(since);
            }
            None => {}
        }
    }

    /// Since when it drains, where nothing was written down: since now, unless nothing can be; then the start of the
    /// action stands in.
    fn unremembered_since(&self) -> Timestamp {
        let action = self.memory.action.as_ref().filter(|_| !self.described.attribute_fits);
        action.map_or(self.now, |action| action.started)
    }

    /// When waiting ends, whatever is left. The hooks are asked for where it matters.
    pub(super) fn deadline(&self) -> Answer<Option<Deadline>> {
        let spot = self.memory.interrupted_at.filter(|at| !self.outlived(*at));
        let spot = spot.map(|at| Deadline { at, of: DeadlineOf::SpotInterruption });
        let Some(action) = &self.memory.action else { return Ok(spot) };
        if self.is_quick_look() {
            return Ok(spot);
        }
        if self.seen.hooks.is_open() {
            return Err(action::hooks_first(self.seen, self.policy));
        }
        Ok(deadline::of_action(action, &self.seen.hooks, spot, self.policy))
    }

    /// Stops until the group has answered: its tags may say otherwise than the configuration, and what cannot be undone
    /// waits for that.
    pub(super) fn tags_are_known(&self) -> Answer<()> {
        known(&self.seen.group, Question::Group).map(drop)
    }

    /// Whether the Spot notice came to nothing: its end lies before this action, and the agent still reports.
    fn outlived(&self, end_of_notice: Timestamp) -> bool {
        let later = self.memory.action.as_ref().is_some_and(|it| it.started > end_of_notice);
        later && self.described.agent_connected
    }

    /// Whether only task events ask, and only whether the instance is empty: deadlines are the sweep's business then,
    /// which saves the calls that they need.
    pub(super) fn is_quick_look(&self) -> bool {
        let told = &self.seen.told;
        told.may_be_empty && told.sweep.is_none() && told.looks.is_empty() && !must_go(self.seen)
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

    /// Whether it goes to the warm pool and nothing on it says that it drains for us, so that it would be taken for somebody
    /// else's when it comes back; or that EC2 takes it, which may be after that.
    fn comes_back_unknown(&self) -> bool {
        let state = self.seen.member.present().map(|member| member.lifecycle_state.as_str());
        let told = self.seen.told.terminate.as_ref().is_some_and(|told| told.to_warm_pool);
        let warm = told || state.is_some_and(|state| state.starts_with("Warmed:"));
        let written = |before: &DrainAttribute| before.interrupted_at == self.memory.interrupted_at;
        warm && !self.attribute().is_some_and(written)
    }

    /// Whether something was told that is told once, and does not end with the action.
    fn has_news(&self, before: &DrainAttribute) -> bool {
        let memory = &self.memory;
        let recommended = memory.recommended_at.is_some_and(|at| before.recommended_at != Some(at));
        memory.gone && !before.gone || memory.replace_at != before.replace_at || recommended
    }

    /// Writes down what has changed, unless the decision ends the drain and there is nothing to remember any more.
    pub(super) fn remember(&self, decision: &mut Decision) {
        let before = self.described.attribute.clone().unwrap_or_default();
        let written = decision.actions.iter().any(|action| matches!(action, Action::Remember(_)));
        let drains_first = decision.actions.contains(&Action::Drain);
        let let_go =
            matches!(decision.reason, Reason::NotWaiting { .. }) && !self.has_news(&before);
        let over = self.described.status == Status::Inactive
            || (ends(decision) || let_go) && !self.comes_back_unknown();
        if self.memory == before || written || drains_first || over {
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
