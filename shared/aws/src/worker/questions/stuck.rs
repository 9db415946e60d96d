//! The question why service tasks stay on their instance: events and deployments of services, protection of tasks.
//!
//! A placement failure that is known from its event answers for its service. No call asks about that service then.

use std::collections::{BTreeMap, BTreeSet};

use drain::observation::{ContainerInstance, Seen};
use drain::stuck_service::{ServiceEvents, StuckServices, may_be_stuck};
use drain::task::Owner;
use jiff::Timestamp;

use super::answer::{InstanceAnswer, InstanceAnswers};
use crate::fault::Fault;
use crate::observe::{service_events, task_protection};
use crate::parallel::in_parallel;
use crate::worker::Worker;
use crate::worker::batch_instance::BatchInstance;
use crate::worker::fault_log::log_fault;

/// Names of services and ARNs of their tasks in one cluster, and what is known about other services.
#[derive(Default)]
struct Candidates {
    services: BTreeSet<String>,
    tasks: BTreeSet<String>,
    known: BTreeMap<String, ServiceEvents>,
}

impl Worker {
    /// Answers `Question::Stuck`. The answer only informs, so the fault of a call is logged, and its part is left out.
    pub(super) async fn stuck(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        let mut clusters: BTreeMap<&str, Candidates> = BTreeMap::new();
        for instance in &asking {
            let Some(it) = instance.observation.container_instance.present() else { continue };
            self.add_candidates(clusters.entry(&it.cluster).or_default(), instance, it, now);
        }
        let calls = clusters.iter().map(|(cluster, wanted)| self.stuck_in(cluster, wanted));
        let answers = in_parallel(calls.collect()).await;
        let answers: BTreeMap<_, _> = clusters.keys().copied().zip(answers).collect();
        let answer = |instance: &&BatchInstance| {
            let it = instance.observation.container_instance.present()?;
            let stuck = answers.get(it.cluster.as_str())?.clone();
            Some((instance.id(), InstanceAnswer::Stuck(Seen::Present(stuck))))
        };
        asking.iter().filter_map(answer).collect()
    }

    async fn stuck_in(&self, cluster: &str, wanted: &Candidates) -> StuckServices {
        let ecs = &self.clients.ecs;
        let services: Vec<String> = wanted.services.iter().cloned().collect();
        let tasks: Vec<String> = wanted.tasks.iter().cloned().collect();
        let (events, protected) = futures::future::join(
            service_events::describe(ecs, cluster, &services),
            task_protection::protected(ecs, cluster, &tasks),
        )
        .await;
        let (mut events, protected) = (or_logged(events), or_logged(protected));
        events.extend(wanted.known.clone());
        StuckServices { events, protected }
    }

    /// Adds the services and tasks of an instance that may be stuck.
    fn add_candidates(
        &self,
        all: &mut Candidates,
        instance: &BatchInstance,
        it: &ContainerInstance,
        now: Timestamp,
    ) {
        let record = it.described.as_ref().and_then(|described| described.attribute.as_ref());
        let draining_since = record.and_then(|record| record.draining_since);
        let tasks = instance.observation.tasks.present().into_iter().flatten();
        for task in tasks.filter(|task| may_be_stuck(task)) {
            let Owner::Service { name, .. } = &task.owner else { continue };
            match self.known_placement_failure(&it.cluster, name, draining_since, now) {
                Some(known) => drop(all.known.insert(name.clone(), known)),
                None => {
                    all.services.insert(name.clone());
                    all.tasks.insert(task.arn.clone());
                }
            }
        }
    }
}

fn or_logged<T: Default>(answer: Result<T, Fault>) -> T {
    answer.unwrap_or_else(|fault| {
        log_fault(&fault, "the next sweep that lists the tasks asks again");
        T::default()
    })
}
