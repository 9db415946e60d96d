//! One EC2 instance of a batch: what is known of it, what was decided, and which messages named it.

use std::collections::{BTreeMap, BTreeSet};

use drain::attribute::RememberedAction;
use drain::decision::{Action, Decision, Question};
use drain::observation::{Observation, Seen, Status};
use drain::policy::{BadTag, Policy};
use drain::reason::Reason;
use drain::trigger::Triggers;
use jiff::Timestamp;

use crate::act::{ActionResult, Order};
use crate::fault::Fault;
use crate::message_chain::MessageChain;

/// The EC2 instances of a batch, by id.
pub(super) type BatchInstances = BTreeMap<String, BatchInstance>;

/// One EC2 instance of a batch.
#[derive(Debug, Clone)]
pub(super) struct BatchInstance {
    pub(super) observation: Observation,
    /// Positions of the messages that named it. A sweep names nothing: it comes again by itself.
    pub(super) sources: BTreeSet<usize>,
    /// Whether only an event says which container instance it is.
    pub(super) is_named_by_event_only: bool,
    /// What was decided last.
    pub(super) decision: Option<Decision>,
    /// Whether it is still to be decided.
    pub(super) open: bool,
    /// What went wrong while acting.
    pub(super) faults: Vec<Fault>,
}

impl BatchInstance {
    pub(super) fn new(ec2_instance: &str, triggers: Triggers) -> Self {
        Self {
            observation: Observation::new(ec2_instance, triggers),
            sources: BTreeSet::new(),
            is_named_by_event_only: false,
            decision: None,
            open: true,
            faults: Vec::new(),
        }
    }

    /// The group that it is in, or that a message told.
    pub(super) fn group_name(&self) -> Option<&str> {
        let seen = &self.observation;
        let told = seen.triggers.terminating().or(seen.triggers.launching());
        let member = seen.member.present().map(|member| &member.group);
        member.or(told.map(|action| &action.group)).map(String::as_str)
    }

    /// The question that must be answered first: what is asked about a group needs the group's name.
    pub(super) fn prerequisite(&self, question: Question) -> Question {
        let of_a_group = matches!(
            question,
            Question::Hooks
                | Question::Group
                | Question::GroupUsesEcs
                | Question::GroupDraining
                | Question::Activities
        );
        let nameless = self.group_name().is_none() && self.observation.member.is_open();
        if of_a_group && nameless { Question::Member } else { question }
    }

    /// The policy of its group as far as the group is known, and tags of the group that cannot be used.
    pub(super) fn policy(&self, configured: &Policy) -> (Policy, Vec<BadTag>) {
        match self.observation.group.present() {
            Some(group) => configured.for_group(&group.tags),
            None => (configured.clone(), Vec::new()),
        }
    }

    /// What is to be done, if anything is.
    pub(super) fn order(&self, decision: &Decision, chain: MessageChain) -> Option<Order> {
        let order = Order {
            ec2_instance: self.observation.ec2_instance.clone(),
            container_instance: self.observation.container_instance.present().cloned(),
            because: decision.reason.to_string(),
            actions: decision.actions.clone(),
            chain,
        };
        (!order.actions.is_empty()).then_some(order)
    }

    /// Takes what came of its order. An instance that was set DRAINING or ACTIVE is decided again as what it is now: a
    /// launching lifecycle action may wait for the latter.
    pub(super) fn apply_result(&mut self, done: ActionResult, now: Timestamp) {
        if let (Some(activated), true) = (done.activated, done.faults.is_empty()) {
            let status = activated.described.as_ref().map(|it| &it.status);
            self.open = status == Some(&Status::Active);
            self.observation.container_instance = Seen::Present(activated);
        }
        self.faults.extend(done.faults);
        if let Some(drained) = done.drained {
            let status = drained.described.as_ref().map(|it| &it.status);
            self.open = status != Some(&Status::Active);
            self.observation.container_instance = Seen::Present(drained);
            self.observation.drained_at = Some(now);
            self.observation.tasks = Seen::NotAsked;
            self.observation.services = Seen::NotAsked;
            self.observation.stop_times = Seen::NotAsked;
        }
        if let (Some(attribute), Seen::Present(it)) =
            (done.remembered, &mut self.observation.container_instance)
            && let Some(described) = &mut it.described
        {
            described.attribute = Some(attribute);
        }
    }

    /// What stands in the way of handling it: an answer that is missing, a cluster that it has not joined, actions that failed.
    pub(super) fn troubles(&self) -> Vec<Fault> {
        let missing = match self.decision.as_ref().map(|decision| &decision.reason) {
            Some(Reason::Unanswered(unanswered)) => Some(Fault::from(unanswered.clone())),
            Some(Reason::EarlyEvent) => {
                let id = &self.observation.ec2_instance;
                Some(Fault::Busy(format!("{id} has not joined its cluster yet")))
            }
            _ => None,
        };
        self.faults.iter().cloned().chain(missing).collect()
    }

    /// Whether the heartbeats that were due are sent: which ones are, the hooks tell, and none failed.
    pub(super) fn has_sent_heartbeats(&self) -> bool {
        self.observation.knows_its_hooks() && self.troubles().is_empty()
    }

    /// Takes a decision. The group, where the decision sends the instance on its way out of it.
    pub(super) fn decided(&mut self, decision: Decision) -> Option<String> {
        let leaves = decision.actions.contains(&Action::Replace)
            || decision.reason == Reason::RebalanceDrains;
        self.decision = Some(decision);
        self.open = false;
        if leaves { self.group_name().map(str::to_owned) } else { None }
    }

    /// One more of this group is on its way out.
    pub(super) fn count_leaving(&mut self, group: &str) {
        let of_it = self.group_name() == Some(group);
        if let (true, Seen::Present(seen)) = (of_it, &mut self.observation.group) {
            seen.leaving += 1;
        }
    }

    /// Whether EC2 said that it is gone, and nothing waited for us.
    pub(super) fn is_gone_unheld(&self) -> bool {
        let reason = self.decision.as_ref().map(|decision| &decision.reason);
        self.observation.triggers.say_that_ec2_is_gone()
            && matches!(reason, Some(Reason::NotWaiting { .. }))
    }

    /// The lifecycle action that stands in its attribute.
    pub(super) fn remembered_action(&self) -> Option<&RememberedAction> {
        let described = self.observation.container_instance.present()?.described.as_ref()?;
        described.attribute.as_ref()?.action.as_ref()
    }

    /// Whether its lifecycle action was completed, now or before.
    pub(super) fn is_released(&self) -> bool {
        let reason = self.decision.as_ref().map(|decision| &decision.reason);
        matches!(reason, Some(Reason::NotWaiting { .. })) || self.is_completed()
    }

    /// Whether its lifecycle action was completed now.
    pub(super) fn is_completed(&self) -> bool {
        let actions = self.decision.iter().flat_map(|decision| &decision.actions);
        self.faults.is_empty()
            && actions.into_iter().any(|it| matches!(it, Action::Complete { .. }))
    }
}

#[cfg(test)]
mod tests {
    use drain::observation::{ContainerInstance, GroupMember};

    use super::*;
    use crate::observe::container_instances::gone;

    fn draining() -> ContainerInstance {
        let mut it = gone("arn/ci-1", "web");
        if let Some(described) = &mut it.described {
            described.status = Status::Draining;
        }
        it
    }

    #[test]
    fn one_that_was_set_draining_is_decided_again() {
        let mut instance = BatchInstance::new("i-1", Triggers::default());
        instance.open = false;
        instance.observation.tasks = Seen::Present(Vec::new());

        instance.apply_result(
            ActionResult { drained: Some(draining()), ..ActionResult::default() },
            Timestamp::UNIX_EPOCH,
        );

        assert!(instance.open);
        assert!(instance.observation.tasks.is_open());
    }

    #[test]
    fn one_that_was_set_active_is_decided_again_unless_something_went_wrong() {
        let mut active = draining();
        if let Some(described) = &mut active.described {
            described.status = Status::Active;
        }
        let done = ActionResult { activated: Some(active), ..ActionResult::default() };
        let failed =
            ActionResult { faults: vec![Fault::Busy("writing".to_owned())], ..done.clone() };
        let mut instances = [
            BatchInstance::new("i-1", Triggers::default()),
            BatchInstance::new("i-2", Triggers::default()),
        ];

        for (instance, done) in instances.iter_mut().zip([done, failed]) {
            instance.open = false;
            instance.apply_result(done, Timestamp::UNIX_EPOCH);
        }

        assert_eq!(instances.map(|instance| instance.open), [true, false]);
    }

    #[test]
    fn one_whose_draining_failed_is_not() {
        let mut instance = BatchInstance::new("i-1", Triggers::default());
        instance.open = false;

        instance.apply_result(
            ActionResult {
                faults: vec![Fault::Busy("setting".to_owned())],
                ..ActionResult::default()
            },
            Timestamp::UNIX_EPOCH,
        );

        assert!(!instance.open);
        assert_eq!(instance.troubles().len(), 1);
    }

    #[test]
    fn what_was_remembered_is_known_at_the_next_look() {
        let mut instance = BatchInstance::new("i-1", Triggers::default());
        let attribute = drain::attribute::DrainAttribute {
            draining_since: Some(Timestamp::UNIX_EPOCH),
            ..Default::default()
        };

        let drained = Some(draining());
        let remembered = Some(attribute.clone());
        instance.apply_result(
            ActionResult { drained, remembered, ..ActionResult::default() },
            Timestamp::UNIX_EPOCH,
        );

        let described =
            instance.observation.container_instance.present().unwrap().described.as_ref();
        assert_eq!(described.unwrap().attribute, Some(attribute));
    }

    #[test]
    fn what_is_asked_about_a_group_waits_for_its_name() {
        let mut instance = BatchInstance::new("i-1", Triggers::default());
        assert_eq!(instance.prerequisite(Question::Hooks), Question::Member);
        assert_eq!(instance.prerequisite(Question::Tasks), Question::Tasks);

        instance.observation.member = Seen::Absent;

        assert_eq!(instance.prerequisite(Question::Hooks), Question::Hooks);
    }

    #[test]
    fn the_group_that_auto_scaling_names_wins_over_the_one_that_was_told() {
        let mut instance = BatchInstance::new("i-1", Triggers::default());
        assert_eq!(instance.group_name(), None);

        instance.observation.member = Seen::Present(GroupMember {
            group: "web".to_owned(),
            lifecycle_state: "InService".to_owned(),
            healthy: true,
        });

        assert_eq!(instance.group_name(), Some("web"));
    }
}
