//! Questions to ECS about the tasks on container instances: the tasks, their services and their stop times.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::observation::{Seen, Unanswered};
use drain::stop_time::{Container, stop_time};
use drain::task::{Owner, Service, Task};
use futures::future;
use jiff::Timestamp;

use super::answer::{InstanceAnswer, InstanceAnswers, seen};
use crate::fault::Fault;
use crate::limits::LISTED_WHOLLY;
use crate::memory::service_key;
use crate::observe::container_instances::{self, Selection, inactive};
use crate::observe::tasks::{self, TaskHost, TaskLists};
use crate::observe::{cluster_task_lists, services, task_definitions};
use crate::parallel::in_parallel;
use crate::worker::Worker;
use crate::worker::batch_instance::BatchInstance;

impl Worker {
    /// Answers `Question::Tasks` and `Question::RunningTasks`.
    ///
    /// Where many instances of one cluster ask, those on which ECS counts tasks get the RUNNING list alone. A decision that
    /// needs both lists asks again.
    pub(super) async fn all_tasks(
        &self,
        asking_all: Vec<&BatchInstance>,
        mut asking_running: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        let mut of_cluster: BTreeMap<String, usize> = BTreeMap::new();
        for host in asking_all.iter().filter_map(|instance| host(instance)) {
            *of_cluster.entry(host.cluster).or_default() += 1;
        }
        let is_spared = |instance: &&BatchInstance| {
            let crowd =
                |host: TaskHost| host.counted > 0 && of_cluster[&host.cluster] > LISTED_WHOLLY;
            !instance.observation.lists_running_only && host(instance).is_some_and(crowd)
        };
        let (spared, asking_all): (Vec<_>, Vec<_>) = asking_all.into_iter().partition(is_spared);
        asking_running.extend(spared);
        let all = self.tasks(asking_all, TaskLists::Both, now);
        let running = self.tasks(asking_running, TaskLists::Running, now);
        let (mut all, running) = future::join(all, running).await;
        all.extend(running);
        all
    }

    async fn tasks(
        &self,
        asking: Vec<&BatchInstance>,
        lists: TaskLists,
        now: Timestamp,
    ) -> InstanceAnswers {
        let hosts: Vec<TaskHost> = asking.iter().filter_map(|instance| host(instance)).collect();
        let known_stopped = |arn: &str| self.memory().stopped_tasks.get(arn, now).cloned();
        let (ecs, until) = (&self.clients.ecs, tasks::listing_end(self.feed));
        let mut tasks = match lists {
            TaskLists::Both => {
                tasks::list_and_describe(ecs, &hosts, lists, until, known_stopped).await
            }
            TaskLists::Running => {
                let cluster_tasks = |cluster: &str| self.cluster_tasks(cluster, now);
                cluster_task_lists::running_tasks(ecs, &hosts, until, cluster_tasks).await
            }
        };
        for task in tasks.values().flatten().flatten().filter(|task| task.stopped) {
            self.memory().stopped_tasks.insert(&task.arn, task.clone(), now);
        }
        let mut answer = |instance: &&BatchInstance| {
            let host = host(instance)?;
            let answer = match tasks.remove(&host.container_instance)? {
                Ok(tasks) => lists.answer(Ok(tasks)),
                Err(Fault::Gone(_)) if instance.is_named_by_event_only => {
                    self.stop_watching(instance.observation.container_instance.present()?);
                    InstanceAnswer::OtherContainerInstance
                }
                Err(Fault::Gone(_)) => {
                    let gone = inactive(&host.container_instance, &host.cluster);
                    InstanceAnswer::ContainerInstance(Box::new(Seen::Present(gone)))
                }
                Err(fault) => lists.answer(Err(fault.unanswered())),
            };
            Some((instance.id(), answer))
        };
        asking.iter().filter_map(&mut answer).collect()
    }

    /// Answers `Question::ServiceTasks`. One list for each cluster answers for all its instances.
    pub(super) async fn service_tasks(&self, asking: Vec<&BatchInstance>) -> InstanceAnswers {
        let hosts: Vec<(String, TaskHost)> =
            asking.iter().filter_map(|it| Some((it.id(), host(it)?))).collect();
        let clusters: BTreeSet<&str> = hosts.iter().map(|(_, it)| it.cluster.as_str()).collect();
        let clusters: Vec<&str> = clusters.into_iter().collect();
        let ecs = &self.clients.ecs;
        let selection = Selection::DrainingWithServiceTasks;
        let lists =
            clusters.iter().map(|cluster| container_instances::list(ecs, cluster, selection));
        let answers = in_parallel(lists.collect()).await;
        let answers: BTreeMap<&str, _> = clusters.iter().copied().zip(answers).collect();
        let answer = |(id, it): &(String, TaskHost)| {
            let list = answers.get(it.cluster.as_str())?.clone();
            let has_some = list.map(|arns| Some(arns.contains(&it.container_instance)));
            Some((id.clone(), InstanceAnswer::ServiceTasks(seen(has_some))))
        };
        hosts.iter().filter_map(answer).collect()
    }

    /// Answers `Question::Services`.
    pub(super) async fn services(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for instance in &asking {
            if let Some(it) = instance.observation.container_instance.present() {
                wanted.entry(&it.cluster).or_default().extend(service_names(instance));
            }
        }
        let calls = wanted.iter().map(|(cluster, names)| self.services_in(cluster, names, now));
        let answers = in_parallel(calls.collect()).await;
        let answers: BTreeMap<_, _> = wanted.keys().copied().zip(answers).collect();
        let answer = |instance: &&BatchInstance| {
            let it = instance.observation.container_instance.present()?;
            let services = answers.get(it.cluster.as_str())?.clone();
            let services = services.map_err(|fault| fault.unanswered());
            Some((instance.id(), InstanceAnswer::Services(services)))
        };
        asking.iter().filter_map(answer).collect()
    }

    async fn services_in(
        &self,
        cluster: &str,
        names: &BTreeSet<String>,
        now: Timestamp,
    ) -> Result<BTreeMap<String, Service>, Fault> {
        let key = |name: &String| service_key(cluster, name);
        let mut found = BTreeMap::new();
        for name in names {
            let known = self.memory().services.get(&key(name), now).cloned();
            found.extend(known.map(|service| (name.clone(), service)));
        }
        let unknown: Vec<_> = names.iter().filter(|it| !found.contains_key(*it)).cloned().collect();
        let new = services::describe(&self.clients.ecs, cluster, &unknown).await?;
        for (name, service) in &new {
            self.memory().services.insert(key(name), service.clone(), now);
        }
        found.extend(new);
        Ok(found)
    }

    /// Answers `Question::StopTimes`.
    pub(super) async fn stop_times(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        let times = self.times_of_definitions(asking, Task::is_running_standalone, now).await;
        times.into_iter().map(|(id, times)| (id, InstanceAnswer::StopTimes(times))).collect()
    }

    /// Answers `Question::ServiceStopTimes`.
    pub(super) async fn service_stop_times(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        let times = self.times_of_definitions(asking, Task::is_running_in_service, now).await;
        times.into_iter().map(|(id, times)| (id, InstanceAnswer::ServiceStopTimes(times))).collect()
    }

    /// Returns stop times by task definition, for each instance those of its tasks of this kind that have none yet.
    async fn times_of_definitions(
        &self,
        asking: Vec<&BatchInstance>,
        kind: fn(&Task) -> bool,
        now: Timestamp,
    ) -> Vec<(String, Result<BTreeMap<String, Duration>, Unanswered>)> {
        let wanted: BTreeSet<&str> =
            asking.iter().flat_map(|instance| open_definitions(instance, kind)).collect();
        let wanted: Vec<&str> = wanted.into_iter().collect();
        let calls = wanted.iter().map(|arn| self.stop_time(arn, now));
        let answers = in_parallel(calls.collect()).await;
        let times: BTreeMap<_, _> = wanted.iter().copied().zip(answers).collect();
        let answer = |instance: &&BatchInstance| {
            let definitions = open_definitions(instance, kind).into_iter();
            let known =
                definitions.filter_map(|arn| Some((arn.to_owned(), times.get(arn)?.clone())));
            let known: Result<_, Fault> = known.map(|(arn, time)| Ok((arn, time?))).collect();
            (instance.id(), known.map_err(|fault| fault.unanswered()))
        };
        asking.iter().map(answer).collect()
    }

    /// Returns the stop time of a task definition. If ECS no longer describes the definition, the default stop timeout
    /// is used.
    async fn stop_time(&self, definition: &str, now: Timestamp) -> Result<Duration, Fault> {
        let default = self.config.policy.default_stop_timeout;
        let known = self.memory().task_definitions.get(definition, now).cloned();
        let containers: Vec<Container> = match known {
            Some(containers) => containers,
            None => match task_definitions::containers(&self.clients.ecs, definition).await {
                Ok(containers) => containers,
                Err(Fault::Gone(text) | Fault::Bug(text)) => {
                    tracing::warn!(
                        "cannot read the stop timeouts: {text}; using EBB_DEFAULT_STOP_TIMEOUT, {default:?}"
                    );
                    Vec::new()
                }
                Err(fault) => return Err(fault),
            },
        };
        let time = stop_time(&containers, default);
        self.memory().task_definitions.insert(definition, containers, now);
        Ok(time)
    }
}

impl TaskLists {
    fn answer(self, tasks: Result<Vec<Task>, Unanswered>) -> InstanceAnswer {
        match self {
            Self::Both => InstanceAnswer::Tasks(tasks),
            Self::Running => InstanceAnswer::RunningTasks(tasks),
        }
    }
}

pub(super) fn host(instance: &BatchInstance) -> Option<TaskHost> {
    let it = instance.observation.container_instance.present()?;
    Some(TaskHost {
        cluster: it.cluster.clone(),
        container_instance: it.arn.clone(),
        counted: it.described.as_ref().map_or(0, |described| described.tasks as usize),
    })
}

/// Returns the names of the services of the tasks that are not known yet.
fn service_names(instance: &BatchInstance) -> Vec<String> {
    let tasks = instance.observation.tasks.present().into_iter().flatten();
    let names = tasks.filter_map(|task| match &task.owner {
        Owner::Service { name, service: None } => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// Returns the task definitions of the tasks of a kind that have no stop time yet.
fn open_definitions(instance: &BatchInstance, kind: fn(&Task) -> bool) -> BTreeSet<&str> {
    let tasks = instance.observation.tasks.present().into_iter().flatten();
    let wanted = tasks.filter(|task| kind(task) && task.stop_time.is_none());
    wanted.map(|task| task.definition.as_str()).collect()
}
