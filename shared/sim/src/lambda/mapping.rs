//! An event source mapping: its state, and its limit of batches in progress.

use std::time::Duration;

use jiff::Timestamp;

use super::LambdaEvent;
use super::poll_plan::plan_poll;
use crate::deployment;
use crate::history::{Caller, Fact};
use crate::world::{World, WorldEvent};

/// Lambda developer guide, services-sqs-scaling: five batches at once at first, up to 300 more a minute, 1250 at most.
const FIRST_CONCURRENCY: usize = 5;
const MORE_A_MINUTE: usize = 300;
const MOST_CONCURRENCY: usize = 1250;

/// State of a mapping (API reference, UpdateEventSourceMapping, `State`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MappingState {
    Enabling,
    Enabled,
    Disabling,
    Disabled,
}

impl MappingState {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Enabling => "Enabling",
            Self::Enabled => "Enabled",
            Self::Disabling => "Disabling",
            Self::Disabled => "Disabled",
        }
    }

    /// Returns true while a change is under way.
    pub(super) fn changes(self) -> bool {
        matches!(self, Self::Enabling | Self::Disabling)
    }
}

#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) spec: deployment::DeployedMapping,
    pub(super) uuid: String,
    pub(super) state: MappingState,
    /// True if the mapping takes messages out of its queue.
    pub(super) polls: bool,
    pub(super) modified_at: Timestamp,
    /// Number of batches in progress.
    pub(super) running: usize,
    /// Time since which at least one batch has always been in progress.
    pub(super) busy_since: Duration,
    pub(super) next_poll: Option<Duration>,
}

impl Mapping {
    pub(super) fn has_room(&self, now: Duration) -> bool {
        let minutes = (now.saturating_sub(self.busy_since)).as_secs() as usize / 60;
        let grown = (FIRST_CONCURRENCY + MORE_A_MINUTE * minutes).min(MOST_CONCURRENCY);
        let most = self.spec.maximum_concurrency.unwrap_or(grown).min(grown);
        self.running < most
    }
}

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
