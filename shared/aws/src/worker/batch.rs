//! A batch as one question: everything that its messages name is asked for, decided and acted on together, in rounds.

use std::collections::{BTreeMap, BTreeSet};

use drain::decide::ROUNDS;
use drain::decision::{Action, Question, Verdict};
use drain::mutant::Mutant;
use drain::observation::{Seen, Status, Told};
use drain::signal::Signal;
use drain::told;
use drain::watch::Draining;
use futures::future;
use jiff::Timestamp;

use super::Worker;
use super::case::{Case, Cases};
use super::fate::{Fate, Fates};
use super::record::Record;
use crate::act::{self, Order};
use crate::chain::Chain;
use crate::config::Mode;

/// A signal, and the position of its message.
pub(super) type Heard = Vec<(usize, Signal)>;

impl Worker {
    /// Handles messages together, and gives the ids of those that failed.
    pub(super) async fn batch(&self, records: &[Record]) -> BTreeSet<String> {
        let now = self.now();
        let chain = records.first().map(|record| record.chain).unwrap_or_default();
        let mut fates = Fates::new(records.len());
        let heard = self.hear(records, now, &mut fates);
        let mut cases = self.told(&heard, now);
        self.follow(&heard, &mut cases, &mut fates, chain, now).await;
        self.sweep(&heard, &mut cases, now).await;
        self.settle(&mut cases, chain).await;
        self.learn(&cases);
        self.wait_for_joining(&cases);
        fates.blame(&cases);
        self.close(records, &heard, fates).await
    }

    fn hear(&self, records: &[Record], now: Timestamp, fates: &mut Fates) -> Heard {
        let mut heard = Vec::new();
        for (position, record) in records.iter().enumerate() {
            match record.signal(self.feed, now) {
                Ok(signal) => heard.extend(signal.map(|signal| (position, signal))),
                Err(_) if Mutant::FailsTheBatchOfAPoisonMessage.is_on() => {
                    (0..records.len()).for_each(|each| fates.set(each, Fate::Failed));
                }
                Err(fate) => fates.set(position, fate),
            }
        }
        heard
    }

    /// The instances that messages name, with what they tell of them.
    fn told(&self, heard: &Heard, now: Timestamp) -> Cases {
        let telling = told::tell(heard.iter().map(|(_, signal)| signal), &self.config.policy);
        for (ec2_instance, reason) in telling.settled {
            self.tell_settled(&ec2_instance, reason, now);
        }
        let instances = telling.instances.into_iter();
        let mut cases: Cases =
            instances.map(|(id, told)| (id.clone(), Case::new(&id, told))).collect();
        for (position, signal) in heard {
            for id in named(signal) {
                if let Some(case) = cases.get_mut(id) {
                    case.sources.insert(*position);
                }
            }
        }
        cases.retain(|id, case| !self.was_let_go(id, &case.observation.told, now));
        cases
    }

    /// Whether EC2 only says again that an instance is gone which nothing waited for: `terminated` follows upon
    /// `shutting-down`, and the second tells nothing that the first did not.
    fn was_let_go(&self, ec2_instance: &str, told: &Told, now: Timestamp) -> bool {
        told.is_only_an_ec2_state() && self.memory().gone.get(ec2_instance, now).is_some()
    }

    /// Asks, decides and acts until nothing is open.
    async fn settle(&self, cases: &mut Cases, chain: Chain) {
        for _ in 0..ROUNDS {
            let now = self.now();
            let (asked, orders) = self.judge(cases, chain, now);
            if asked.is_empty() && orders.is_empty() {
                return;
            }
            let answers = self.answer(&asked, cases, now);
            let acts = act::perform(&self.clients, &self.config.queue_url, &orders, now);
            let (answers, outcome) = future::join(answers, acts).await;
            let (places, others): (Vec<_>, Vec<_>) =
                answers.into_iter().partition(|(_, answer)| answer.is_of_its_place());
            // Last, since it may take back what the others say.
            for (id, answer) in others.into_iter().chain(places) {
                if let Some(case) = cases.get_mut(&id) {
                    case.place_is_told &= !answer.is_of_its_place();
                    answer.enter(&mut case.observation);
                }
            }
            self.keep_asked_looks(&orders, &outcome, now);
            for (id, done) in outcome {
                if let Some(case) = cases.get_mut(&id) {
                    case.take(done, self.now());
                }
            }
        }
        let open: Vec<_> = cases.iter().filter(|(_, case)| case.open).map(|(id, _)| id).collect();
        if !open.is_empty() {
            tracing::error!(?open, "not decided after {ROUNDS} rounds: a mistake in ebb");
        }
    }

    /// Decides what is open: what is still to be asked, by question, and what is to be done.
    fn judge(
        &self,
        cases: &mut Cases,
        chain: Chain,
        now: Timestamp,
    ) -> (BTreeMap<Question, BTreeSet<String>>, Vec<Order>) {
        let mut asked: BTreeMap<Question, BTreeSet<String>> = BTreeMap::new();
        let mut orders = Vec::new();
        let open = cases.iter().filter(|(_, case)| case.open).map(|(id, _)| id.clone());
        for id in open.collect::<Vec<_>>() {
            let Some(case) = cases.get_mut(&id) else { continue };
            let (policy, bad_tags) = case.policy(&self.config.policy);
            match (self.decider)(&case.observation, &policy, now) {
                Verdict::Ask(questions) => {
                    for question in questions {
                        asked.entry(case.comes_first(question)).or_default().insert(id.clone());
                    }
                }
                Verdict::Decided(mut decision) => {
                    self.tell(&case.observation, &decision, &bad_tags, now);
                    if self.config.mode == Mode::Observe {
                        decision.actions.retain(Action::keeps_alive);
                    }
                    let order = case.order(&decision, chain);
                    orders.extend(order.and_then(|it| self.with_looks_to_ask_for(it, now)));
                    if let Some(group) = case.decided(decision) {
                        self.count_leaving(cases, &group);
                    }
                }
            }
        }
        (asked, orders)
    }

    /// An instance that is sent on its way out counts for the rest of its group, in this batch and in the next ones.
    fn count_leaving(&self, cases: &mut Cases, group: &str) {
        if let Some(kept) = self.memory().groups.get_mut(group) {
            kept.group.leaving += 1;
        }
        for case in cases.values_mut().filter(|case| case.open) {
            case.count_leaving(group);
        }
    }

    /// Keeps what the looks saw, so that task events need no call. Where something went wrong, the events that led to
    /// the look come again and must lead to another one: they are not crossed off.
    fn learn(&self, cases: &Cases) {
        let now = self.now();
        let mut memory = self.memory();
        for case in cases.values() {
            if case.is_gone_and_let_go() {
                memory.gone.put(&case.observation.ec2_instance, (), now);
            }
            if let (true, Some(action)) = (case.is_completed(), case.remembered_action()) {
                memory.completed.put(&case.observation.ec2_instance, action.clone(), now);
            }
            if let (Some(minute), true) = (case.observation.told.sweep, case.is_beaten()) {
                memory.beaten.put(&case.observation.ec2_instance, minute, now);
            }
            let Some(it) = case.observation.container_instance.present() else { continue };
            if case.is_released() {
                memory.watch.released(&it.arn, &it.cluster, now);
                continue;
            }
            let Some(described) = &it.described else { continue };
            if described.status != Status::Draining {
                memory.watch.forget(&it.arn);
                continue;
            }
            if !case.troubles().is_empty() {
                continue;
            }
            let left = match &case.observation.tasks {
                Seen::Present(tasks) => Some(tasks.iter().filter(|task| !task.stopped)),
                Seen::NotAsked => None,
                Seen::Absent | Seen::Unanswered(_) => continue,
            };
            let left = left.map(|left| left.map(|task| task.arn.clone()).collect());
            let seen = Draining {
                container_instance: it.arn.clone(),
                ec2_instance: Some(case.observation.ec2_instance.clone()),
                tasks: described.tasks,
            };
            memory.watch.looked_at(&seen, &it.cluster, left, now);
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
        Signal::Look(look) => look.ec2_instances.iter().collect(),
        Signal::TaskStopped(_) | Signal::ContainerInstance(_) | Signal::Sweep { .. } => Vec::new(),
    }
}
