//! Hosts and their agents: a container instance registers, loses its agent, and leaves.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::history::{Caller, Fact, KillCause};
use crate::host_loss::HostLoss;
use crate::region::ZONES;
use crate::world::{World, WorldEvent};

use super::container_instance::{ContainerInstance, FIRST_VERSION, Status, agent_attributes};
use super::status_change::{changed, set_status};
use super::task::{LastStatus, StopReason};
use super::{AgentConfiguration, EcsEvent, arn, containers, life, pass, target, task_status};

/// ECS itself, as the history names it.
const ECS: Caller = Caller::Aws("ecs");

/// Registers a new container instance, as the agent of an EC2 instance does.
pub(super) fn register(world: &mut World, ec2_instance: &str, agent: &AgentConfiguration) {
    let cluster = &agent.cluster;
    let arn = new_arn(world, ec2_instance, agent);
    let zone = world.ec2.get(ec2_instance).map_or(ZONES[0], |instance| instance.zone);
    let instance = ContainerInstance {
        arn: arn.clone(),
        cluster: cluster.to_owned(),
        ec2_instance: ec2_instance.to_owned(),
        status: Status::Registering,
        connected: true,
        host_up: true,
        version: FIRST_VERSION,
        registered_at: world.now(),
        attributes: agent_attributes(agent, zone),
        task_slots: agent.task_slots,
        zone,
        capacity_provider: agent.capacity_provider.clone(),
        launch_type: agent.launch_type,
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

/// Returns the ARN of a new container instance. The first one gets the given id, if there is one.
fn new_arn(world: &mut World, ec2_instance: &str, agent: &AgentConfiguration) -> String {
    let within = |id: &str| arn::within("container-instance", &agent.cluster, id);
    let given = agent.container_instance.as_deref().map(within);
    let given = given.filter(|arn| !world.ecs.container_instances.contains_key(arn));
    let mut drawn = || world.random.hex(&format!("container-instance/{ec2_instance}"), 32);
    given.unwrap_or_else(|| within(&drawn()))
}

/// Makes a new container instance ACTIVE. A container instance of the world's start publishes no event.
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

/// Changes the agent's connection. On a new connection, ECS learns the status of the tasks, and the agent learns of
/// stops.
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

/// Takes the power of a host. The tasks are killed now, and ECS learns of the loss later.
///
/// ECS deregisters a terminated container instance by itself if it ran with a connected agent. In contrast, "stopped
/// container instances or instances with disconnected agents aren't automatically deregistered when terminated" (API
/// reference, DeregisterContainerInstance). A stopped container instance keeps its status, and its agent is
/// disconnected (ECS developer guide, ECS_instances: "within a few minutes"; here at once). ECS does not learn of a
/// reboot. The agent connects again and reports the tasks.
pub(super) fn goes(world: &mut World, arn: &str, loss: HostLoss) {
    let Some(instance) = world.ecs.container_instances.get(arn) else { return };
    let connected = instance.connected;
    for task in live(world, arn) {
        kill(world, &task, loss);
    }
    if let Some(instance) = world.ecs.container_instances.get_mut(arn) {
        (instance.host_up, instance.connected) = (false, false);
    }
    if connected {
        changed(world, arn);
    }
    if loss == HostLoss::Rebooted {
        return;
    }
    let range = world.switches.deregistration.clone();
    let delay = world.random.length(&format!("deregistration/{arn}"), &range.0);
    let container_instance = arn.to_owned();
    world.after(
        delay,
        WorldEvent::Ecs(EcsEvent::HostMissed { container_instance, connected, loss }),
    );
}

fn kill(world: &mut World, arn: &str, loss: HostLoss) {
    let now = world.now();
    let Some(task) = world.ecs.tasks.get_mut(arn).filter(|t| t.truth != LastStatus::Stopped) else {
        return;
    };
    let how = match task.truth {
        LastStatus::Stopping => KillCause::StopCutShort,
        status => KillCause::HostGone { last_status: status.name() },
    };
    task.turn += 1;
    task.execution_stopped_at = task.started_at.and(Some(now));
    (task.truth, task.held) = (LastStatus::Stopped, false);
    task.stop = Some(stop_reason(&task.ec2_instance, loss));
    let task = task.to_ref();
    target::gone(world, arn);
    world.note(Fact::TaskKilled { task, how });
}

/// Returns the stop reason of a task whose host lost power. The text for a termination comes from field reports; AWS
/// documents none. After a reboot the agent finds the containers exited (agent source, engine state synchronization).
fn stop_reason(ec2_instance: &str, loss: HostLoss) -> StopReason {
    let went = match loss {
        HostLoss::Rebooted | HostLoss::LeftBehind => {
            let reason = "Essential container in task exited".to_owned();
            return StopReason { code: "EssentialContainerExited", reason };
        }
        HostLoss::Terminated => "terminated",
        HostLoss::Stopped => "stopped",
    };
    let reason = format!("Host EC2 (instance {ec2_instance}) {went}.");
    StopReason { code: "TerminationNotice", reason }
}

/// Handles the moment at which ECS learns of the loss of a host.
pub(super) fn missed(world: &mut World, arn: &str, connected: bool, loss: HostLoss) {
    let terminated = loss == HostLoss::Terminated;
    let ghost = (terminated && !connected) || loss == HostLoss::LeftBehind;
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
