//! The operations of ECS for the other services and the script.

use std::time::Duration;

use crate::history::{Caller, Fact, TaskRef};
use crate::host_loss::HostLoss;
use crate::scenario::{ClusterSpec, StandaloneSpec, TaskDefinitionSpec};
use crate::world::World;

use super::AgentConfiguration;
use super::container_instance::Status;
use super::start::{NewTask, settle, start};
use super::status_change::set_status;
use super::task::{LastStatus, Task};
use super::{host, run_time};

impl World {
    /// Returns every task that is not STOPPED.
    pub fn live_tasks(&self) -> Vec<TaskRef> {
        let live = self.ecs.tasks.values();
        let live = live.filter(|task| task.last_status != LastStatus::Stopped);
        live.map(Task::to_ref).collect()
    }

    /// Creates a cluster, unless it exists.
    pub(crate) fn create_cluster(&mut self, spec: &ClusterSpec) {
        let cluster = self.ecs.cluster(&spec.name);
        cluster.tags.extend(spec.tags.clone());
        let providers = spec.managed_instances.iter().map(|provider| provider.name.clone());
        cluster.managed_instances.extend(providers);
    }

    /// Returns true if a cluster has this name.
    pub(crate) fn has_cluster(&self, name: &str) -> bool {
        self.ecs.clusters.contains_key(name)
    }

    /// Registers the next revision of a family.
    pub(crate) fn register_task_definition(&mut self, spec: &TaskDefinitionSpec) {
        self.ecs.task_definitions.register(spec);
    }

    /// Starts a standalone task on the container instance of an EC2 instance. At the start of the world the task is
    /// RUNNING at once. The history records a task that cannot start.
    pub(crate) fn start_task(&mut self, spec: &StandaloneSpec, ec2_instance: &str) {
        let instance = self.ecs.container_instance_on(ec2_instance);
        let Some(instance) = instance.filter(|i| i.takes_tasks() && i.free_slots() > 0) else {
            let status = instance.map_or("none", |instance| instance.status.name());
            let family = &spec.family;
            let what =
                format!("{family} not started on {ec2_instance}: container instance {status}");
            return self.note(Fact::Scripted { what });
        };
        let instance = instance.arn.clone();
        let revision = self.ecs.task_definitions.named_or_new(&spec.family);
        let standalone = NewTask::standalone(&instance, &revision);
        let new = NewTask {
            group: spec.group.clone().unwrap_or(standalone.group.clone()),
            started_by: spec.started_by.clone(),
            tags: spec.tags.clone(),
            lasts: spec.lasts.clone(),
            runs_on: spec.runs_on.clone(),
            ..standalone
        };
        if self.elapsed() == Duration::ZERO {
            settle(self, &new);
        } else {
            start(self, &new);
        }
    }

    /// Registers the agent on an EC2 instance with its cluster. An agent that has a container instance, in any status,
    /// connects to it again.
    pub(crate) fn agent_starts(&mut self, ec2_instance: &str, agent: &AgentConfiguration) {
        let known = self.ecs.container_instance_on(ec2_instance);
        match known.filter(|instance| instance.status != Status::Inactive) {
            Some(instance) => {
                let arn = instance.arn.clone();
                if let Some(instance) = self.ecs.container_instances.get_mut(&arn) {
                    (instance.host_up, instance.leaving) = (true, false);
                }
                host::set_connection(self, &arn, true);
            }
            None => host::register(self, ec2_instance, agent),
        }
    }

    /// Changes the connection of an EC2 instance's agent. The containers run on.
    pub(crate) fn agent_connection(&mut self, ec2_instance: &str, connected: bool) {
        if let Some(arn) = self.ecs.by_ec2_instance.get(ec2_instance).cloned() {
            host::set_connection(self, &arn, connected);
        }
    }

    /// Marks the time at which the host begins to leave service (a Spot warning, or Auto Scaling's choice). `runs_on`
    /// counts from the first call; later calls have no effect.
    pub(crate) fn host_begins_to_leave(&mut self, ec2_instance: &str) {
        let ecs = &mut self.ecs;
        let Some(arn) = ecs.by_ec2_instance.get(ec2_instance) else { return };
        let Some(instance) = ecs.container_instances.get_mut(arn).filter(|i| !i.leaving) else {
            return;
        };
        instance.leaving = true;
        let tasks = instance.live.iter().filter_map(|task| ecs.tasks.get(task));
        let up = tasks.filter(|task| task.started_at.is_some());
        let left: Vec<_> = up.filter_map(|task| Some((task.arn.clone(), task.runs_on?))).collect();
        for (task, length) in left {
            run_time::ends_in(self, &task, length);
        }
    }

    /// Takes the power of a host.
    pub(crate) fn host_goes(&mut self, ec2_instance: &str, loss: HostLoss) {
        if let Some(arn) = self.ecs.by_ec2_instance.get(ec2_instance).cloned() {
            host::goes(self, &arn, loss);
        }
    }

    /// Reboots a host with a new root volume. If the agent's checkpoint is lost with the old volume, the EC2 instance
    /// loses its container instance.
    pub(crate) fn host_reboots(&mut self, ec2_instance: &str) {
        if self.switches.root_volume_replacement_keeps_container_instance {
            self.host_goes(ec2_instance, HostLoss::Rebooted);
        } else {
            self.host_goes(ec2_instance, HostLoss::LeftBehind);
            self.ecs.by_ec2_instance.remove(ec2_instance);
        }
    }

    /// Carries out UpdateContainerInstancesState for one instance. The error is the reason of the failure.
    pub(crate) fn set_container_instance_status(
        &mut self,
        ec2_instance: &str,
        status: &str,
        by: &Caller,
    ) -> Result<(), String> {
        let arn = self.ecs.by_ec2_instance.get(ec2_instance).cloned();
        let arn = arn.ok_or_else(|| "MISSING".to_owned())?;
        self.change_status(&arn, status, by)
    }

    /// Carries out UpdateContainerInstancesState for one ARN. "A container instance can't be changed to DRAINING
    /// until it has reached an ACTIVE status. If the instance is in any other status, an error will be received" (API
    /// reference). AWS documents neither that error nor the effect of DRAINING on a DRAINING instance.
    pub(super) fn change_status(
        &mut self,
        arn: &str,
        status: &str,
        by: &Caller,
    ) -> Result<(), String> {
        let Some(instance) = self.ecs.container_instances.get(arn) else {
            return Err("MISSING".to_owned());
        };
        let twice = self.switches.draining_twice_fails;
        let to = match (instance.status, status) {
            (Status::Draining, "DRAINING") if twice => return Err("DRAINING".to_owned()),
            (Status::Active | Status::Draining, "DRAINING") => Status::Draining,
            (Status::Active | Status::Draining, "ACTIVE") => Status::Active,
            (Status::Registering | Status::Inactive, _) => {
                return Err(instance.status.name().to_owned());
            }
            (_, other) => return Err(format!("no status {other}")),
        };
        set_status(self, arn, to, by);
        Ok(())
    }

    /// Returns the tasks on an EC2 instance whose `lastStatus` is not STOPPED.
    pub(crate) fn tasks_left_on(&self, ec2_instance: &str) -> Vec<TaskRef> {
        let instance = self.ecs.container_instance_on(ec2_instance);
        let tasks = instance.into_iter().flat_map(|instance| &instance.live);
        tasks.filter_map(|task| self.ecs.tasks.get(task)).map(|task| task.to_ref()).collect()
    }

    /// Returns the status of an EC2 instance's container instance.
    #[cfg(test)]
    pub(crate) fn container_instance_status(&self, ec2_instance: &str) -> Option<&'static str> {
        self.ecs.container_instance_on(ec2_instance).map(|instance| instance.status.name())
    }

    /// Returns the time at which the last task on an EC2 instance became STOPPED.
    #[cfg(test)]
    pub(crate) fn last_stopped_on(&self, ec2_instance: &str) -> Option<Duration> {
        self.ecs.container_instance_on(ec2_instance)?.last_stopped
    }
}
