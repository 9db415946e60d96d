//! Stub.

use crate::world::World;

#[derive(Debug, Default)]
pub(crate) struct Ec2 {}

#[derive(Debug, Clone)]
pub(crate) enum Event {}

pub(crate) fn happen(_world: &mut World, event: Event) {
    match event {}
}

use crate::scenario::SpotAction;

/// What the other services and the script may ask of EC2.
impl World {
    /// Launches an instance; it is `running` after a while. Returns its id.
    pub(crate) fn launch_instance(&mut self, _name: &str) -> String {
        String::new()
    }
    /// The EC2 instance id of a scenario's name for it (`i-<group>-N`), or the id itself.
    pub(crate) fn ec2_instance_named(&self, name: &str) -> Option<String> {
        Some(name.to_owned())
    }
    pub(crate) fn terminate_instance(&mut self, _ec2_instance: &str) {}
    pub(crate) fn stop_instance(&mut self, _ec2_instance: &str) {}
    pub(crate) fn start_instance(&mut self, _ec2_instance: &str) {}
    pub(crate) fn interrupt_spot_instance(&mut self, _ec2_instance: &str, _action: SpotAction) {}
}
