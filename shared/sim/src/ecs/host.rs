//! Hosts and their agents: how a container instance appears, loses its agent, and goes.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::history::{Caller, Fact, KillCause};
use crate::world::{World, WorldEvent};

use super::container_instance::{ContainerInstance, FIRST_VERSION, Status, agent_attributes};
use super::status_change::{changed, set_status};
use super::task::{LastStatus, StopReason};
use super::{EcsEvent, arn, containers, life, pass, target, task_status};

/// ECS itself, as the history names it.
const ECS: Caller = Caller::Aws("ecs");

/// Registers a new container instance by the agent of an EC2 instance.
pub(super) fn register(world: &mut World, ec2_instance: &str, cluster: &str, task_slots: usize) {
    let id = world.random.hex(&format!("container-instance/{ec2_instance}"), 32);
    register_with_id(world, ec2_instance, cluster, task_slots, &id);
}

/// As `register`, for a container instance whose id is given.
pub(super) fn register_with_id(
    world: &mut World,
    ec2_instance: &str,
    cluster: &str,
    task_slots: usize,
    id: &str,
) {
    let arn = arn::within("container-instance", cluster, id);
    let instance = ContainerInstance {
        arn: arn.clone(),
        cluster: cluster.to_owned(),
        ec2_instance: ec2_instance.to_owned(),
        status: Status::Registering,
        connected: true,
        host_up: true,
        version: FIRST_VERSION,
        registered_at: world.now(),
        attributes: agent_attributes(),
        task_slots,
        live: BTreeSet::new(),
        ended: BTreeSet::new(),
        leaving: false,
        last_stopped: None,
    };
    world.ecs.cluster(cluster).container_instances.insert(arn.clone());
    world.ecs.container_instances.insert(arn.clone(), instance);
    world.ecs.by_ec2_instance.insert(ec2_instance.to_owned(), arn.clone());
    let range = world.switches.registering.clone();
    let delay = world.random.length(&format!("registering/{arn}"), &range.0);
    if delay.is_zero() {
        registered(world, &arn);
    } else {
        world.after(delay, WorldEvent::Ecs(EcsEvent::Registered { container_instance: arn }));
    }
}

/// Makes a new container instance ACTIVE. One from before the start of the world is published nowhere.
pub(super) fn registered(world: &mut World, arn: &str) {
    let began = world.elapsed() == Duration::ZERO;
    let Some(instance) = world.ecs.container_instances.get_mut(arn) else { return };
    if instance.status != Status::Registering {
        return;
    }
    if began {
        instance.status = Status::Active;
        pass::has_room(world, arn);
    } else {
        set_status(world, arn, Status::Active, &ECS);
    }
}

/// Changes the agent's connection. On a new connection ECS learns the status of the tasks, and the agent their stops.
pub(super) fn set_connection(world: &mut World, arn: &str, connected: bool) {
    let Some(instance) = world.ecs.container_instances.get_mut(arn) else { return };
    let possible = instance.host_up || !connected;
    if instance.connected == connected || instance.status == Status::Inactive || !possible {
        return;
    }
    instance.connected = connected;
    let ec2_instance = instance.ec2_instance.clone();
    world.note(Fact::Agent { ec2_instance, connected });
    changed(world, arn);
    if connected {
        catch_up(world, arn);
        pass::has_room(world, arn);
    }
}

fn catch_up(world: &mut World, arn: &str) {
    for task in live(world, arn) {
        task_status::report(world, &task);
        let Some(found) = world.ecs.tasks.get(&task) else { continue };
        if found.held {
            containers::stop(world, &task);
        } else if found.stop_desired {
            life::begin_stop(world, &task);
        }
    }
}

/// Takes the power of a host. Its tasks are killed now; ECS finds out later.
///
/// A running container instance that is terminated is deregistered by itself; "stopped container instances or
/// instances with disconnected agents aren't automatically deregistered when terminated" (API reference,
/// DeregisterContainerInstance). One that is only stopped keeps its status, and its agent is disconnected (ECS
/// developer guide, ECS_instances: "within a few minutes"; here at once).
pub(super) fn goes(world: &mut World, arn: &str, terminated: bool) {
    let Some(instance) = world.ecs.container_instances.get(arn) else { return };
    let connected = instance.connected;
    for task in live(world, arn) {
        kill(world, &task, terminated);
    }
    if let Some(instance) = world.ecs.container_instances.get_mut(arn) {
        (instance.host_up, instance.connected) = (false, false);
    }
    if connected {
        changed(world, arn);
    }
    let range = world.switches.deregistration.clone();
    let delay = world.random.length(&format!("deregistration/{arn}"), &range.0);
    let container_instance = arn.to_owned();
    world.after(
        delay,
        WorldEvent::Ecs(EcsEvent::HostMissed { container_instance, connected, terminated }),
    );
}

fn kill(world: &mut World, arn: &str, terminated: bool) {
    let Some(task) = world.ecs.tasks.get_mut(arn).filter(|t| t.truth != LastStatus::Stopped) else {
        return;
    };
    let how = match task.truth {
        LastStatus::Stopping => KillCause::StopCutShort,
        status => KillCause::HostGone { last_status: status.name() },
    };
    task.turn += 1;
    (task.truth, task.held) = (LastStatus::Stopped, false);
    let went = if terminated { "terminated" } else { "stopped" };
    // As seen in the field; the constant is not documented.
    let reason = format!("Host EC2 (instance {}) {went}.", task.ec2_instance);
    task.stop = Some(StopReason { code: "TerminationNotice", reason });
    let task = task.to_ref();
    target::gone(world, arn);
    world.note(Fact::TaskKilled { task, how });
}

/// Lets ECS find out that a host is gone.
pub(super) fn missed(world: &mut World, arn: &str, connected: bool, terminated: bool) {
    let ghost = terminated && !connected;
    if !(ghost && world.switches.ghosts_keep_tasks) {
        for task in live(world, arn) {
            if world.ecs.tasks.get(&task).is_some_and(|task| task.truth == LastStatus::Stopped) {
                task_status::report(world, &task);
            }
        }
    }
    if terminated && connected {
        set_status(world, arn, Status::Inactive, &ECS);
    }
}

fn live(world: &World, arn: &str) -> Vec<String> {
    let instance = world.ecs.container_instances.get(arn);
    instance.map(|instance| Vec::from_iter(instance.live.iter().cloned())).unwrap_or_default()
}
