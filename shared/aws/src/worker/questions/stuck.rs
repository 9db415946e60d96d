//! The question why service tasks stay on their instance: events and deployments of services, protection of tasks.

use std::collections::{BTreeMap, BTreeSet};

use drain::observation::Seen;
use drain::stuck_service::{StuckServices, may_be_stuck};
use drain::task::Owner;

use super::answer::{InstanceAnswer, InstanceAnswers};
use crate::fault::Fault;
use crate::observe::{service_events, task_protection};
use crate::parallel::in_parallel;
use crate::worker::Worker;
use crate::worker::batch_instance::BatchInstance;
use crate::worker::fault_log::log_fault;

/// Names of services and ARNs of their tasks in one cluster.
#[derive(Default)]
struct Candidates {
    services: BTreeSet<String>,
    tasks: BTreeSet<String>,
}

impl Worker {
    /// Answers `Question::Stuck`. The answer only informs, so what AWS does not say is logged and left out.
    pub(super) async fn stuck(&self, asking: Vec<&BatchInstance>) -> InstanceAnswers {
        let mut clusters: BTreeMap<&str, Candidates> = BTreeMap::new();
        for instance in &asking {
            let Some(it) = instance.observation.container_instance.present() else { continue };
            let Candidates { services, tasks } = candidates(instance);
            let all = clusters.entry(&it.cluster).or_default();
            all.services.extend(services);
            all.tasks.extend(tasks);
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
        let (events, protected) = (or_logged(events), or_logged(protected));
        StuckServices { events, protected }
    }
}

fn or_logged<T: Default>(answer: Result<T, Fault>) -> T {
    answer.unwrap_or_else(|fault| {
        log_fault(&fault, "the next sweep that lists the tasks asks again");
        T::default()
    })
}

fn candidates(instance: &BatchInstance) -> Candidates {
    let mut found = Candidates::default();
    for task in instance.observation.tasks.present().into_iter().flatten() {
        let Owner::Service { name, .. } = &task.owner else { continue };
        if may_be_stuck(task) {
            found.services.insert(name.clone());
            found.tasks.insert(task.arn.clone());
        }
    }
    found
}
