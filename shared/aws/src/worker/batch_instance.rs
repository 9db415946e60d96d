//! One EC2 instance of a batch: its observation, its decision, and the messages that name it.

use std::collections::{BTreeMap, BTreeSet};

use drain::attribute::RememberedAction;
use drain::decision::{Action, Decision, Question};
use drain::mode::Mode;
use drain::observation::{Observation, Seen, Status};
use drain::policy::{BadTag, Policy};
use drain::reason::Reason;
use drain::trigger::Triggers;
use jiff::Timestamp;

use super::tags_of_group::TagsOfGroup;
use crate::act::{ActionResult, Order};
use crate::fault::Fault;
use crate::message_chain::MessageChain;

/// The EC2 instances of a batch, by id.
pub(super) type BatchInstances = BTreeMap<String, BatchInstance>;

/// One EC2 instance of a batch.
#[derive(Debug, Clone)]
pub(super) struct BatchInstance {
    pub(super) observation: Observation,
    /// Positions of the messages that name the instance. None is that of a sweep, because the next sweep replaces it.
    pub(super) messages: BTreeSet<usize>,
    /// True if the container instance is known from an event alone.
    pub(super) is_named_by_event_only: bool,
    /// Last decision.
    pub(super) decision: Option<Decision>,
    /// True if a decision is still needed.
    pub(super) is_open: bool,
    /// Faults of the actions.
    pub(super) faults: Vec<Fault>,
    /// Mode of its group, as far as it is known.
    pub(super) mode: Mode,
}

impl BatchInstance {
    pub(super) fn new(ec2_instance: &str, triggers: Triggers) -> Self {
        Self {
            observation: Observation::new(ec2_instance, triggers),
            messages: BTreeSet::new(),
            is_named_by_event_only: false,
            decision: None,
            is_open: true,
            faults: Vec::new(),
            mode: Mode::default(),
        }
    }

    /// Returns the group that Auto Scaling names, or else the group of a lifecycle event.
    pub(super) fn group_name(&self) -> Option<&str> {
        let seen = &self.observation;
        let action = seen.triggers.terminating().or(seen.triggers.launching());
        let member = seen.member.present().map(|member| &member.group);
        member.or(action.map(|action| &action.group)).map(String::as_str)
    }

    /// Returns the EC2 instance id.
    pub(super) fn id(&self) -> String {
        self.observation.ec2_instance.clone()
    }

    /// Returns the answer about the group, from its name. Without a group the answer is absent. Returns `None` while
    /// the group is not known.
    pub(super) fn group_answer<T>(
        &self,
        answer: impl FnOnce(&str) -> Option<Seen<T>>,
    ) -> Option<Seen<T>> {
        match (self.group_name(), &self.observation.member) {
            (Some(name), _) => answer(name),
            (None, Seen::NotAsked) => None,
            (None, Seen::Unanswered(why)) => Some(Seen::Unanswered(why.clone())),
            (None, Seen::Absent | Seen::Present(_)) => Some(Seen::Absent),
        }
    }

    /// Returns the question that must be answered first. A question about a group needs the name of the group.
    pub(super) fn prerequisite(&self, question: Question) -> Question {
        let is_about_the_group = matches!(
            question,
            Question::Hooks
                | Question::Group
                | Question::GroupUsesEcs
                | Question::GroupDraining
                | Question::Activities
        );
        let needs_name = self.group_name().is_none() && self.observation.member.is_open();
        if is_about_the_group && needs_name { Question::Member } else { question }
    }

    /// Returns the policy of the group, as far as its tags are known, and the tags that are invalid.
    pub(super) fn policy(
        &self,
        configured: &Policy,
        tags: &TagsOfGroup<'_>,
    ) -> (Policy, Vec<BadTag>) {
        match (tags, self.observation.group.present()) {
            (TagsOfGroup::Known(tags), _) => configured.for_group(tags),
            (_, Some(group)) => configured.for_group(&group.tags),
            (_, None) => (configured.clone(), Vec::new()),
        }
    }

    /// Leaves the instance undecided, because its group did not answer.
    pub(super) fn set_unanswered(&mut self, fault: Fault) {
        self.is_open = false;
        self.faults.push(fault);
    }

    /// Returns the order for a decision, unless there is no action.
    pub(super) fn order(
        &self,
        decision: &Decision,
        group: Option<String>,
        chain: MessageChain,
    ) -> Option<Order> {
        let order = Order {
            ec2_instance: self.observation.ec2_instance.clone(),
            container_instance: self.observation.container_instance.present().cloned(),
            group,
            reason: decision.reason.clone(),
            actions: decision.actions.clone(),
            spot_deadline: decision.spot_deadline(),
            stops_ahead: self.observation.stops_ahead,
            chain,
        };
        (!order.actions.is_empty()).then_some(order)
    }

    /// Applies the result of the order.
    ///
    /// An instance that was set DRAINING or ACTIVE is decided again in its new status. For an ACTIVE one a launching
    /// lifecycle action may wait.
    pub(super) fn apply_result(&mut self, result: ActionResult, now: Timestamp) {
        if let (Some(activated), true) = (result.activated, result.faults.is_empty()) {
            let status = activated.described.as_ref().map(|it| &it.status);
            self.is_open = status == Some(&Status::Active);
            self.observation.container_instance = Seen::Present(activated);
        }
        self.faults.extend(result.faults);
        if let Some(drained) = result.drained {
            let status = drained.described.as_ref().map(|it| &it.status);
            self.is_open = status != Some(&Status::Active);
            self.observation.container_instance = Seen::Present(drained);
            self.observation.drained_at = Some(now);
            self.observation.tasks = Seen::NotAsked;
            self.observation.services = Seen::NotAsked;
            self.observation.stop_times = Seen::NotAsked;
        }
        if let (Some(attribute), Seen::Present(it)) =
            (result.written, &mut self.observation.container_instance)
            && let Some(described) = &mut it.described
        {
            described.attribute = Some(attribute);
        }
    }

    /// Returns everything that kept the instance from being handled: failed actions, a missing answer, or a missing
    /// registration.
    pub(super) fn all_faults(&self) -> Vec<Fault> {
        let missing = match self.reason() {
            Some(Reason::Unanswered(unanswered)) => Some(Fault::from(unanswered.clone())),
            Some(Reason::EarlyEvent) => {
                let id = &self.observation.ec2_instance;
                Some(Fault::Busy(format!("{id} has not registered in its cluster yet")))
            }
            Some(Reason::BudgetAwaited) => {
                let id = &self.observation.ec2_instance;
                Some(Fault::Busy(format!(
                    "{id} is due for a scheduled change, and enough instances of its group are leaving already"
                )))
            }
            _ => None,
        };
        self.faults.iter().cloned().chain(missing).collect()
    }

    /// Returns true if every heartbeat that was due was sent: the hooks are known, and nothing failed.
    pub(super) fn has_sent_heartbeats(&self) -> bool {
        self.observation.knows_its_hooks() && self.all_faults().is_empty()
    }

    /// Sets the decision. Returns the group if the decision takes the instance out of it.
    pub(super) fn set_decision(&mut self, decision: Decision) -> Option<String> {
        let leaves = decision.actions.contains(&Action::Replace)
            || decision.reason == Reason::RebalanceDrains
                && decision.actions.contains(&Action::Drain);
        self.decision = Some(decision);
        self.is_open = false;
        if leaves { self.group_name().map(str::to_owned) } else { None }
    }

    /// Counts one more leaving instance, if the instance is in this group.
    pub(super) fn count_leaving(&mut self, group: &str) {
        let is_member = self.group_name() == Some(group);
        if let (true, Seen::Present(seen)) = (is_member, &mut self.observation.group) {
            seen.leaving += 1;
        }
    }

    /// Returns true if EC2 reported the instance gone, and no hook of ebb held it.
    pub(super) fn is_gone_and_unheld(&self) -> bool {
        self.observation.triggers.say_that_ec2_is_gone()
            && matches!(self.reason(), Some(Reason::NotWaiting { .. }))
    }

    /// Returns the lifecycle action in the attribute.
    pub(super) fn remembered_action(&self) -> Option<&RememberedAction> {
        let described = self.observation.container_instance.present()?.described.as_ref()?;
        described.attribute.as_ref()?.action.as_ref()
    }

    /// Returns true if the lifecycle action was completed, in this batch or before.
    pub(super) fn is_no_longer_held(&self) -> bool {
        matches!(self.reason(), Some(Reason::NotWaiting { .. })) || self.is_completed()
    }

    /// Returns true if the lifecycle action was completed in this batch.
    pub(super) fn is_completed(&self) -> bool {
        let actions = self.decision.iter().flat_map(|decision| &decision.actions);
        self.faults.is_empty()
            && actions.into_iter().any(|it| matches!(it, Action::Complete { .. }))
    }

    /// Returns the reason of the last decision.
    pub(super) fn reason(&self) -> Option<&Reason> {
        self.decision.as_ref().map(|decision| &decision.reason)
    }
}

#[cfg(test)]
mod tests;
