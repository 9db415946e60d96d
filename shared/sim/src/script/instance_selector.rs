//! Instances as a scenario names them: by name, or by place in a group at the time of the step.

use super::mistake::known_group;
use crate::history::Fact;
use crate::world::World;

/// The instance of a step. Only a name can be resolved before the time of the step.
#[derive(Debug)]
pub(super) enum InstanceSelector<'a> {
    /// `i-<group>-N`, or an EC2 instance id.
    One(&'a str),
    /// `nth:<group>:<n>`: the n-th of the group's instances in service, the oldest member first. After the last
    /// instance, counting begins again with the first.
    Nth {
        /// The group.
        group: &'a str,
        /// Number from 1.
        n: usize,
    },
    /// `latest:<group>`: the group's instance whose lifecycle state changed last.
    Latest {
        /// The group.
        group: &'a str,
    },
}

impl<'a> InstanceSelector<'a> {
    /// Parses a name. A selector has to name an existing group.
    pub(super) fn parse(world: &World, name: &'a str) -> Result<Self, String> {
        if let Some(group) = name.strip_prefix("latest:") {
            known_group(world, group)?;
            return Ok(Self::Latest { group });
        }
        let Some(place) = name.strip_prefix("nth:") else { return Ok(Self::One(name)) };
        let wrong = || format!("`{name}` is not of the form `nth:<group>:<n>`, counted from 1");
        let (group, n) = place.rsplit_once(':').ok_or_else(wrong)?;
        known_group(world, group)?;
        let n = n.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?;
        Ok(Self::Nth { group, n })
    }

    /// Returns the EC2 instance that the selector means now.
    pub(super) fn now(&self, world: &World) -> Option<String> {
        match self {
            Self::One(name) => world.ec2_instance_named(name),
            Self::Nth { group, n } => {
                let in_service = world.autoscaling.in_service(group);
                in_service.get((n - 1) % in_service.len().max(1)).cloned()
            }
            Self::Latest { group } => latest(world, group),
        }
    }
}

fn latest(world: &World, of: &str) -> Option<String> {
    let mut changed = world.history().iter().rev().filter_map(|entry| match &entry.fact {
        Fact::LifecycleState { group, ec2_instance, .. } if group == of => Some(ec2_instance),
        _ => None,
    });
    changed.find(|id| world.autoscaling.members.contains_key(*id)).cloned()
}

/// Returns the EC2 instance that a name in a step selects now.
pub(super) fn instance(world: &World, name: &str) -> Option<String> {
    InstanceSelector::parse(world, name).ok()?.now(world)
}

/// Returns the EC2 instances of a task's `on` at this moment: the named ones, or all of a group outside its warm pool
/// (`each:<group>`).
pub(super) fn hosts(world: &World, on: &str) -> Vec<String> {
    let Some(group) = on.strip_prefix("each:") else {
        return on.split(',').filter_map(|name| instance(world, name.trim())).collect();
    };
    let members = world.autoscaling.members_of(group).into_iter();
    let in_group = members.filter(|(_, member)| !member.state.is_warm());
    in_group.map(|(id, _)| id.clone()).collect()
}
