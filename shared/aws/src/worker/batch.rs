//! A batch of messages: all instances that it names are observed, decided and acted on together, in rounds.

use std::collections::BTreeSet;

use drain::decision::{Question, Verdict};
use drain::limits::ROUNDS;
use drain::trigger::{TriggerKind, Triggers};
use drain::triggers::collect_triggers;
use futures::future;
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::{BatchInstance, BatchInstances};
use super::batch_signals::BatchSignals;
use super::group_tags::GroupTags;
use super::message::ReceivedMessage;
use super::message_outcome::MessageOutcomes;
use super::questions::{InstanceAnswers, OpenQuestions};
use super::tags_of_group::TagsOfGroup;
use crate::act::Order;
use crate::feed::Feed;
use crate::limiter::in_background;
use crate::message_chain::MessageChain;

impl Worker {
    /// Handles a batch of messages, and returns the ids of those that failed.
    pub(super) async fn handle_batch(&self, messages: &[ReceivedMessage]) -> BTreeSet<String> {
        let now = self.now();
        let chain = messages.first().map(|message| message.chain).unwrap_or_default();
        let mut outcomes = MessageOutcomes::new(messages.len());
        let signals = self.parse_messages(messages, now, &mut outcomes);
        self.handle_stop_plans(&signals, &mut outcomes, chain, now).await;
        self.remember_placement_failures(signals.iter(), now);
        let mut instances = self.triggered_instances(&signals, now);
        self.handle_ecs_events(&signals, &mut instances, &mut outcomes, chain, now).await;
        outcomes.add_logged(self.handle_sweep(&signals, &mut instances, now).await);
        match self.feed {
            Feed::Sweep => in_background(self.decide_and_act(&mut instances, chain)).await,
            _ => self.decide_and_act(&mut instances, chain).await,
        }
        self.remember_batch(&instances);
        self.forget_awaited_registrations(&instances);
        outcomes.add_instances(&instances);
        self.forward_messages(messages, &signals, &instances, outcomes).await
    }

    /// Returns the feed of a message. A function may serve a second queue: that of the stop plans.
    fn feed_of(&self, message: &ReceivedMessage) -> Feed {
        let plans = self.config.stop_plan_queue_url.as_deref();
        let is_plan = plans.is_some_and(|url| message.is_from(url));
        if self.feed == Feed::SpotInterruption && is_plan { Feed::StopPlans } else { self.feed }
    }

    fn parse_messages(
        &self,
        messages: &[ReceivedMessage],
        now: Timestamp,
        outcomes: &mut MessageOutcomes,
    ) -> BatchSignals {
        let mut signals = BatchSignals::default();
        for (position, message) in messages.iter().enumerate() {
            match message.signal(self.feed_of(message), now) {
                Ok(Some(signal)) => signals.push(position, signal),
                Ok(None) => {}
                Err(outcome) => outcomes.worsen(position, outcome),
            }
        }
        signals
    }

    /// Returns the instances that signals name, with their triggers.
    fn triggered_instances(&self, signals: &BatchSignals, now: Timestamp) -> BatchInstances {
        let batch = collect_triggers(signals.iter(), &self.config.policy);
        for (ec2_instance, reason) in batch.ignored {
            self.log_ignored_signal(&ec2_instance, &reason, now);
        }
        let mut instances: BatchInstances = batch
            .instances
            .into_iter()
            .map(|(id, triggers)| (id.clone(), BatchInstance::new(&id, triggers)))
            .collect();
        for (id, positions) in signals.by_ec2_instance() {
            if let Some(instance) = instances.get_mut(id) {
                instance.messages.extend(positions);
            }
        }
        instances
            .retain(|id, instance| !self.is_known_gone(id, &instance.observation.triggers, now));
        count_taken(&mut instances);
        enter_stops_ahead(&mut instances, signals);
        instances
    }

    /// Returns true if EC2 reports a second time that an instance is gone, and no hook of ebb held the instance. `terminated`
    /// follows `shutting-down`, and adds nothing.
    fn is_known_gone(&self, ec2_instance: &str, triggers: &Triggers, now: Timestamp) -> bool {
        triggers.are_only(&[TriggerKind::Ec2State])
            && self.memory().gone_instances.contains(ec2_instance, now)
    }

    /// Observes, decides and acts in rounds, until no instance is open.
    async fn decide_and_act(&self, instances: &mut BatchInstances, chain: MessageChain) {
        let mut tags = self.known_group_tags(self.now());
        for _ in 0..ROUNDS {
            let now = self.now();
            let Round { mut questions, orders, needs_tags } =
                self.decide_open(instances, &tags, chain, now);
            if questions.is_empty() && orders.is_empty() && !needs_tags {
                return;
            }
            let remembered = self.remembered_members(&mut questions, instances, now);
            let reads_tags = needs_tags
                || tags.is_worth_reading(instances)
                || tags.may_answer(&questions, instances);
            let asking = if reads_tags { questions.remove(&Question::Member) } else { None };
            let new_tags =
                async { if reads_tags { Some(self.query_group_tags(now).await) } else { None } };
            let answers = self.answer(&questions, instances, now);
            let results = self.perform(&orders, now);
            let (mut answers, results, new_tags) = future::join3(answers, results, new_tags).await;
            tags = new_tags.unwrap_or(tags);
            answers.extend(tags.member_answers(asking.unwrap_or_default()));
            answers.extend(remembered);
            enter_answers(instances, answers);
            self.remember_rechecks(&orders, &results, now);
            for (id, result) in results {
                if let Some(instance) = instances.get_mut(&id) {
                    instance.apply_result(result, self.now());
                }
            }
        }
        log_undecided(instances);
    }

    /// Decides about every open instance. Returns the questions that it needs answered, and the orders.
    ///
    /// An instance with an action stays open until the tags of its group are known. The tags may say that ebb only observes.
    fn decide_open(
        &self,
        instances: &mut BatchInstances,
        tags: &GroupTags,
        chain: MessageChain,
        now: Timestamp,
    ) -> Round {
        let mut round = Round::default();
        let open = instances.iter().filter(|(_, instance)| instance.is_open);
        for id in open.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            let Some(instance) = instances.get_mut(&id) else { continue };
            let known = tags.of_instance(instance);
            let (policy, bad_tags) = instance.policy(&self.config.policy, &known);
            let mut decision = match (self.decider)(&instance.observation, &policy, now) {
                Verdict::Ask(questions) => {
                    round.ask(instance, questions);
                    continue;
                }
                Verdict::Decided(decision) => decision,
            };
            match known {
                _ if decision.actions.is_empty() => {}
                TagsOfGroup::Known(_) | TagsOfGroup::NoGroup => {}
                TagsOfGroup::Unknown => {
                    round.needs_tags = true;
                    continue;
                }
                TagsOfGroup::Busy(fault) => {
                    instance.set_unanswered(fault.clone());
                    continue;
                }
            }
            instance.mode = policy.mode;
            self.log_decision(instance, &decision, &bad_tags, now);
            decision.actions.retain(|action| action.is_performed_in(policy.mode));
            let group = instance.group_name().or(tags.group_of(instance)).map(str::to_owned);
            let order = instance.order(&decision, group, chain);
            round.orders.extend(order.and_then(|it| self.without_sent_rechecks(it, now)));
            if let Some(group) = instance.set_decision(decision) {
                self.count_leaving(instances, &group);
            }
        }
        round
    }

    /// Counts an instance that ebb takes out of its group, for the other instances of this batch and of later ones.
    fn count_leaving(&self, instances: &mut BatchInstances, group: &str) {
        if let Some(cached) = self.memory().groups.get_mut(group) {
            cached.group.leaving += 1;
        }
        for instance in instances.values_mut().filter(|instance| instance.is_open) {
            instance.count_leaving(group);
        }
    }
}

/// Enters how many instances the events of the batch take.
fn count_taken(instances: &mut BatchInstances) {
    let taken = |instance: &&BatchInstance| instance.observation.triggers.take_the_instance();
    let taken_together = instances.values().filter(taken).count();
    for instance in instances.values_mut() {
        instance.observation.taken_together = taken_together;
    }
}

/// Enters how much earlier stops begin, as the rechecks of the batch say.
fn enter_stops_ahead(instances: &mut BatchInstances, signals: &BatchSignals) {
    for recheck in signals.rechecks() {
        for id in &recheck.ec2_instances {
            if let Some(instance) = instances.get_mut(id) {
                let seen = &mut instance.observation;
                seen.stops_ahead = seen.stops_ahead.max(recheck.stops_ahead);
            }
        }
    }
}

/// Questions and orders of one round.
#[derive(Default)]
struct Round {
    questions: OpenQuestions,
    orders: Vec<Order>,
    /// True if an action waits for the tags of its group.
    needs_tags: bool,
}

impl Round {
    fn ask(&mut self, instance: &BatchInstance, questions: Vec<Question>) {
        for question in questions {
            let first = instance.prerequisite(question);
            self.questions.entry(first).or_default().insert(instance.id());
        }
    }
}

/// Logs instances that no round decided.
fn log_undecided(instances: &BatchInstances) {
    let open = instances.iter().filter(|(_, instance)| instance.is_open);
    let open: Vec<&str> = open.map(|(id, _)| id.as_str()).collect();
    if !open.is_empty() {
        let named = open.join(", ");
        tracing::error!(
            ?open,
            "{named} not decided after {ROUNDS} rounds; this is a bug in ebb, report it"
        );
    }
}

/// Enters answers into the observations. Answers about the container instance come last, because they may clear others.
fn enter_answers(instances: &mut BatchInstances, answers: InstanceAnswers) {
    let (last, first): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|(_, answer)| answer.is_about_container_instance());
    for (id, answer) in first.into_iter().chain(last) {
        if let Some(instance) = instances.get_mut(&id) {
            instance.is_named_by_event_only &= !answer.is_about_container_instance();
            answer.enter(&mut instance.observation);
        }
    }
}
