//! Blue/green deployments: the tasks of the new revision run beside those of the old one.
//!
//! The traffic goes to the new tasks all at once. The old ones stay for the bake time (ECS developer guide,
//! blue-green-deployment-how-it-works).
//!
//! Of the stages, SCALE_UP, BAKE_TIME and CLEAN_UP take time here. There are no lifecycle hooks, and no test traffic.

use crate::world::{World, WorldEvent};

use super::deployment::RolloutState;
use super::service_deployment::LifecycleStage;
use super::survey::Survey;
use super::{EcsEvent, deployment_log, pass, target};

/// Shifts the traffic once the tasks of the new revision are healthy. The bake time begins.
pub(super) fn advance(world: &mut World, service: &str, survey: &Survey) {
    let Some(found) = world.ecs.services.get(service) else { return };
    let Some(bake_time) = found.bake_time else { return };
    let primary = &found.primary;
    let scales_up = found.records.first().is_some_and(|record| {
        record.stage == Some(LifecycleStage::ScaleUp) && record.deployment == primary.id
    });
    let is_up = survey.staying == found.desired && survey.unhealthy_staying == 0;
    if !scales_up || !is_up || primary.rollout != RolloutState::InProgress {
        return;
    }
    let deployment = primary.id.clone();
    target::shift(world, service);
    deployment_log::enter_stage(world, service, LifecycleStage::BakeTime);
    let event = EcsEvent::BakeTimeEnds { service: service.to_owned(), deployment };
    world.after(bake_time, WorldEvent::Ecs(event));
}

/// Ends the bake time of a deployment. The scheduler stops the tasks of the old revision.
pub(super) fn clean_up(world: &mut World, service: &str, deployment: &str) {
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    let primary = &mut found.primary;
    if primary.id != deployment || primary.rollout != RolloutState::InProgress {
        return;
    }
    primary.keeps_earlier = false;
    deployment_log::enter_stage(world, service, LifecycleStage::CleanUp);
    pass::soon(world, service);
}
