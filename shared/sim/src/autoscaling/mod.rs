//! Stub.

use crate::world::World;

#[derive(Debug, Default)]
pub(crate) struct AutoScaling {}

#[derive(Debug, Clone)]
pub(crate) enum Event {}

pub(crate) fn happen(_world: &mut World, event: Event) {
    match event {}
}

use crate::api::Refusal;
use crate::history::Caller;
use crate::scenario::GroupSpec;

/// What the script and managed draining may ask of Auto Scaling.
impl World {
    /// Creates the group with its instances InService, their agents registered.
    pub(crate) fn create_group(&mut self, _spec: &GroupSpec) {}
    pub(crate) fn complete_lifecycle_action(
        &mut self,
        _group: &str,
        _hook: &str,
        _ec2_instance: &str,
        _result: &'static str,
        _by: &Caller,
    ) -> Result<(), Refusal> {
        Ok(())
    }
    pub(crate) fn record_heartbeat(
        &mut self,
        _group: &str,
        _hook: &str,
        _ec2_instance: &str,
        _by: &Caller,
    ) -> Result<(), Refusal> {
        Ok(())
    }
}

/// An Auto Scaling API call (awsQuery): parameters by their flattened names, e.g. `InstanceIds.member.1`.
/// The answer is the XML inside `<OperationResult>`.
pub(crate) fn call(
    _world: &mut World,
    _caller: &Caller,
    operation: &str,
    _input: &std::collections::BTreeMap<String, String>,
) -> Result<String, Refusal> {
    Err(Refusal::Unknown(format!("Auto Scaling {operation}")))
}
