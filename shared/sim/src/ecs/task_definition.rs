//! Task definitions, each at revision 1.

use crate::scenario::{ContainerSpec, Lengths, TaskDefinitionSpec};

use super::{Ecs, arn};

/// A task definition; its key is its family.
#[derive(Debug, Clone)]
pub(super) struct TaskDefinition {
    pub family: String,
    pub containers: Vec<ContainerSpec>,
    /// Time from PENDING to RUNNING.
    pub starts_in: Lengths,
}

impl TaskDefinition {
    pub fn new(spec: &TaskDefinitionSpec) -> Self {
        let mut containers = spec.containers.clone();
        if containers.is_empty() {
            containers.push(the_only_container());
        }
        let starts_in = spec.starts_in.clone();
        Self { family: spec.family.clone(), containers, starts_in }
    }

    pub fn arn(&self) -> String {
        arn::ecs_arn("task-definition", &format!("{}:1", self.family))
    }

    /// Returns the containers that start after this container, and so have to stop before it.
    pub fn dependents(&self, container: usize) -> impl Iterator<Item = usize> {
        let name = &self.containers[container].name;
        let all = self.containers.iter().enumerate();
        all.filter(move |(_, other)| other.depends_on.contains(name)).map(|(index, _)| index)
    }
}

impl Ecs {
    /// Returns the task definition of a family. Registers an unknown family with one container and all defaults.
    pub(super) fn task_definition(&mut self, family: &str) -> &TaskDefinition {
        self.task_definitions.entry(family.to_owned()).or_insert_with(|| {
            TaskDefinition::new(&TaskDefinitionSpec {
                family: family.to_owned(),
                containers: Vec::new(),
                starts_in: Lengths::millis(1_000, 6_000),
            })
        })
    }
}

fn the_only_container() -> ContainerSpec {
    ContainerSpec {
        name: "app".to_owned(),
        stop_timeout: None,
        depends_on: Vec::new(),
        exits_in: Lengths::millis(1_000, 6_000),
        ignores_sigterm: false,
    }
}
