//! Task definitions: families with their revisions.

use std::collections::BTreeMap;
use std::fmt;

use crate::scenario::{ContainerSpec, Lengths, TaskDefinitionSpec, TaskFailure};

use super::arn;

/// A revision of a family, such as `api:2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revision {
    pub family: String,
    pub number: u32,
}

impl Revision {
    pub fn arn(&self) -> String {
        arn::ecs_arn("task-definition", &self.to_string())
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.family, self.number)
    }
}

/// A task definition.
#[derive(Debug, Clone)]
pub(super) struct TaskDefinition {
    pub revision: Revision,
    pub containers: Vec<ContainerSpec>,
    /// Time from PENDING to RUNNING.
    pub starts_in: Lengths,
    /// Failure of its tasks.
    pub fails: Option<TaskFailure>,
    /// True if the first container has a health check.
    pub health_check: bool,
}

impl TaskDefinition {
    fn new(spec: &TaskDefinitionSpec, number: u32) -> Self {
        let mut containers = spec.containers.clone();
        if containers.is_empty() {
            containers.push(the_only_container());
        }
        let revision = Revision { family: spec.family.clone(), number };
        Self {
            revision,
            containers,
            starts_in: spec.starts_in.clone(),
            fails: spec.fails,
            health_check: spec.health_check,
        }
    }

    /// Returns the containers that start after this container, and so have to stop before it.
    pub fn dependents(&self, container: usize) -> impl Iterator<Item = usize> {
        let name = &self.containers[container].name;
        let all = self.containers.iter().enumerate();
        all.filter(move |(_, other)| other.depends_on.contains(name)).map(|(index, _)| index)
    }
}

/// All task definitions, by family and revision.
#[derive(Debug, Default, Clone)]
pub(super) struct TaskDefinitions(BTreeMap<String, BTreeMap<u32, TaskDefinition>>);

impl TaskDefinitions {
    /// Registers the next revision of a family. "If you add a new revision, the number is incremented by one" (ECS
    /// developer guide, update-task-definition).
    pub fn register(&mut self, spec: &TaskDefinitionSpec) -> Revision {
        let revisions = self.0.entry(spec.family.clone()).or_default();
        let number = revisions.last_key_value().map_or(1, |(last, _)| last + 1);
        let definition = TaskDefinition::new(spec, number);
        let revision = definition.revision.clone();
        revisions.insert(number, definition);
        revision
    }

    /// Returns a revision.
    pub fn get(&self, revision: &Revision) -> Option<&TaskDefinition> {
        self.0.get(&revision.family)?.get(&revision.number)
    }

    /// Returns the revision that a text names as `family` or `family:revision`. "If a revision is not specified, the
    /// latest ACTIVE revision is used" (API reference, UpdateService, `taskDefinition`).
    pub fn named(&self, text: &str) -> Option<&Revision> {
        let (family, number) = match text.split_once(':') {
            Some((family, number)) => (family, Some(number.parse().ok()?)),
            None => (text, None),
        };
        let revisions = self.0.get(family)?;
        let found = match number {
            Some(number) => revisions.get(&number),
            None => revisions.last_key_value().map(|(_, latest)| latest),
        };
        found.map(|definition| &definition.revision)
    }

    /// Returns the revision that a text names. Registers an unknown family with one container and all defaults.
    pub fn named_or_new(&mut self, text: &str) -> Revision {
        if let Some(found) = self.named(text) {
            return found.clone();
        }
        let family = text.split_once(':').map_or(text, |(family, _)| family);
        self.register(&TaskDefinitionSpec::named(family))
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
