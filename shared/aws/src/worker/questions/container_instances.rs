//! Questions to ECS about the container instance of an EC2 instance: its place, and its description.

use std::collections::BTreeMap;

use drain::observation::{ContainerInstance, Seen, Status};
use jiff::Timestamp;

use super::answer::{InstanceAnswer, InstanceAnswers};
use super::ecs::host;
use crate::fault::Fault;
use crate::observe::arn_answers::ArnAnswers;
use crate::observe::container_instance_search;
use crate::observe::container_instances::{self, DescribedInstance, inactive};
use crate::parallel::in_parallel;
use crate::worker::Worker;
use crate::worker::batch_instance::BatchInstance;

impl Worker {
    /// Answers `Question::ContainerInstance`.
    pub(super) async fn find(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        if asking.is_empty() {
            return InstanceAnswers::new();
        }
        let ids: Vec<String> = asking.iter().map(|instance| instance.id()).collect();
        let answers = match self.searched_clusters(now).await {
            Ok(clusters) => {
                let seen_in = |id: &str| self.memory().seen_in.get(id, now).cloned();
                container_instance_search::find(&self.clients.ecs, &clusters, &ids, seen_in).await
            }
            Err(fault) => {
                let unanswered = Seen::Unanswered(fault.unanswered());
                ids.into_iter().map(|id| (id, unanswered.clone())).collect()
            }
        };
        let answer = |(id, it)| (id, InstanceAnswer::ContainerInstance(Box::new(it)));
        answers.into_iter().map(answer).collect()
    }

    /// Answers `Question::Description`.
    pub(super) async fn describe(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        let arns = arns_by_cluster(&asking);
        let ecs = &self.clients.ecs;
        let calls =
            arns.iter().map(|(cluster, arns)| container_instances::describe(ecs, cluster, arns));
        let answers = in_parallel(calls.collect()).await;
        let described: BTreeMap<_, _> = answers.into_iter().flatten().collect();
        let managed = self.managed_by_ecs(&asking, &described, now).await;
        let answer = |instance: &&BatchInstance| {
            let it = instance.observation.container_instance.present()?;
            let description = described.get(&it.arn)?;
            let id = instance.id();
            if instance.is_named_by_event_only
                && let Some(is_managed) = managed.get(&it.arn)
            {
                let seen = match is_managed {
                    Ok(()) => {
                        self.stop_watching(it);
                        Seen::Absent
                    }
                    Err(fault) => Seen::Unanswered(fault.unanswered()),
                };
                return Some((id, InstanceAnswer::ContainerInstance(Box::new(seen))));
            }
            if instance.is_named_by_event_only && is_deregistered(description) {
                self.stop_watching(it);
                return Some((id, InstanceAnswer::OtherContainerInstance));
            }
            let is_in_doubt = !belongs_to(description, &id) || is_disconnected(description);
            if instance.is_named_by_event_only && is_in_doubt {
                return Some((id, InstanceAnswer::OtherContainerInstance));
            }
            let seen = match description {
                Ok(found) => Seen::Present(found.container_instance.clone()),
                Err(Fault::Gone(_)) => Seen::Present(inactive(&it.arn, &it.cluster)),
                Err(fault) => Seen::Unanswered(fault.unanswered()),
            };
            Some((id, InstanceAnswer::ContainerInstance(Box::new(seen))))
        };
        asking.iter().filter_map(answer).collect()
    }

    /// Returns the container instances that only events name and that belong to ECS Managed Instances, by ARN. One that may
    /// belong to them has the fault. A search leaves them out.
    async fn managed_by_ecs(
        &self,
        asking: &[&BatchInstance],
        described: &ArnAnswers<DescribedInstance>,
        now: Timestamp,
    ) -> ArnAnswers<()> {
        let named = asking.iter().filter(|instance| instance.is_named_by_event_only);
        let mut managed = ArnAnswers::new();
        for it in named.filter_map(|instance| instance.observation.container_instance.present()) {
            let Some(Ok(found)) = described.get(&it.arn) else { continue };
            match self.is_managed_by_ecs(found, now).await {
                Ok(false) => {}
                Ok(true) => drop(managed.insert(it.arn.clone(), Ok(()))),
                Err(fault) => drop(managed.insert(it.arn.clone(), Err(fault))),
            }
        }
        managed
    }

    /// Makes later events of a deregistered container instance lead to no check.
    pub(super) fn stop_watching(&self, it: &ContainerInstance) {
        self.memory().watch.completed(&it.arn, &it.cluster, self.now());
    }
}

/// Returns true if a container instance is gone or INACTIVE. Returns false without an answer of ECS.
///
/// An agent that registers anew leaves such a container instance behind, so the EC2 instance must be searched for.
fn is_deregistered(answer: &Result<DescribedInstance, Fault>) -> bool {
    match answer {
        Ok(found) => {
            let described = found.container_instance.described.as_ref();
            described.is_some_and(|it| it.status == Status::Inactive)
        }
        Err(fault) => fault.is_gone(),
    }
}

/// Returns true if the agent is disconnected. Another agent of the EC2 instance may have registered since.
fn is_disconnected(answer: &Result<DescribedInstance, Fault>) -> bool {
    let described = answer.as_ref().ok().and_then(|it| it.container_instance.described.as_ref());
    described.is_some_and(|it| !it.agent_connected)
}

/// Returns true if a container instance belongs to this EC2 instance, as far as ECS answers.
fn belongs_to(answer: &Result<DescribedInstance, Fault>, ec2_instance: &str) -> bool {
    let found = answer.as_ref().ok();
    found.is_none_or(|found| found.ec2_instance.as_deref() == Some(ec2_instance))
}

fn arns_by_cluster(asking: &[&BatchInstance]) -> BTreeMap<String, Vec<String>> {
    let mut clusters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for host in asking.iter().filter_map(|instance| host(instance)) {
        clusters.entry(host.cluster).or_default().push(host.container_instance);
    }
    clusters
}
