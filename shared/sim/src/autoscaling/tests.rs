mod agents;
mod capacity;
mod hooks;
mod reboots;
mod replacement;
mod root_volume;
mod warm_pool;
mod zones;

use std::time::Duration;

use crate::history::{ActionEnd, Fact};
use crate::scenario::{Scenario, Switches};
use crate::world::World;

/// Returns a world that plays a scenario. The JSON has the groups and steps.
pub(crate) fn playing(scenario: serde_json::Value) -> World {
    playing_with(scenario, Switches::default())
}

pub(crate) fn playing_with(scenario: serde_json::Value, switches: Switches) -> World {
    let scenario: Scenario = serde_json::from_value(scenario).expect("a scenario");
    let mut world = World::new(7, switches);
    world.play(&scenario).expect("a scenario without mistakes");
    world
}

pub(crate) fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// Returns the lifecycle states that an instance took, by its name in the scenario.
pub(crate) fn states(world: &World, name: &str) -> Vec<&'static str> {
    let id = world.ec2_instance_named(name).unwrap_or_default();
    let taken = world.history().iter().filter_map(|entry| match &entry.fact {
        Fact::LifecycleState { ec2_instance, state, .. } if *ec2_instance == id => Some(*state),
        _ => None,
    });
    taken.collect()
}

/// Returns the time at which an instance first took a lifecycle state.
pub(crate) fn when(world: &World, name: &str, wanted: &str) -> Option<Duration> {
    let id = world.ec2_instance_named(name)?;
    let mut entries = world.history().iter();
    let found = entries.find(|entry| match &entry.fact {
        Fact::LifecycleState { ec2_instance, state, .. } => *ec2_instance == id && *state == wanted,
        _ => false,
    });
    found.map(|entry| entry.at)
}

/// Returns the reason of an instance's lifecycle state.
pub(crate) fn why(world: &World, name: &str, wanted: &str) -> Option<String> {
    let id = world.ec2_instance_named(name)?;
    world.history().iter().find_map(|entry| match &entry.fact {
        Fact::LifecycleState { ec2_instance, state, because, .. }
            if *ec2_instance == id && *state == wanted =>
        {
            Some(because.clone())
        }
        _ => None,
    })
}

/// Returns the ends of the lifecycle actions of an instance: hook, and end.
pub(crate) fn ends(world: &World, name: &str) -> Vec<(String, ActionEnd)> {
    let id = world.ec2_instance_named(name).unwrap_or_default();
    let ended = world.history().iter().filter_map(|entry| match &entry.fact {
        Fact::ActionEnded { hook, ec2_instance, how, .. } if *ec2_instance == id => {
            Some((hook.clone(), how.clone()))
        }
        _ => None,
    });
    ended.collect()
}

/// Returns the names of a group's instances in a state, the oldest member first.
pub(crate) fn in_state(world: &World, group: &str, wanted: &str) -> Vec<String> {
    let members = world.autoscaling.members_of(group).into_iter();
    let found = members.filter(|(_, member)| member.state.name() == wanted);
    found.map(|(id, _)| world.ec2_instance_name(id).unwrap_or_default().to_owned()).collect()
}

/// Returns the details of the published events of a detail type.
pub(crate) fn published(world: &World, detail_type: &str) -> Vec<serde_json::Value> {
    let events = world.ec2.announced.iter().filter(|event| event.detail_type == detail_type);
    events.map(|event| event.detail.clone()).collect()
}

pub(crate) fn act(world: &mut World, hook: &str, name: &str, result: &'static str) {
    let id = world.ec2_instance_named(name).expect("an instance");
    let group = world.autoscaling.members[&id].group.clone();
    let by = crate::history::Caller::Other("test".to_owned());
    world.complete_lifecycle_action(&group, hook, &id, result, &by).expect("an active action");
}
