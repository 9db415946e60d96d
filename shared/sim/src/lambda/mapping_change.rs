//! The creation of event source mappings, and the changes of their states.

use std::time::Duration;

use super::LambdaEvent;
use super::mapping::{Mapping, MappingState};
use super::poll_plan::plan_poll;
use crate::deployment;
use crate::history::{Caller, Fact};
use crate::world::{World, WorldEvent};

impl World {
    /// Creates an event source mapping, with this UUID or a drawn one.
    pub(crate) fn create_mapping(
        &mut self,
        spec: deployment::DeployedMapping,
        uuid: Option<String>,
    ) {
        let stream = format!("mapping/{}/{}", spec.queue, spec.function);
        let state = if spec.enabled { MappingState::Enabled } else { MappingState::Disabled };
        let mapping = Mapping {
            uuid: uuid.unwrap_or_else(|| self.random.uuid(&stream)),
            state,
            polls: spec.enabled,
            spec,
            modified_at: self.now(),
            running: 0,
            busy_since: Duration::ZERO,
            next_poll: None,
        };
        self.lambda.mappings.push(mapping);
    }
}

/// Begins to enable or to disable a mapping that is not changing. AWS does not document how long the change takes, and if
/// a mapping takes messages meanwhile.
pub(super) fn begin_change(world: &mut World, index: usize, enabled: bool, by: &Caller) {
    let (now, polls) = (world.now(), world.switches.disabling_mapping_polls);
    let Some(mapping) = world.lambda.mappings.get_mut(index) else { return };
    let is_enabled = mapping.state == MappingState::Enabled;
    if is_enabled == enabled {
        return;
    }
    mapping.state = if enabled { MappingState::Enabling } else { MappingState::Disabling };
    mapping.polls = !enabled && polls;
    mapping.modified_at = now;
    note(world, index, by);
    let range = world.switches.mapping_update.clone();
    let delay = world.random.length("lambda/mapping updates", &range.0);
    world.after(delay, WorldEvent::Lambda(LambdaEvent::Changed { mapping: index }));
}

/// Ends the change of a mapping.
pub(super) fn end_change(world: &mut World, index: usize) {
    let Some(mapping) = world.lambda.mappings.get_mut(index) else { return };
    mapping.state = match mapping.state {
        MappingState::Enabling => MappingState::Enabled,
        MappingState::Disabling => MappingState::Disabled,
        other => other,
    };
    mapping.polls = mapping.state == MappingState::Enabled;
    note(world, index, &Caller::Aws("lambda"));
    plan_poll(world, index);
}

fn note(world: &mut World, index: usize, by: &Caller) {
    let Some(mapping) = world.lambda.mappings.get(index) else { return };
    world.note(Fact::EventSourceMapping {
        function: mapping.spec.function.clone(),
        mapping: mapping.uuid.clone(),
        state: mapping.state.name(),
        by: by.clone(),
    });
}
