//! Stub.

use crate::world::World;

#[derive(Debug, Default)]
pub(crate) struct Ecs {}

#[derive(Debug, Clone)]
pub(crate) enum Event {}

pub(crate) fn happen(_world: &mut World, event: Event) {
    match event {}
}

use std::time::Duration;

use crate::api::Refusal;
use crate::history::{Caller, TaskRef};
use crate::scenario::{ClusterSpec, ServiceSpec, StandaloneSpec, TaskDefinitionSpec};

/// What the other services and the script may ask of ECS.
impl World {
    pub(crate) fn create_cluster(&mut self, _spec: &ClusterSpec) {}
    pub(crate) fn register_task_definition(&mut self, _spec: &TaskDefinitionSpec) {}
    /// Creates the service at its desired count, steady, on the container instances that are there.
    pub(crate) fn create_service(&mut self, _spec: &ServiceSpec) {}
    /// Starts a standalone task on the container instance of an EC2 instance; at the start of the world it RUNs already.
    pub(crate) fn start_task(&mut self, _spec: &StandaloneSpec, _ec2_instance: &str) {}
    /// The agent on an EC2 instance registers with its cluster, or reconnects to the container instance that it had.
    pub(crate) fn agent_starts(&mut self, _ec2_instance: &str, _cluster: &str, _task_slots: usize) {
    }
    pub(crate) fn agent_connection(&mut self, _ec2_instance: &str, _connected: bool) {}
    /// The host begins to leave service (a Spot notice, or Auto Scaling's choice): `runs_on` counts from here.
    pub(crate) fn host_begins_to_leave(&mut self, _ec2_instance: &str) {}
    /// The host loses power: terminated, or stopped (warm pool, Spot stop).
    pub(crate) fn host_goes(&mut self, _ec2_instance: &str, _terminated: bool) {}
    pub(crate) fn set_container_instance_status(
        &mut self,
        _ec2_instance: &str,
        _status: &str,
        _by: &Caller,
    ) -> Result<(), String> {
        Ok(())
    }
    /// Tasks on an EC2 instance whose `lastStatus` is not STOPPED.
    pub(crate) fn tasks_left_on(&self, _ec2_instance: &str) -> Vec<TaskRef> {
        Vec::new()
    }
    /// The status of an EC2 instance's container instance.
    pub(crate) fn container_instance_status(&self, _ec2_instance: &str) -> Option<&'static str> {
        None
    }
    /// When the last of the tasks on an EC2 instance took STOPPED.
    pub(crate) fn last_stopped_on(&self, _ec2_instance: &str) -> Option<Duration> {
        None
    }
}

/// An ECS API call (awsJson 1.1).
pub(crate) fn call(
    _world: &mut World,
    _caller: &Caller,
    operation: &str,
    _input: &serde_json::Value,
) -> Result<serde_json::Value, Refusal> {
    Err(Refusal::Unknown(format!("ECS {operation}")))
}
