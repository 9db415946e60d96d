//! Lists of the tasks that run in a whole cluster: ListTasks, DescribeTasks.
//!
//! Where many instances of one cluster need a list, one list of the cluster may cost fewer calls. Rule 1. It plans stops and
//! keeps instances waiting. It never proves an instance empty, because it has no task that is being stopped.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{DesiredStatus, LaunchType};
use drain::task::Task;
use tokio::time::{Instant, timeout_at};

use super::clusters::ClusterTasks;
use super::conversion::short_id;
use super::tasks::{HostedTask, TaskHost, TaskLists, all_pages, describe, list_and_describe};
use crate::fault::Fault;
use crate::limits::{TASKS_PER_DESCRIBE, TASKS_PER_PAGE};
use crate::parallel::in_parallel;

/// Running tasks of a cluster, by the ARN of their container instance.
type TasksByHost = BTreeMap<String, Vec<Task>>;

/// Returns the tasks that run on container instances, by the ARN of the container instance, with the fewest calls.
///
/// `cluster_tasks` returns the numbers of tasks of a cluster, as far as they are known. If the list of a cluster has fewer tasks of
/// an instance than ECS counts, that instance is listed by itself. So is every instance of a cluster that denies its list.
pub async fn running_tasks(
    ecs: &Client,
    hosts: &[TaskHost],
    until: Instant,
    cluster_tasks: impl Fn(&str) -> Option<ClusterTasks>,
) -> BTreeMap<String, Result<Vec<Task>, Fault>> {
    let mut by_cluster: BTreeMap<&str, Vec<&TaskHost>> = BTreeMap::new();
    for host in hosts {
        by_cluster.entry(&host.cluster).or_default().push(host);
    }
    let (mut single, mut whole) = (Vec::new(), Vec::new());
    for (cluster, hosts) in by_cluster {
        match cluster_tasks(cluster).filter(|tasks| costs_less(&hosts, *tasks)) {
            Some(tasks) => whole.push((cluster, hosts, tasks)),
            None => single.extend(hosts.into_iter().cloned()),
        }
    }
    let lists = whole.iter().map(|(cluster, _, tasks)| list_until(until, ecs, cluster, *tasks));
    let lists = in_parallel(lists.collect()).await;
    let mut answers = BTreeMap::new();
    for ((_, hosts, _), list) in whole.into_iter().zip(lists) {
        single.extend(enter_list(&mut answers, hosts, list));
    }
    let listed = list_and_describe(ecs, &single, TaskLists::Running, until, |_| None).await;
    answers.extend(listed);
    answers
}

/// Returns true if the list of the whole cluster costs fewer calls than those of its instances, descriptions included.
fn costs_less(hosts: &[&TaskHost], tasks: ClusterTasks) -> bool {
    let counted: usize = hosts.iter().map(|host| host.counted).sum();
    let pages = |tasks: usize| tasks.div_ceil(TASKS_PER_PAGE).max(1);
    let lists: usize = hosts.iter().map(|host| pages(host.counted)).sum();
    let on_instances = tasks.all.saturating_sub(tasks.on_fargate);
    let of_cluster = pages(on_instances) + on_instances.div_ceil(TASKS_PER_DESCRIBE);
    of_cluster < lists + counted.div_ceil(TASKS_PER_DESCRIBE)
}

/// Lists and describes the tasks of a cluster, or fails as busy at this time.
async fn list_until(
    until: Instant,
    ecs: &Client,
    cluster: &str,
    tasks: ClusterTasks,
) -> Result<TasksByHost, Fault> {
    let listed = timeout_at(until, list(ecs, cluster, tasks)).await;
    let too_many = |_| {
        Fault::Busy(format!("listing tasks of cluster {}: too many at once", short_id(cluster)))
    };
    let arns = BTreeSet::from_iter(listed.map_err(too_many)??);
    let mut by_host = TasksByHost::new();
    for answer in describe(ecs, BTreeMap::from([(cluster, arns)])).await.into_values() {
        match answer {
            Ok(HostedTask { container_instance, task }) => {
                by_host.entry(container_instance).or_default().push(task)
            }
            Err(Fault::Gone(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(by_host)
}

/// Lists the tasks of a cluster that run.
///
/// `launchType` leaves out those on Fargate. No page says whether it also leaves out tasks of capacity providers, so it is given
/// only where there are tasks on Fargate.
async fn list(ecs: &Client, cluster: &str, tasks: ClusterTasks) -> Result<Vec<String>, Fault> {
    let call = ecs.list_tasks().cluster(cluster).desired_status(DesiredStatus::Running);
    let on_ec2 = (tasks.on_fargate > 0).then_some(LaunchType::Ec2);
    let doing = || format!("listing tasks of cluster {}", short_id(cluster));
    all_pages(call.set_launch_type(on_ec2), doing).await
}

/// Enters what the list of a cluster says about its instances. Returns those that must be listed by themselves.
fn enter_list(
    answers: &mut BTreeMap<String, Result<Vec<Task>, Fault>>,
    hosts: Vec<&TaskHost>,
    list: Result<TasksByHost, Fault>,
) -> Vec<TaskHost> {
    let mut by_host = match list {
        Ok(by_host) => by_host,
        Err(fault @ Fault::Busy(_)) => {
            let busy = |host: &TaskHost| (host.container_instance.clone(), Err(fault.clone()));
            answers.extend(hosts.into_iter().map(busy));
            return Vec::new();
        }
        Err(_) => return hosts.into_iter().cloned().collect(),
    };
    let mut single = Vec::new();
    for host in hosts {
        let tasks = by_host.remove(&host.container_instance).unwrap_or_default();
        if tasks.is_empty() || tasks.len() < host.counted {
            single.push(host.clone());
        } else {
            answers.insert(host.container_instance.clone(), Ok(tasks));
        }
    }
    single
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(number: usize, counted: usize) -> Vec<TaskHost> {
        let host = |n| TaskHost {
            cluster: "arn/web".to_owned(),
            container_instance: format!("arn/ci-{n}"),
            counted,
        };
        (0..number).map(host).collect()
    }

    fn lists_the_cluster(number: usize, counted: usize, tasks: ClusterTasks) -> bool {
        let hosts = hosts(number, counted);
        costs_less(&hosts.iter().collect::<Vec<_>>(), tasks)
    }

    fn tasks(all: usize) -> ClusterTasks {
        ClusterTasks { all, on_fargate: 0 }
    }

    fn entered(list: Result<TasksByHost, Fault>) -> (usize, usize) {
        let (hosts, mut answers) = (hosts(2, 1), BTreeMap::new());
        let single = enter_list(&mut answers, hosts.iter().collect(), list);
        (answers.len(), single.len())
    }

    #[test]
    fn cluster_is_listed_where_that_costs_fewer_calls() {
        // Two pages and two descriptions, beside eight lists and two descriptions.
        assert!(lists_the_cluster(8, 17, tasks(160)));
        // Sixteen pages and as many descriptions, beside ten lists and two descriptions.
        assert!(!lists_the_cluster(10, 17, tasks(1_600)));
        assert!(!lists_the_cluster(1, 17, tasks(17)));
    }

    #[test]
    fn tasks_on_fargate_cost_no_page() {
        assert!(lists_the_cluster(8, 17, ClusterTasks { all: 1_160, on_fargate: 1_000 }));
    }

    #[test]
    fn cluster_list_without_an_answer_is_replaced_by_lists_of_its_instances_unless_ecs_is_busy() {
        assert_eq!(entered(Err(Fault::Denied("listing".to_owned()))), (0, 2));
        assert_eq!(entered(Err(Fault::Busy("listing".to_owned()))), (2, 0));
    }

    #[test]
    fn rule_1_instance_without_tasks_in_the_list_of_its_cluster_is_listed_by_itself() {
        assert_eq!(entered(Ok(TasksByHost::new())), (0, 2));
    }
}
