//! A batch as one question: everything that its messages name is asked for, decided and acted on together, in rounds.

use std::collections::{BTreeMap, BTreeSet};

use drain::decision::{Action, Question, Verdict};
use drain::limits::ROUNDS;
use drain::observation::{Seen, Status};
use drain::signal::Signal;
use drain::trigger::{TriggerKind, Triggers};
use drain::triggers::collect_triggers;
use drain::watch::DrainingInstance;
use futures::future;
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::{BatchInstance, BatchInstances};
use super::message::ReceivedMessage;
use super::message_outcome::MessageOutcomes;
use crate::act::{self, Order};
use crate::config::Mode;
use crate::message_chain::MessageChain;

/// A signal, and the position of its message.
pub(super) type BatchSignals = Vec<(usize, Signal)>;

impl Worker {
    /// Handles messages together, and gives the ids of those that failed.
    pub(super) async fn batch(&self, messages: &[ReceivedMessage]) -> BTreeSet<String> {
        let now = self.now();
        let chain = messages.first().map(|message| message.chain).unwrap_or_default();
        let mut outcomes = MessageOutcomes::new(messages.len());
        let signals = self.parse(messages, now, &mut outcomes);
        let mut instances = self.told(&signals, now);
        self.follow(&signals, &mut instances, &mut outcomes, chain, now).await;
        self.sweep(&signals, &mut instances, now).await;
        self.settle(&mut instances, chain).await;
        self.learn(&instances);
        self.forget_unsettled_registrations(&instances);
        outcomes.blame(&instances);
        self.close(messages, &signals, outcomes).await
    }

    fn parse(
        &self,
        messages: &[ReceivedMessage],
        now: Timestamp,
        outcomes: &mut MessageOutcomes,
    ) -> BatchSignals {
        let mut signals = Vec::new();
        for (position, message) in messages.iter().enumerate() {
            match message.signal(self.feed, now) {
                Ok(signal) => signals.extend(signal.map(|signal| (position, signal))),
                Err(outcome) => outcomes.set(position, outcome),
            }
        }
        signals
    }

    /// The instances that messages name, with what they tell of them.
    fn told(&self, signals: &BatchSignals, now: Timestamp) -> BatchInstances {
        let signals_alone = signals.iter().map(|(_, signal)| signal);
        let batch = collect_triggers(signals_alone, &self.config.policy);
        for (ec2_instance, reason) in batch.ignored {
            self.log_ignored_signal(&ec2_instance, reason, now);
        }
        let instances = batch.instances.into_iter();
        let mut instances: BatchInstances = instances
            .map(|(id, triggers)| (id.clone(), BatchInstance::new(&id, triggers)))
            .collect();
        for (position, signal) in signals {
            for id in named(signal) {
                if let Some(instance) = instances.get_mut(id) {
                    instance.sources.insert(*position);
                }
            }
        }
        instances
            .retain(|id, instance| !self.is_known_gone(id, &instance.observation.triggers, now));
        instances
    }

    /// Whether EC2 only says again that an instance is gone which nothing waited for: `terminated` follows upon
    /// `shutting-down`, and the second tells nothing that the first did not.
    fn is_known_gone(&self, ec2_instance: &str, triggers: &Triggers, now: Timestamp) -> bool {
        triggers.are_only(&[TriggerKind::Ec2State])
            && self.memory().gone.get(ec2_instance, now).is_some()
    }

    /// Asks, decides and acts until nothing is open.
    async fn settle(&self, instances: &mut BatchInstances, chain: MessageChain) {
        for _ in 0..ROUNDS {
            let now = self.now();
            let (asked, orders) = self.decide_open(instances, chain, now);
            if asked.is_empty() && orders.is_empty() {
                return;
            }
            let answers = self.answer(&asked, instances, now);
            let acts = act::perform(&self.clients, &self.config.queue_url, &orders, now);
            let (answers, outcome) = future::join(answers, acts).await;
            let (places, others): (Vec<_>, Vec<_>) =
                answers.into_iter().partition(|(_, answer)| answer.is_about_container_instance());
            // Last, since it may take back what the others say.
            for (id, answer) in others.into_iter().chain(places) {
                if let Some(instance) = instances.get_mut(&id) {
                    instance.is_named_by_event_only &= !answer.is_about_container_instance();
                    answer.enter(&mut instance.observation);
                }
            }
            self.remember_rechecks(&orders, &outcome, now);
            for (id, done) in outcome {
                if let Some(instance) = instances.get_mut(&id) {
                    instance.apply_result(done, self.now());
                }
            }
        }
        let open: Vec<_> =
            instances.iter().filter(|(_, instance)| instance.open).map(|(id, _)| id).collect();
        if !open.is_empty() {
            tracing::error!(?open, "not decided after {ROUNDS} rounds: a mistake in ebb");
        }
    }

    /// Decides what is open: what is still to be asked, by question, and what is to be done.
    fn decide_open(
        &self,
        instances: &mut BatchInstances,
        chain: MessageChain,
        now: Timestamp,
    ) -> (BTreeMap<Question, BTreeSet<String>>, Vec<Order>) {
        let mut asked: BTreeMap<Question, BTreeSet<String>> = BTreeMap::new();
        let mut orders = Vec::new();
        let open = instances.iter().filter(|(_, instance)| instance.open).map(|(id, _)| id.clone());
        for id in open.collect::<Vec<_>>() {
            let Some(instance) = instances.get_mut(&id) else { continue };
            let (policy, bad_tags) = instance.policy(&self.config.policy);
            match (self.decider)(&instance.observation, &policy, now) {
                Verdict::Ask(questions) => {
                    for question in questions {
                        asked
                            .entry(instance.prerequisite(question))
                            .or_default()
                            .insert(id.clone());
                    }
                }
                Verdict::Decided(mut decision) => {
                    self.log_decision(&instance.observation, &decision, &bad_tags, now);
                    if self.config.mode == Mode::Observe {
                        decision.actions.retain(Action::keeps_alive);
                    }
                    let order = instance.order(&decision, chain);
                    orders.extend(order.and_then(|it| self.without_pending_rechecks(it, now)));
                    if let Some(group) = instance.decided(decision) {
                        self.count_leaving(instances, &group);
                    }
                }
            }
        }
        (asked, orders)
    }

    /// An instance that is sent on its way out counts for the rest of its group, in this batch and in the next ones.
    fn count_leaving(&self, instances: &mut BatchInstances, group: &str) {
        if let Some(kept) = self.memory().groups.get_mut(group) {
            kept.group.leaving += 1;
        }
        for instance in instances.values_mut().filter(|instance| instance.open) {
            instance.count_leaving(group);
        }
    }

    /// Keeps what the looks saw, so that task events need no call. Where something went wrong, the events that led to
    /// the look come again and must lead to another one: they are not crossed off.
    fn learn(&self, instances: &BatchInstances) {
        let now = self.now();
        let mut memory = self.memory();
        for instance in instances.values() {
            if instance.is_gone_unheld() {
                memory.gone.put(&instance.observation.ec2_instance, (), now);
            }
            if let (true, Some(action)) = (instance.is_completed(), instance.remembered_action()) {
                memory.completed.put(&instance.observation.ec2_instance, action.clone(), now);
            }
            if let (Some(minute), true) =
                (instance.observation.triggers.sweep(), instance.has_sent_heartbeats())
            {
                memory.heartbeats_sent_until.put(&instance.observation.ec2_instance, minute, now);
            }
            let Some(it) = instance.observation.container_instance.present() else { continue };
            if instance.is_released() {
                memory.watch.completed(&it.arn, &it.cluster, now);
                continue;
            }
            let Some(described) = &it.described else { continue };
            if described.status != Status::Draining {
                memory.watch.forget(&it.arn);
                continue;
            }
            if !instance.troubles().is_empty() {
                continue;
            }
            let left = match &instance.observation.tasks {
                Seen::Present(tasks) => Some(tasks.iter().filter(|task| !task.stopped)),
                Seen::NotAsked => None,
                Seen::Absent | Seen::Unanswered(_) => continue,
            };
            let left = left.map(|left| left.map(|task| task.arn.clone()).collect());
            let seen = DrainingInstance {
                container_instance: it.arn.clone(),
                ec2_instance: Some(instance.observation.ec2_instance.clone()),
                tasks: described.tasks,
            };
            memory.watch.checked(&seen, &it.cluster, left, now);
        }
    }
}

/// The EC2 instances that a signal names.
fn named(signal: &Signal) -> Vec<&String> {
    match signal {
        Signal::LifecycleAction(action) => vec![&action.ec2_instance],
        Signal::SpotInterruption { ec2_instance, .. }
        | Signal::RebalanceRecommendation { ec2_instance, .. }
        | Signal::Ec2InstanceState { ec2_instance, .. } => vec![ec2_instance],
        Signal::ScheduledChange { ec2_instances, .. } => ec2_instances.iter().collect(),
        Signal::Recheck(look) => look.ec2_instances.iter().collect(),
        Signal::TaskStopped(_) | Signal::ContainerInstance(_) | Signal::Sweep { .. } => Vec::new(),
    }
}
