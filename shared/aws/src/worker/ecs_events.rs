//! What ECS events lead to: a look at container instances on which the last task may have stopped, and at those that a
//! launching lifecycle action may wait for.
//!
//! Whether a container instance drains is asked once per cluster for any number of events; most
//! events end here without a call.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::observation::{ContainerInstance, Observation, Seen, Status};
use drain::signal::{Signal, TaskStopped};
use drain::trigger::{Trigger, Triggers};
use drain::watch::{Candidate, ClusterQuery, DrainingInstance};
use jiff::Timestamp;

use super::Worker;
use super::batch::BatchSignals;
use super::batch_instance::{BatchInstance, BatchInstances};
use super::decision_log::log_task_end;
use super::message_outcome::MessageOutcomes;
use crate::act::{self, Order};
use crate::fault::Fault;
use crate::message_chain::MessageChain;
use crate::observe::all;
use crate::observe::container_instances::{self, Found, Selection};

/// What a service's tasks have as the beginning of their group (ECS developer guide, task groups).
const SERVICE: &str = "service:";

/// After which an instance is looked at that another process has most likely heard more of: by
/// then that one has looked.
const IN_A_MOMENT: Duration = Duration::from_secs(2);

/// Positions of messages, by the ARN of the container instance that they speak of.
type Sources = BTreeMap<String, BTreeSet<usize>>;

impl Worker {
    /// Takes the events of ECS in, and opens a case for each container instance that is worth a look.
    pub(super) async fn follow(
        &self,
        signals: &BatchSignals,
        instances: &mut BatchInstances,
        outcomes: &mut MessageOutcomes,
        chain: MessageChain,
        now: Timestamp,
    ) {
        self.take_in(signals, now);
        let sources = sources(signals);
        let unknown = self.query_unknown(&sources, signals, outcomes, now).await;
        self.recheck_soon(&unknown, chain, now).await;
        self.ended(now).iter().for_each(log_task_end);
        for (id, Candidate { container_instance: arn, cluster, .. }) in self.candidates(now) {
            let it = ContainerInstance { arn, cluster, described: None };
            open(instances, (id, it), &sources, Trigger::LastTaskStopped);
        }
        for joined in self.joined(signals, now) {
            open(instances, joined, &sources, Trigger::Registered);
        }
    }

    /// Tells the watch of every event of a cluster that is served, and keeps standalone tasks that stopped.
    fn take_in(&self, signals: &BatchSignals, now: Timestamp) {
        let settle_time = self.config.policy.settle_time;
        let mut memory = self.memory();
        for (_, signal) in signals {
            match signal {
                Signal::TaskStopped(stopped) if self.config.serves(&stopped.cluster) => {
                    memory.watch.task_stopped(stopped, now);
                    let told = memory.logged_task_ends.get(&stopped.task, now).is_some();
                    if !told && !stopped.group.starts_with(SERVICE) {
                        memory.ended.put(&stopped.task, stopped.clone(), now);
                    }
                }
                Signal::ContainerInstance(change) if self.config.serves(&change.cluster) => {
                    memory.watch.container_instance_changed(change, settle_time, now);
                }
                _ => {}
            }
        }
    }

    /// Standalone tasks that ended on container instances that are known to drain by now, each once.
    fn ended(&self, now: Timestamp) -> Vec<TaskStopped> {
        let memory = &mut *self.memory();
        let watch = &memory.watch;
        let ended = memory.ended.extract(|it| watch.is_draining(&it.container_instance), now);
        for stopped in &ended {
            memory.logged_task_ends.put(&stopped.task, (), now);
        }
        ended
    }

    /// Asks about container instances of which only the end of a task spoke. The EC2 instances of those on which nothing
    /// is counted any more.
    async fn query_unknown(
        &self,
        sources: &Sources,
        signals: &BatchSignals,
        outcomes: &mut MessageOutcomes,
        now: Timestamp,
    ) -> Vec<String> {
        let mut later = Vec::new();
        let asks = self.memory().watch.queries(now);
        let answers = all(asks.iter().map(|(cluster, ask)| self.ask(cluster, ask, now)).collect());
        for (cluster, answer) in asks.keys().zip(answers.await) {
            match answer {
                Ok(candidates) => later.extend(candidates),
                // An old event of a cluster that was deleted since: nothing of it is left to be looked at.
                Err(Fault::NoCluster(_)) if self.config.clusters.is_empty() => {
                    self.memory().watch.cluster_is_gone(cluster);
                }
                Err(fault) => outcomes.trouble(&fault, of_cluster(cluster, sources, signals)),
            }
        }
        later.into_iter().filter_map(|candidate| candidate.ec2_instance).collect()
    }

    async fn recheck_soon(&self, ec2_instances: &[String], chain: MessageChain, now: Timestamp) {
        let orders = ec2_instances.iter().map(|id| Order::look(id, now + IN_A_MOMENT, chain));
        let orders = orders.filter_map(|order| self.without_pending_rechecks(order, now));
        let orders: Vec<Order> = orders.collect();
        if !orders.is_empty() {
            act::perform(&self.clients, &self.config.queue_url, &orders, now).await;
        }
    }

    async fn ask(
        &self,
        cluster: &str,
        ask: &ClusterQuery,
        now: Timestamp,
    ) -> Result<Vec<Candidate>, Fault> {
        let ecs = &self.clients.ecs;
        let arns = match ask {
            ClusterQuery::Describe(arns) => arns.clone(),
            ClusterQuery::List => {
                let members = container_instances::list(ecs, cluster, Selection::Draining).await?;
                self.memory().watch.listed(cluster, members, now)
            }
        };
        let answers = container_instances::describe(ecs, cluster, &arns).await;
        let found = answers.into_values().filter(|answer| !matches!(answer, Err(Fault::Gone(_))));
        let found = found.collect::<Result<Vec<_>, _>>()?;
        let drains: Vec<DrainingInstance> = found.iter().filter_map(draining).collect();
        Ok(self.memory().watch.described(cluster, &arns, &drains, now))
    }

    /// What is worth a look. A container instance without an EC2 instance is an external one: no group lets it go.
    fn candidates(&self, now: Timestamp) -> Vec<(String, Candidate)> {
        let candidates = self.memory().watch.candidates(now).into_iter();
        candidates.filter_map(|it| Some((it.ec2_instance.clone()?, it))).collect()
    }
}

/// A container instance for the watch, if it drains.
pub(super) fn draining(found: &Found) -> Option<DrainingInstance> {
    let described = found.container_instance.described.as_ref()?;
    (described.status == Status::Draining).then(|| DrainingInstance {
        container_instance: found.container_instance.arn.clone(),
        ec2_instance: found.ec2_instance.clone(),
        tasks: described.tasks,
    })
}

fn open(
    instances: &mut BatchInstances,
    (id, it): (String, ContainerInstance),
    sources: &Sources,
    trigger: Trigger,
) {
    let instance =
        instances.entry(id).or_insert_with_key(|id| BatchInstance::new(id, Triggers::default()));
    let Observation { triggers, container_instance, .. } = &mut instance.observation;
    triggers.add(trigger);
    instance.sources.extend(sources.get(&it.arn).into_iter().flatten());
    if container_instance.present().is_none_or(|known| known.described.is_none()) {
        *container_instance = Seen::Present(it);
        instance.is_named_by_event_only = true;
    }
}

fn sources(signals: &BatchSignals) -> Sources {
    let mut sources = Sources::new();
    for (position, signal) in signals {
        if let Some((_, arn)) = spoken_of(signal) {
            sources.entry(arn.to_owned()).or_default().insert(*position);
        }
    }
    sources
}

fn of_cluster(cluster: &str, sources: &Sources, signals: &BatchSignals) -> BTreeSet<usize> {
    let arns = signals.iter().filter_map(|(_, signal)| spoken_of(signal));
    let of_it = arns.filter(|(of, _)| *of == cluster);
    of_it.filter_map(|(_, arn)| sources.get(arn)).flatten().copied().collect()
}

/// The cluster and the container instance that an event of ECS speaks of.
fn spoken_of(signal: &Signal) -> Option<(&str, &str)> {
    match signal {
        Signal::TaskStopped(it) => Some((&it.cluster, &it.container_instance)),
        Signal::ContainerInstance(it) => Some((&it.cluster, &it.container_instance)),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use drain::signal::ContainerInstanceChange;
    use drain::trigger::TriggerKind;

    use super::*;

    pub(in crate::worker) fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_772_442_000 + second).unwrap()
    }

    pub(in crate::worker) fn change(
        status: &str,
        registered_at: Option<Timestamp>,
    ) -> ContainerInstanceChange {
        ContainerInstanceChange {
            container_instance: "arn/ci-1".to_owned(),
            cluster: "arn/web".to_owned(),
            ec2_instance: Some("i-1".to_owned()),
            status: status.to_owned(),
            agent_connected: true,
            tasks: Some(0),
            registered_at,
            attribute: None,
            version: 1,
            at: at(0),
        }
    }

    #[test]
    fn an_event_of_ecs_blames_its_own_message() {
        let signals = vec![(3, Signal::ContainerInstance(change("DRAINING", None)))];

        let sources = sources(&signals);

        assert_eq!(sources["arn/ci-1"], BTreeSet::from([3]));
        assert_eq!(of_cluster("arn/web", &sources, &signals), BTreeSet::from([3]));
        assert!(of_cluster("arn/api", &sources, &signals).is_empty());
    }

    #[test]
    fn a_description_that_is_known_already_is_kept() {
        let mut instances = BatchInstances::new();
        let mut known = container_instances::gone("arn/ci-1", "arn/web");
        let bare = ContainerInstance { described: None, ..known.clone() };
        known.cluster = "arn/web".to_owned();

        open(
            &mut instances,
            ("i-1".to_owned(), known.clone()),
            &Sources::new(),
            Trigger::LastTaskStopped,
        );
        open(&mut instances, ("i-1".to_owned(), bare), &Sources::new(), Trigger::Registered);

        assert_eq!(instances["i-1"].observation.container_instance, Seen::Present(known));
        assert!(instances["i-1"].observation.triggers.include(&[TriggerKind::Registered]));
    }
}
