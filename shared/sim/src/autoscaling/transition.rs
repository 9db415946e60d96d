//! Transitions of an instance from one lifecycle state to the next.

use super::LifecycleState;
use crate::history::Fact;
use crate::world::World;

impl World {
    /// Gives an instance a lifecycle state, and records the change with its reason.
    pub(super) fn enter(&mut self, ec2_instance: &str, state: LifecycleState) {
        let Some(member) = self.autoscaling.members.get_mut(ec2_instance) else { return };
        member.state = state;
        let (group, because) = (member.group.clone(), member.because.clone());
        let (ec2_instance, state) = (ec2_instance.to_owned(), state.name());
        self.note(Fact::LifecycleState { group, ec2_instance, state, because });
    }
}
