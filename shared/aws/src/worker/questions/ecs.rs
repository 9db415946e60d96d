//! What ECS answers: where instances are, what is on them, and what their tasks are.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::observation::{ContainerInstance, Seen, Status};
use drain::stop_time::{Container, stop_time};
use drain::task::{Owner, Service};
use jiff::Timestamp;

use super::{Answers, InstanceAnswer, id};
use crate::fault::Fault;
use crate::memory::service_key;
use crate::observe::container_instances::Found;
use crate::observe::tasks::{self, ContainerInstanceRef};
use crate::observe::{
    all, container_instance_search, container_instances, services, task_definitions,
};
use crate::worker::Worker;
use crate::worker::batch_instance::BatchInstance;

impl Worker {
    pub(super) async fn find(&self, asking: Vec<&BatchInstance>, now: Timestamp) -> Answers {
        if asking.is_empty() {
            return Answers::new();
        }
        let ids: Vec<String> = asking.iter().map(|instance| id(instance)).collect();
        let answers = match self.clusters(now).await {
            Ok(clusters) => {
                container_instance_search::find(&self.clients.ecs, &clusters, &ids).await
            }
            Err(fault) => {
                let unanswered = Seen::Unanswered(fault.unanswered());
                ids.into_iter().map(|id| (id, unanswered.clone())).collect()
            }
        };
        answers
            .into_iter()
            .map(|(id, it)| (id, InstanceAnswer::ContainerInstance(Box::new(it))))
            .collect()
    }

    pub(super) async fn describe(&self, asking: Vec<&BatchInstance>) -> Answers {
        let places = by_cluster(&asking, |it| it.arn.clone());
        let ecs = &self.clients.ecs;
        let describes =
            places.iter().map(|(cluster, arns)| container_instances::describe(ecs, cluster, arns));
        let described: BTreeMap<_, _> =
            all(describes.collect()).await.into_iter().flatten().collect();
        let of = |instance: &&BatchInstance| {
            let it = instance.observation.container_instance.present()?;
            let answer = described.get(&it.arn)?;
            if instance.is_named_by_event_only && is_deregistered(answer) {
                self.ignore_container_instance(it);
                return Some((id(instance), InstanceAnswer::OtherContainerInstance));
            }
            if instance.is_named_by_event_only && !is_of(answer, &id(instance)) {
                return Some((id(instance), InstanceAnswer::OtherContainerInstance));
            }
            let answer = match answer {
                Ok(found) => Seen::Present(found.container_instance.clone()),
                Err(Fault::Gone(_)) => {
                    Seen::Present(container_instances::gone(&it.arn, &it.cluster))
                }
                Err(fault) => Seen::Unanswered(fault.unanswered()),
            };
            Some((id(instance), InstanceAnswer::ContainerInstance(Box::new(answer))))
        };
        asking.iter().filter_map(of).collect()
    }

    pub(super) async fn tasks(&self, asking: Vec<&BatchInstance>, now: Timestamp) -> Answers {
        let places: Vec<ContainerInstanceRef> =
            asking.iter().filter_map(|instance| place(instance)).collect();
        let known = |arn: &str| self.memory().stopped_tasks.get(arn, now).cloned();
        let mut tasks = tasks::on(&self.clients.ecs, &places, known).await;
        let stopped = tasks.values().flatten().flatten().filter(|task| task.stopped);
        for task in stopped {
            self.memory().stopped_tasks.put(&task.arn, task.clone(), now);
        }
        let mut of = |instance: &&BatchInstance| {
            let place = place(instance)?;
            let answer = match tasks.remove(&place.container_instance)? {
                Ok(tasks) => InstanceAnswer::Tasks(Seen::Present(tasks)),
                Err(Fault::Gone(_)) if instance.is_named_by_event_only => {
                    self.ignore_container_instance(
                        instance.observation.container_instance.present()?,
                    );
                    InstanceAnswer::OtherContainerInstance
                }
                Err(Fault::Gone(_)) => {
                    let gone = container_instances::gone(&place.container_instance, &place.cluster);
                    InstanceAnswer::ContainerInstance(Box::new(Seen::Present(gone)))
                }
                Err(fault) => InstanceAnswer::Tasks(Seen::Unanswered(fault.unanswered())),
            };
            Some((id(instance), answer))
        };
        asking.iter().filter_map(&mut of).collect()
    }

    /// What is still to be heard of a container instance that is out of use leads to no look.
    fn ignore_container_instance(&self, it: &ContainerInstance) {
        self.memory().watch.completed(&it.arn, &it.cluster, self.now());
    }

    pub(super) async fn services(&self, asking: Vec<&BatchInstance>, now: Timestamp) -> Answers {
        let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for instance in &asking {
            if let Some(it) = instance.observation.container_instance.present() {
                wanted.entry(&it.cluster).or_default().extend(service_names(instance));
            }
        }
        let asks = wanted.iter().map(|(cluster, names)| self.services_of(cluster, names, now));
        let answers = all(asks.collect()).await;
        let answers: BTreeMap<_, _> = wanted.keys().copied().zip(answers).collect();
        let of = |instance: &&BatchInstance| {
            let it = instance.observation.container_instance.present()?;
            let answer = answers.get(it.cluster.as_str())?.clone();
            Some((
                id(instance),
                InstanceAnswer::Services(answer.map_err(|fault| fault.unanswered())),
            ))
        };
        asking.iter().filter_map(of).collect()
    }

    async fn services_of(
        &self,
        cluster: &str,
        names: &BTreeSet<String>,
        now: Timestamp,
    ) -> Result<BTreeMap<String, Service>, Fault> {
        let key = |name: &String| service_key(cluster, name);
        let mut known = BTreeMap::new();
        for name in names {
            let kept = self.memory().services.get(&key(name), now).cloned();
            known.extend(kept.map(|service| (name.clone(), service)));
        }
        let unknown: Vec<_> = names.iter().filter(|it| !known.contains_key(*it)).cloned().collect();
        let new = services::describe(&self.clients.ecs, cluster, &unknown).await?;
        for (name, service) in &new {
            self.memory().services.put(key(name), service.clone(), now);
        }
        known.extend(new);
        Ok(known)
    }

    pub(super) async fn stop_times(&self, asking: Vec<&BatchInstance>, now: Timestamp) -> Answers {
        let wanted: BTreeSet<&str> =
            asking.iter().flat_map(|instance| definitions(instance)).collect();
        let wanted: Vec<&str> = wanted.into_iter().collect();
        let asks = wanted.iter().map(|arn| self.stop_time(arn, now));
        let times: BTreeMap<_, _> = wanted.iter().copied().zip(all(asks.collect()).await).collect();
        let of = |instance: &&BatchInstance| {
            let of_it = definitions(instance).into_iter();
            let of_it = of_it.filter_map(|arn| Some((arn.to_owned(), times.get(arn)?.clone())));
            let times: Result<_, Fault> = of_it.map(|(arn, time)| Ok((arn, time?))).collect();
            (id(instance), InstanceAnswer::StopTimes(times.map_err(|fault| fault.unanswered())))
        };
        asking.iter().map(of).collect()
    }

    /// The stop time of a task definition. One that ECS no longer describes leaves the agents' default.
    async fn stop_time(&self, definition: &str, now: Timestamp) -> Result<Duration, Fault> {
        let agents = self.config.policy.default_stop_timeout;
        let kept = self.memory().task_definitions.get(definition, now).cloned();
        let containers: Vec<Container> = match kept {
            Some(containers) => containers,
            None => match task_definitions::containers(&self.clients.ecs, definition).await {
                Ok(containers) => containers,
                Err(Fault::Gone(what) | Fault::Bug(what)) => {
                    tracing::warn!("the agents' default stop timeout stands in: {what}");
                    Vec::new()
                }
                Err(fault) => return Err(fault),
            },
        };
        let time = stop_time(&containers, agents);
        self.memory().task_definitions.put(definition, containers, now);
        Ok(time)
    }
}

/// Whether a container instance is gone, or INACTIVE. An agent that registers anew leaves such a one behind, so that the EC2
/// instance is searched for. What has no answer is no proof.
fn is_deregistered(answer: &Result<Found, Fault>) -> bool {
    match answer {
        Ok(Found { container_instance: ContainerInstance { described: Some(it), .. }, .. }) => {
            it.status == Status::Inactive
        }
        Ok(_) => false,
        Err(fault) => fault.is_gone(),
    }
}

/// Whether a container instance is this EC2 instance's, as far as ECS answers.
fn is_of(answer: &Result<Found, Fault>, ec2_instance: &str) -> bool {
    let found = answer.as_ref().ok();
    found.is_none_or(|found| found.ec2_instance.as_deref() == Some(ec2_instance))
}

fn place(instance: &BatchInstance) -> Option<ContainerInstanceRef> {
    let it = instance.observation.container_instance.present()?;
    Some(ContainerInstanceRef { cluster: it.cluster.clone(), container_instance: it.arn.clone() })
}

fn by_cluster<T>(
    asking: &[&BatchInstance],
    of: impl Fn(&ContainerInstance) -> T,
) -> BTreeMap<String, Vec<T>> {
    let mut clusters: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for it in asking.iter().filter_map(|instance| instance.observation.container_instance.present())
    {
        clusters.entry(it.cluster.clone()).or_default().push(of(it));
    }
    clusters
}

fn service_names(instance: &BatchInstance) -> Vec<String> {
    let tasks = instance.observation.tasks.present().into_iter().flatten();
    let names = tasks.filter_map(|task| match &task.owner {
        Owner::Service { name, service: None } => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// Task definitions of the standalone tasks that have not stopped.
fn definitions(instance: &BatchInstance) -> BTreeSet<&str> {
    let tasks = instance.observation.tasks.present().into_iter().flatten();
    let wanted = tasks.filter(|task| task.owner == Owner::Standalone && !task.stopped);
    wanted.filter(|task| task.stop_time.is_none()).map(|task| task.definition.as_str()).collect()
}
