//! The start of a task: placed, provisioned, started.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::history::TaskKind;
use crate::scenario::{Lengths, TaskFailure};
use crate::world::{World, WorldEvent};

use super::run_time::begin_to_last;
use super::service::Service;
use super::task::{Container, LastStatus, Protection, Task};
use super::task_definition::Revision;
use super::{EcsEvent, arn, bus, status_change, target, task_status};

/// A task to start on a container instance.
#[derive(Debug, Clone)]
pub(super) struct NewTask {
    pub container_instance: String,
    pub revision: Revision,
    pub kind: TaskKind,
    /// The ARN of its service.
    pub service: Option<String>,
    /// The name of its service, or its family.
    pub name: String,
    pub group: String,
    pub started_by: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub protection: Protection,
    pub lasts: Option<Lengths>,
    pub runs_on: Option<Lengths>,
}

impl NewTask {
    /// Returns a standalone task of a family, with the group that RunTask gives it by default (API reference,
    /// RunTask).
    pub fn standalone(container_instance: &str, revision: &Revision) -> Self {
        let family = &revision.family;
        Self {
            container_instance: container_instance.to_owned(),
            revision: revision.clone(),
            kind: TaskKind::Standalone,
            service: None,
            name: family.clone(),
            group: format!("family:{family}"),
            started_by: None,
            tags: BTreeMap::new(),
            protection: Protection::Off,
            lasts: None,
            runs_on: None,
        }
    }
}

impl Service {
    /// Returns a new task of this service, of its PRIMARY deployment.
    pub(super) fn task_on(&self, container_instance: &str) -> NewTask {
        NewTask {
            kind: self.kind,
            service: Some(self.arn.clone()),
            name: self.name.clone(),
            group: format!("service:{}", self.name),
            started_by: Some(self.primary.id.clone()),
            ..NewTask::standalone(container_instance, &self.primary.revision)
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
    task_status::note_health(world, &arn, true);
    begin_to_last(world, &arn);
    Some(arn)
}

/// Plans the rest of a start, from PENDING to RUNNING: images are pulled, containers created, then ACTIVATING.
pub(super) fn from_pending(world: &mut World, arn: &str, turn: u32) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let Some(definition) = world.ecs.task_definitions.get(&task.revision) else { return };
    let starts_in = definition.starts_in.clone();
    let fails = task.failure == Some(TaskFailure::Start);
    let length = world.random.length(&format!("task/{arn}"), &starts_in.0);
    if fails {
        let event = EcsEvent::FailsToStart { task: arn.to_owned(), turn };
        return world.after(length, WorldEvent::Ecs(event));
    }
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
        revision: new.revision.clone(),
        kind: new.kind,
        service: new.service.clone(),
        name: new.name.clone(),
        group: new.group.clone(),
        started_by: new.started_by.clone(),
        tags: new.tags.clone(),
        protection: new.protection,
        truth: status,
        last_status: status,
        stop_desired: false,
        stop: None,
        healthy: false,
        failure: failure(world, new),
        failed: false,
        host_port: host_port(world, new, &id),
        registered: false,
        in_target_group: false,
        held: false,
        turn: 0,
        version: 1,
        containers: containers(world, &new.revision, &stream),
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

/// Returns the failure of a task that starts now: that of its family, or else that of its revision. Tasks from before
/// the start of the world do not fail.
fn failure(world: &World, new: &NewTask) -> Option<TaskFailure> {
    if world.elapsed() == Duration::ZERO {
        return None;
    }
    let of_family = world.ecs.failing.get(&new.revision.family);
    let definition = world.ecs.task_definitions.get(&new.revision);
    let of_revision = || definition.and_then(|definition| definition.fails);
    of_family.copied().unwrap_or_else(of_revision)
}

/// First port of the range from which Docker takes dynamic host ports, and their number (API reference, PortMapping,
/// `hostPort`: 49153 to 65535).
const HOST_PORTS: (u16, u16) = (49_153, 16_383);

/// Returns the port on the host for a task of a service behind a load balancer. The id of the task leads to the port,
/// and no other task on the instance has it.
fn host_port(world: &World, new: &NewTask, id: &str) -> Option<u16> {
    let service = world.ecs.services.get(new.service.as_ref()?)?;
    service.deregistration_delay?;
    let instance = world.ecs.container_instances.get(&new.container_instance)?;
    let others = instance.live.iter().filter_map(|task| world.ecs.tasks.get(task)?.host_port);
    let taken: BTreeSet<u16> = others.collect();
    let drawn = u16::from_str_radix(id.get(..4)?, 16).ok()?;
    let (first, count) = HOST_PORTS;
    let ports = (0..count).map(|step| first + (drawn % count + step) % count);
    ports.into_iter().find(|port| !taken.contains(port))
}

fn containers(world: &mut World, revision: &Revision, stream: &str) -> Vec<Container> {
    let definition = world.ecs.task_definitions.get(revision);
    let specs = definition.map_or(&[][..], |definition| &definition.containers);
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
