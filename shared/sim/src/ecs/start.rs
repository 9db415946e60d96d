//! The start of a task: placed, provisioned, started.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::history::TaskKind;
use crate::scenario::Lengths;
use crate::world::{World, WorldEvent};

use super::run_time::begin_to_last;
use super::service::Service;
use super::task::{Container, LastStatus, Task};
use super::{EcsEvent, arn, bus, status_change, target, task_status};

/// A task to start on a container instance.
#[derive(Debug, Clone)]
pub(super) struct NewTask {
    pub container_instance: String,
    pub family: String,
    pub kind: TaskKind,
    /// The ARN of its service.
    pub service: Option<String>,
    /// The name of its service, or its family.
    pub name: String,
    pub group: String,
    pub started_by: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub protected: bool,
    pub lasts: Option<Lengths>,
    pub runs_on: Option<Lengths>,
}

impl NewTask {
    /// Returns a standalone task of a family, with the group that RunTask gives it by default (API reference,
    /// RunTask).
    pub fn standalone(container_instance: &str, family: &str) -> Self {
        Self {
            container_instance: container_instance.to_owned(),
            family: family.to_owned(),
            kind: TaskKind::Standalone,
            service: None,
            name: family.to_owned(),
            group: format!("family:{family}"),
            started_by: None,
            tags: BTreeMap::new(),
            protected: false,
            lasts: None,
            runs_on: None,
        }
    }
}

impl Service {
    /// Returns a new task of this service.
    pub(super) fn task_on(&self, container_instance: &str) -> NewTask {
        NewTask {
            kind: self.kind,
            service: Some(self.arn.clone()),
            name: self.name.clone(),
            group: format!("service:{}", self.name),
            started_by: Some(self.deployment.clone()),
            ..NewTask::standalone(container_instance, &self.family)
        }
    }
}

/// Starts a task: PROVISIONING from now on. Returns its ARN.
pub(super) fn start(world: &mut World, new: &NewTask) -> Option<String> {
    let lag = world.switches.task_listed_after.clone();
    let arn = place(world, new, LastStatus::Provisioning)?;
    let stream = format!("task/{arn}");
    let lag = world.random.length(&stream, &lag.0);
    let listed_from = world.elapsed() + lag;
    if let Some(task) = world.ecs.tasks.get_mut(&arn) {
        task.listed_from = listed_from;
    }
    task_status::note(world, &arn);
    bus::task_changed(world, &arn);
    status_change::changed(world, &new.container_instance);
    let provisioning = world.switches.provisioning.clone();
    let delay = world.random.length(&stream, &provisioning.0);
    world.after(
        delay,
        WorldEvent::Ecs(EcsEvent::Next { task: arn.clone(), to: LastStatus::Pending, turn: 0 }),
    );
    Some(arn)
}

/// Adds a task that is RUNNING and healthy when the world begins. Returns its ARN.
pub(super) fn settle(world: &mut World, new: &NewTask) -> Option<String> {
    let arn = place(world, new, LastStatus::Running)?;
    let now = world.now();
    if let Some(task) = world.ecs.tasks.get_mut(&arn) {
        (task.healthy, task.started_at) = (true, Some(now));
    }
    target::settles(world, &arn);
    target::healthy(world, &arn);
    begin_to_last(world, &arn);
    Some(arn)
}

/// Plans the rest of a start, from PENDING to RUNNING: images are pulled, containers created, then ACTIVATING.
pub(super) fn from_pending(world: &mut World, arn: &str, turn: u32) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let Some(definition) = world.ecs.task_definitions.get(&task.family) else { return };
    let starts_in = definition.starts_in.clone();
    let length = world.random.length(&format!("task/{arn}"), &starts_in.0);
    let mut next = |delay, to| {
        world.after(delay, WorldEvent::Ecs(EcsEvent::Next { task: arn.to_owned(), to, turn }))
    };
    next(length * 4 / 5, LastStatus::Activating);
    next(length, LastStatus::Running);
}

fn place(world: &mut World, new: &NewTask, status: LastStatus) -> Option<String> {
    let instance = world.ecs.container_instances.get(&new.container_instance)?;
    let (cluster, ec2_instance) = (instance.cluster.clone(), instance.ec2_instance.clone());
    let id = world.random.hex(&format!("task-id/{cluster}/{}", new.name), 32);
    let arn = arn::within("task", &cluster, &id);
    let stream = format!("task/{arn}");
    let mut drawn = |range: &Option<Lengths>| -> Option<Duration> {
        range.as_ref().map(|range| world.random.length(&stream, &range.0))
    };
    let (lasts, runs_on) = (drawn(&new.lasts), drawn(&new.runs_on));
    let task = Task {
        arn: arn.clone(),
        cluster,
        container_instance: new.container_instance.clone(),
        ec2_instance,
        family: new.family.clone(),
        kind: new.kind,
        service: new.service.clone(),
        name: new.name.clone(),
        group: new.group.clone(),
        started_by: new.started_by.clone(),
        tags: new.tags.clone(),
        protected: new.protected,
        truth: status,
        last_status: status,
        stop_desired: false,
        stop: None,
        healthy: false,
        registered: false,
        in_target_group: false,
        held: false,
        turn: 0,
        version: 1,
        containers: containers(world, &new.family, &stream),
        lasts,
        runs_on,
        listed_from: Duration::ZERO,
        created_at: world.now(),
        started_at: None,
        stopping_at: None,
        execution_stopped_at: None,
        stopped_at: None,
    };
    add(world, task);
    Some(arn)
}

fn containers(world: &mut World, family: &str, stream: &str) -> Vec<Container> {
    let specs = &world.ecs.task_definition(family).containers;
    let names: Vec<_> = specs.iter().map(|container| container.name.clone()).collect();
    let mut container = |name| Container {
        name,
        id: world.random.uuid(stream),
        signalled: false,
        exited: false,
        exit_code: None,
    };
    names.into_iter().map(&mut container).collect()
}

fn add(world: &mut World, task: Task) {
    let ecs = &mut world.ecs;
    if let Some(instance) = ecs.container_instances.get_mut(&task.container_instance) {
        instance.live.insert(task.arn.clone());
    }
    let service = task.service.as_ref().and_then(|service| ecs.services.get_mut(service));
    if let Some(service) = service {
        service.live.insert(task.arn.clone());
    }
    ecs.tasks.insert(task.arn.clone(), task);
}
