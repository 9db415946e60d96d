//! Events of ECS: they lead to a check of container instances whose last task may have stopped.
//!
//! One call for each cluster answers which container instances drain, for any number of events. Most events end here
//! without a call.

use drain::attribute::DrainAttribute;
use drain::mode::Mode;
use drain::observation::{ContainerInstance, Observation, Seen, Status};
use drain::recheck::{Wait, next_recheck};
use drain::signal::{Signal, TaskStopped};
use drain::task::Owner;
use drain::trigger::{Trigger, Triggers};
use drain::watch::{Candidate, ClusterQuery, DrainingInstance};
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::{BatchInstance, BatchInstances};
use super::batch_signals::{BatchSignals, Positions};
use super::message_outcome::MessageOutcomes;
use super::task_log::log_task_end;
use crate::act::Order;
use crate::fault::Fault;
use crate::message_chain::MessageChain;
use crate::observe::container_instances::{self, DescribedInstance, Selection};
use crate::parallel::in_parallel;

impl Worker {
    /// Handles the events of ECS, and adds each container instance that must be checked to the instances of the batch.
    pub(super) async fn handle_ecs_events(
        &self,
        signals: &BatchSignals,
        instances: &mut BatchInstances,
        outcomes: &mut MessageOutcomes,
        chain: MessageChain,
        now: Timestamp,
    ) {
        self.watch_events(signals, now);
        let unknown = self.query_unknown(signals, outcomes, now).await;
        self.recheck_later(&unknown, chain, now).await;
        self.ended_tasks(now).iter().for_each(log_task_end);
        let positions = signals.by_container_instance();
        for (id, Candidate { container_instance: arn, cluster, .. }) in self.candidates(now) {
            let it = ContainerInstance { arn, cluster, described: None };
            add_instance(instances, (id, it), &positions, Trigger::LastTaskStopped);
        }
        for registered in self.new_registrations(signals, now) {
            add_instance(instances, registered, &positions, Trigger::Registered);
        }
    }

    /// Adds the events of served clusters to the watch, and remembers standalone tasks that stopped.
    fn watch_events(&self, signals: &BatchSignals, now: Timestamp) {
        let served = signals
            .iter()
            .filter(|signal| signal.cluster().is_some_and(|cluster| self.serves(cluster, now)));
        let served: Vec<&Signal> = served.collect();
        let settle_time = self.config.policy.settle_time;
        let mut memory = self.memory();
        for signal in served {
            match signal {
                Signal::TaskStopped(stopped) => {
                    memory.watch.task_stopped(stopped, now);
                    let is_logged = memory.logged_task_ends.contains(&stopped.task, now);
                    if !is_logged && !stopped.group.starts_with(Owner::SERVICE_GROUP) {
                        memory.ended_tasks.insert(&stopped.task, stopped.clone(), now);
                    }
                }
                Signal::ContainerInstance(change) => {
                    if let Some(ec2_instance) = &change.ec2_instance {
                        memory.seen_in.insert(ec2_instance, change.cluster.clone(), now);
                    }
                    memory.watch.container_instance_changed(change, settle_time, now);
                }
                _ => {}
            }
        }
    }

    /// Returns standalone tasks that ended on container instances that are known to drain, each once.
    fn ended_tasks(&self, now: Timestamp) -> Vec<TaskStopped> {
        let memory = &mut *self.memory();
        let watch = &memory.watch;
        let ended = memory.ended_tasks.extract(|it| watch.is_draining(&it.container_instance), now);
        for stopped in &ended {
            memory.logged_task_ends.insert(&stopped.task, (), now);
        }
        ended
    }

    /// Queries container instances that only the end of a task names. Returns the EC2 instances of those without any
    /// counted task.
    async fn query_unknown(
        &self,
        signals: &BatchSignals,
        outcomes: &mut MessageOutcomes,
        now: Timestamp,
    ) -> Vec<String> {
        let mut candidates = Vec::new();
        let queries = self.memory().watch.queries(now);
        let calls = queries.iter().map(|(cluster, query)| self.query(cluster, query, now));
        let answers = in_parallel(calls.collect()).await;
        for (cluster, answer) in queries.keys().zip(answers) {
            match answer {
                Ok(found) => candidates.extend(found),
                // A cluster that was deleted since holds nothing. One that denies the read is an error of every sweep.
                Err(Fault::NoCluster(_) | Fault::Denied(_)) => {
                    self.memory().watch.forget_cluster(cluster);
                }
                Err(fault) => outcomes.add_fault(&fault, signals.in_cluster(cluster)),
            }
        }
        candidates.into_iter().filter_map(|candidate| candidate.ec2_instance).collect()
    }

    async fn query(
        &self,
        cluster: &str,
        query: &ClusterQuery,
        now: Timestamp,
    ) -> Result<Vec<Candidate>, Fault> {
        let ecs = &self.clients.ecs;
        let arns = match query {
            ClusterQuery::Describe(arns) => arns.clone(),
            ClusterQuery::List => {
                let draining = container_instances::list(ecs, cluster, Selection::Draining).await?;
                self.memory().watch.listed(cluster, draining, now)
            }
        };
        let answers = container_instances::describe(ecs, cluster, &arns).await;
        let found = answers.into_values().filter(|answer| !matches!(answer, Err(Fault::Gone(_))));
        let found = found.collect::<Result<Vec<_>, _>>()?;
        let draining: Vec<DrainingInstance> = found.iter().filter_map(draining).collect();
        Ok(self.memory().watch.described(cluster, &arns, &draining, now))
    }

    /// Sends rechecks of EC2 instances about which another process probably received more events.
    async fn recheck_later(&self, ec2_instances: &[String], chain: MessageChain, now: Timestamp) {
        if self.config.policy.mode == Mode::Observe {
            return;
        }
        let recheck = next_recheck(Wait::AnotherProcess, &Triggers::default(), now);
        let orders = ec2_instances.iter().filter_map(|id| {
            let order = Order::recheck(id, recheck.clone()?, chain);
            self.without_sent_rechecks(order, now)
        });
        let orders: Vec<Order> = orders.collect();
        if !orders.is_empty() {
            self.perform(&orders, now).await;
        }
    }

    /// Returns the container instances to check, by EC2 instance. An external instance has none, and no hook holds it.
    fn candidates(&self, now: Timestamp) -> Vec<(String, Candidate)> {
        let candidates = self.memory().watch.candidates(now).into_iter();
        candidates.filter_map(|it| Some((it.ec2_instance.clone()?, it))).collect()
    }
}

/// Returns the container instance for the watch, if it is DRAINING.
fn draining(found: &DescribedInstance) -> Option<DrainingInstance> {
    let described = found.container_instance.described.as_ref()?;
    (described.status == Status::Draining).then(|| DrainingInstance {
        container_instance: found.container_instance.arn.clone(),
        ec2_instance: found.ec2_instance.clone(),
        tasks: described.tasks,
        awaited: described.attribute.as_ref().is_none_or(DrainAttribute::awaits_the_last_task),
    })
}

/// Adds a trigger for an instance whose container instance an event names.
fn add_instance(
    instances: &mut BatchInstances,
    (id, it): (String, ContainerInstance),
    positions: &Positions<'_>,
    trigger: Trigger,
) {
    let instance =
        instances.entry(id).or_insert_with_key(|id| BatchInstance::new(id, Triggers::default()));
    let Observation { triggers, container_instance, .. } = &mut instance.observation;
    triggers.add(trigger);
    instance.messages.extend(positions.get(it.arn.as_str()).into_iter().flatten());
    if container_instance.present().is_none_or(|known| known.described.is_none()) {
        *container_instance = Seen::Present(it);
        instance.is_named_by_event_only = true;
    }
}

#[cfg(test)]
mod tests {
    use drain::trigger::TriggerKind;

    use super::*;

    #[test]
    fn description_is_kept_when_another_event_names_its_container_instance() {
        let mut instances = BatchInstances::new();
        let described = container_instances::inactive("arn/ci-1", "arn/web");
        let bare = ContainerInstance { described: None, ..described.clone() };
        let mut add = |it, trigger| {
            let named = ("i-1".to_owned(), it);
            add_instance(&mut instances, named, &Positions::new(), trigger);
        };

        add(described.clone(), Trigger::LastTaskStopped);
        add(bare, Trigger::Registered);

        let observation = &instances["i-1"].observation;
        assert_eq!(observation.container_instance, Seen::Present(described));
        assert!(observation.triggers.include(&[TriggerKind::Registered]));
    }
}
