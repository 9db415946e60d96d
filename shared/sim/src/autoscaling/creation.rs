//! Groups that exist when the world begins.

use super::group::{Group, Member};
use super::{LifecycleState, lifetime, zones};
use crate::ec2::InstanceState;
use crate::scenario::GroupSpec;
use crate::world::World;

impl World {
    /// Creates the group with its instances InService, their agents registered, and its warm pool with its instances
    /// stopped. The instances of the warm pool have the numbers after those of the group.
    pub(crate) fn create_group(&mut self, spec: &GroupSpec) {
        let uuid = self.random.uuid(&format!("group/{}", spec.name));
        let group = Group::new(spec, &uuid);
        self.autoscaling.groups.insert(spec.name.clone(), group);
        let launches = spec.launch_ids.iter().map(|id| (id.clone(), spec.name.clone()));
        self.autoscaling.launches.extend(launches);
        let instances = lifetime::launches(self, spec, spec.instances);
        for (n, (launched, expiry)) in instances.into_iter().enumerate() {
            let (running, in_service) = (InstanceState::Running, LifecycleState::InService);
            let id = spec.instance_ids.get(n).map(String::as_str);
            let Some(id) = self.existing_member(spec, id, running, in_service, launched) else {
                return;
            };
            let joined = n < spec.instances.saturating_sub(spec.never_joined);
            let agent = self.autoscaling.agent_of(&id).filter(|_| joined);
            if let Some(agent) = agent {
                self.agent_starts(&id, &agent);
            }
            if let Some(member) = self.autoscaling.members.get_mut(&id) {
                member.joins = joined;
            }
            if let Some(expiry) = expiry {
                lifetime::expires_after(self, &id, expiry);
            }
        }
        let pool = spec.warm_pool.as_ref().map_or(0, |pool| pool.instances);
        for (launched, _) in lifetime::launches(self, spec, pool) {
            let (stopped, warm) = (InstanceState::Stopped, LifecycleState::WarmedStopped);
            self.existing_member(spec, None, stopped, warm, launched);
        }
        self.add_managed_draining_hook(&spec.name);
    }

    fn existing_member(
        &mut self,
        spec: &GroupSpec,
        id: Option<&str>,
        ec2: InstanceState,
        state: LifecycleState,
        launched: jiff::Timestamp,
    ) -> Option<String> {
        let (name, order) = self.autoscaling.groups.get_mut(&spec.name)?.next_name();
        let zone = zones::of_nth(order);
        let id = self.existing_instance(id, &name, ec2, launched, zone);
        self.autoscaling.members.insert(id.clone(), Member::new(&spec.name, order, state));
        self.past_launch(&id, launched, spec.instances);
        Some(id)
    }
}
