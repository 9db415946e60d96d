//! The counts of a service's tasks over the time of a run.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::history::{Entry, Fact, TaskKind, TaskRef};
use crate::region::{ACCOUNT, REGION};

/// Counts of a service from a time on, until the next counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceCounts {
    /// Time since the start of the world.
    pub at: Duration,
    /// Desired count.
    pub desired: usize,
    /// Number of healthy tasks that are not being stopped.
    pub healthy: usize,
    /// Number of tasks on their way out: from StopTask or DEACTIVATING until STOPPED.
    pub stopping: usize,
}

/// Returns the counts of a service over time, one entry for each change. The first entry has the counts at the start.
pub fn service_counts(history: &[Entry], cluster: &str, service: &str) -> Vec<ServiceCounts> {
    let mut tally = ServiceTally::new(cluster, service);
    let mut counts: Vec<ServiceCounts> = Vec::new();
    for Entry { at, fact } in history {
        if !tally.record(fact) {
            continue;
        }
        let next = tally.counts(*at);
        match counts.last_mut() {
            Some(last) if last.at == *at => *last = next,
            Some(last) if ServiceCounts { at: *at, ..*last } == next => {}
            _ => counts.push(next),
        }
    }
    counts
}

struct ServiceTally {
    /// ARN of the service.
    service: String,
    name: String,
    /// Beginning of the ARNs of the cluster's tasks.
    tasks: String,
    desired: usize,
    healthy: BTreeSet<String>,
    stopping: BTreeSet<String>,
}

impl ServiceTally {
    fn new(cluster: &str, service: &str) -> Self {
        let arn = |of_type: &str| format!("arn:aws:ecs:{REGION}:{ACCOUNT}:{of_type}/{cluster}/");
        Self {
            service: arn("service") + service,
            name: service.to_owned(),
            tasks: arn("task"),
            desired: 0,
            healthy: BTreeSet::new(),
            stopping: BTreeSet::new(),
        }
    }

    /// Records a fact. Returns true if the fact is about the service.
    fn record(&mut self, fact: &Fact) -> bool {
        match fact {
            Fact::DesiredCount { service, desired, .. } if *service == self.service => {
                self.desired = *desired;
            }
            Fact::TaskHealth { task, healthy: true } if self.owns(task) => {
                self.healthy.insert(task.arn.clone());
            }
            Fact::TaskHealth { task, .. } | Fact::TaskKilled { task, .. } if self.owns(task) => {
                self.healthy.remove(&task.arn);
            }
            Fact::StopTask { task, .. } if self.owns(task) => self.begins_to_stop(task),
            Fact::Task { task, last_status, .. } if self.owns(task) => match *last_status {
                "DEACTIVATING" | "STOPPING" | "DEPROVISIONING" => self.begins_to_stop(task),
                "STOPPED" => {
                    self.healthy.remove(&task.arn);
                    self.stopping.remove(&task.arn);
                }
                _ => {}
            },
            _ => return false,
        }
        true
    }

    fn begins_to_stop(&mut self, task: &TaskRef) {
        self.healthy.remove(&task.arn);
        self.stopping.insert(task.arn.clone());
    }

    fn owns(&self, task: &TaskRef) -> bool {
        task.kind != TaskKind::Standalone
            && task.name == self.name
            && task.arn.starts_with(&self.tasks)
    }

    fn counts(&self, at: Duration) -> ServiceCounts {
        let (healthy, stopping) = (self.healthy.len(), self.stopping.len());
        ServiceCounts { at, desired: self.desired, healthy, stopping }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scenario::{Scenario, Switches};
    use crate::world::World;

    #[test]
    fn counts_follow_a_scale_in_and_a_scale_out() {
        let scenario: Scenario = serde_json::from_value(json!({
            "group": [{ "name": "g", "cluster": "web", "instances": 1 }],
            "service": [
                { "name": "api", "cluster": "web", "desired": 2, "deregistration_delay": "30s" },
                { "name": "other", "cluster": "web", "desired": 1 },
            ],
            "happens": [
                { "at": "1m", "what": "update-service", "cluster": "web", "service": "api", "desired": 1 },
                { "at": "5m", "what": "update-service", "cluster": "web", "service": "api", "desired": 2 },
            ],
        }))
        .unwrap();
        let mut world = World::new(1, Switches::default());
        world.play(&scenario).unwrap();
        world.advance(Duration::from_secs(900));

        let counts = service_counts(world.history(), "web", "api");

        let seen: Vec<_> = counts.iter().map(|it| (it.desired, it.healthy, it.stopping)).collect();
        assert_eq!(seen, [(2, 2, 0), (1, 2, 0), (1, 1, 1), (1, 1, 0), (2, 1, 0), (2, 2, 0)]);
        assert_eq!(counts[1].at, Duration::from_secs(60));
    }
}
