//! The evaluation of a target tracking policy, once a minute.
//!
//! The policy starts from the number of RUNNING tasks, not from the desired count (ECS developer guide,
//! service-auto-scaling). Without tasks there is no data point. A desired count above the maximum comes down at the
//! next scale-in, and one below the minimum goes up at the next scale-out. A deployment turns scale-in off.

use std::time::Duration;

use crate::world::{World, WorldEvent};

use super::scalable_target::{ScalableTarget, TrackingPolicy};
use super::{ApplicationAutoScalingEvent, capacity};

/// Interval of the data points.
pub(super) const INTERVAL: Duration = Duration::from_secs(60);

/// Evaluates the policy of a target, and plans the next evaluation.
pub(super) fn evaluate(world: &mut World, resource: &str) {
    let Some(target) = world.application_autoscaling.targets.get(resource) else { return };
    let running = world.running_count(&target.service);
    if let Some(policy) = policy_of(world, resource) {
        policy.add_data_point(running);
        act(world, resource);
    }
    let event = ApplicationAutoScalingEvent::Evaluate { resource: resource.to_owned() };
    world.after(INTERVAL, WorldEvent::ApplicationAutoScaling(event));
}

/// Scales out or in if an alarm of the policy is in breach. "Application Auto Scaling evaluates policies with alarm
/// thresholds that are currently in breach" when scaling resumes too (user guide, suspend and resume scaling).
pub(super) fn act(world: &mut World, resource: &str) {
    let Some(target) = world.application_autoscaling.targets.get(resource) else { return };
    let Some(desired) = world.active_desired_count(&target.service) else { return };
    let is_deploying = world.is_deploying(&target.service);
    let Some(wanted) = wanted_capacity(target, desired, is_deploying) else { return };
    if let Some(policy) = policy_of(world, resource) {
        (policy.too_few_for, policy.too_many_for) = (Duration::ZERO, Duration::ZERO);
    }
    let cause = "monitor alarm of the policy tracking in state ALARM triggered policy tracking";
    capacity::set(world, resource, wanted, cause);
}

/// Returns the capacity that the policy sets now; none if no alarm is in breach, or its scaling is suspended.
fn wanted_capacity(target: &ScalableTarget, desired: usize, is_deploying: bool) -> Option<usize> {
    let policy = target.policy.as_ref()?;
    let wanted = target.within(policy.demand);
    let scales_out = policy.too_few_for >= policy.scale_out_after && !target.suspended.scale_out;
    let scales_in =
        policy.too_many_for >= policy.scale_in_after && !target.suspended.scale_in && !is_deploying;
    (scales_out && wanted > desired || scales_in && wanted < desired).then_some(wanted)
}

impl TrackingPolicy {
    fn add_data_point(&mut self, running: usize) {
        let has_data = running > 0;
        let lasts =
            |before: Duration, holds: bool| if holds { before + INTERVAL } else { Duration::ZERO };
        self.too_few_for = lasts(self.too_few_for, has_data && running < self.demand);
        self.too_many_for = lasts(self.too_many_for, has_data && running > self.demand);
    }
}

fn policy_of<'a>(world: &'a mut World, resource: &str) -> Option<&'a mut TrackingPolicy> {
    world.application_autoscaling.targets.get_mut(resource)?.policy.as_mut()
}
