//! Scalable targets of a scenario, and changes of the load.

use std::time::Duration;

use crate::ecs::ScalingSettings;
use crate::region::{ACCOUNT, REGION};
use crate::scenario::{ScalingSpec, ScheduledActionSpec};
use crate::world::{World, WorldEvent};

use super::scalable_target::{ScalableTarget, ScheduledAction, Suspension, TrackingPolicy};
use super::{ApplicationAutoScalingEvent, capacity, policy, resource_id, target_arn};

impl World {
    /// Registers the service of a scenario as a scalable target.
    pub(crate) fn create_scalable_target(
        &mut self,
        cluster: &str,
        service: &str,
        spec: &ScalingSpec,
    ) {
        let resource = resource_id(cluster, service);
        let mut target = new_target(self, &resource, spec.min, spec.max);
        target.suspended = Suspension {
            scale_in: spec.scale_in_suspended,
            scale_out: spec.scale_out_suspended,
            scheduled: spec.scheduled_suspended,
        };
        target.policy = spec.demand.map(|demand| TrackingPolicy {
            demand,
            scale_out_after: spec.scale_out_after.0,
            scale_in_after: spec.scale_in_after.0,
            too_few_for: Duration::ZERO,
            too_many_for: Duration::ZERO,
        });
        let actions = spec.scheduled_actions.iter();
        target.scheduled_actions = actions.map(|spec| scheduled_action(self, spec)).collect();
        let is_tracking = target.policy.is_some();
        self.application_autoscaling.targets.insert(resource.clone(), target);
        capacity::note(self, &resource, &super::CALLER);
        for (action, spec) in spec.scheduled_actions.iter().enumerate() {
            let resource = resource.clone();
            let event = ApplicationAutoScalingEvent::Scheduled { resource, action };
            self.after(spec.at.0, WorldEvent::ApplicationAutoScaling(event));
        }
        if is_tracking {
            let event = ApplicationAutoScalingEvent::Evaluate { resource };
            self.after(policy::INTERVAL, WorldEvent::ApplicationAutoScaling(event));
        }
    }

    /// Returns the settings of a service's scalable target.
    pub(crate) fn scaling_settings(&self, cluster: &str, service: &str) -> Option<ScalingSettings> {
        let target = self.application_autoscaling.targets.get(&resource_id(cluster, service))?;
        Some(ScalingSettings {
            min: target.min,
            max: target.max,
            scale_in_suspended: target.suspended.scale_in,
            scale_out_suspended: target.suspended.scale_out,
            scheduled_suspended: target.suspended.scheduled,
        })
    }

    /// Changes the number of tasks that the load of a service needs. Has no effect on a service without a policy.
    pub(crate) fn set_demand(&mut self, cluster: &str, service: &str, demand: usize) {
        let target = self.application_autoscaling.targets.get_mut(&resource_id(cluster, service));
        if let Some(policy) = target.and_then(|target| target.policy.as_mut()) {
            policy.demand = demand;
        }
    }
}

/// Returns a target without suspensions, policy and scheduled actions.
pub(super) fn new_target(
    world: &mut World,
    resource: &str,
    min: usize,
    max: usize,
) -> ScalableTarget {
    let id = world.random.hex(&format!("scalable target/{resource}"), 34);
    ScalableTarget {
        arn: target_arn(&id),
        service: service_arn(resource),
        min,
        max,
        suspended: Suspension::default(),
        created_at: world.now(),
        policy: None,
        scheduled_actions: Vec::new(),
        activities: Vec::new(),
    }
}

/// Returns the ARN of the service of a resource id.
fn service_arn(resource: &str) -> String {
    format!("arn:aws:ecs:{REGION}:{ACCOUNT}:{resource}")
}

fn scheduled_action(world: &mut World, spec: &ScheduledActionSpec) -> ScheduledAction {
    let id = world.random.uuid("scheduled actions");
    let name = &spec.name;
    let arn = format!(
        "arn:aws:autoscaling:{REGION}:{ACCOUNT}:scheduledAction:{id}:resource/ecs:scheduledActionName/{name}"
    );
    ScheduledAction { name: name.clone(), arn, at: spec.at.0, min: spec.min, max: spec.max }
}
