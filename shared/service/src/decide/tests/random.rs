//! Random scenes: any service at any time of any operation.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::scene::{DAY, HOUR, Scene, deployment, scene_of, service_deployment};
use super::tasks::{TaskScene, new, old};
use crate::kind::OperationKind;
use crate::observation::*;
use crate::question::OperationQuestion;
use crate::request::StopMethod;
use strum::VariantArray;

/// Returns any task, old or new, in any state.
fn any_task() -> impl Strategy<Value = TaskScene> {
    let state = 0..8_u8;
    let protected = option::of(prop_oneof![-HOUR..3 * HOUR, HOUR..HOUR + 600]);
    (any::<bool>(), 0..40_u8, state, -DAY..3 * HOUR, protected).prop_map(
        |(is_old, n, state, at, protected)| {
            let task = if is_old { old(&format!("old{n}")) } else { new(&format!("new{n}")) };
            let mut task = match state {
                0 => task.starting(),
                1 => task.stopping(),
                2 => task.scaled_in_at(at),
                3 => task.exited(at, 1),
                4 => task.with_container_health(ContainerHealth::Unhealthy),
                5 => task.with_target(TargetState::Draining),
                _ => task,
            };
            if let Some(until) = protected {
                task = task.protected_until(until);
            }
            task
        },
    )
}

fn any_suspended() -> impl Strategy<Value = SuspendedScaling> {
    let flags = any::<(bool, bool, bool)>();
    let some = flags.prop_map(|(scale_in, scale_out, scheduled)| SuspendedScaling {
        scale_in,
        scale_out,
        scheduled,
    });
    prop_oneof![some, Just(SuspendedScaling::ALL)]
}

fn any_rollout() -> impl Strategy<Value = Option<RolloutState>> {
    let state = [RolloutState::InProgress, RolloutState::Completed, RolloutState::Failed];
    prop_oneof![6 => Just(Some(RolloutState::Completed)), 2 => option::of(select(state.to_vec()))]
}

fn any_service_deployment() -> impl Strategy<Value = ObservedServiceDeployment> {
    let status = [
        "PENDING",
        "IN_PROGRESS",
        "SUCCESSFUL",
        "STOPPED",
        "ROLLBACK_IN_PROGRESS",
        "ROLLBACK_SUCCESSFUL",
        "A_NEW_STATUS",
    ];
    (select(status.to_vec()), -HOUR..HOUR).prop_map(|(status, at)| service_deployment(status, at))
}

/// Changes of a scene's request, service and state.
fn any_settings() -> impl Strategy<Value = (bool, bool, u32, bool, Option<StopMethod>, u8)> {
    let method = option::of(select(vec![StopMethod::Scheduler, StopMethod::StopTask]));
    (any::<bool>(), any::<bool>(), 1..4_u32, any::<bool>(), method, 0..12_u8)
}

/// Returns any scene.
pub(super) fn any_scene() -> impl Strategy<Value = Scene> {
    let kind = prop_oneof![4 => Just(OperationKind::Recycle), 2 => Just(OperationKind::Restart),
        1 => select(OperationKind::VARIANTS.to_vec())];
    let scaling = option::of((0..5_u32, 0..5_u32, any_suspended()));
    let silent = vec(select(OperationQuestion::VARIANTS.to_vec()), 0..2);
    let service = (0..6_u32, any_rollout(), -DAY..HOUR, vec(any_service_deployment(), 0..2));
    let times = (0..60 * HOUR, any::<bool>());
    (kind, any_settings(), vec(any_task(), 0..7), scaling, silent, service, times).prop_map(
        |(kind, settings, tasks, scaling, silent, service, (now, is_proven))| {
            let (maintains, balanced, batch, recorded, method, state) = settings;
            let (desired, rollout, deployed, service_deployments) = service;
            let mut scene = scene_of(kind).with_all(tasks).desired(desired).now(now);
            if kind == OperationKind::Recycle {
                scene = scene.batch(batch).asking(|it| it.maintain_service_state = maintains);
            }
            if balanced {
                scene = scene.behind_a_load_balancer();
            }
            if let Some((min, more, suspended)) = scaling {
                scene = scene.scaled(min, min + more).with_target(min, min + more, suspended);
                if kind != OperationKind::Recycle {
                    scene.record.scaling = None;
                }
            }
            scene = match state {
                0 => scene.cancelled(),
                1 => scene.stopped("replacement-failed"),
                2 => scene.in_state(|state| state.began = false),
                3 => scene.without_service(),
                _ => scene,
            };
            if let Some(service) = &mut scene.service {
                let mut primary = deployment("ecs-svc/1", deployed);
                primary.rollout = rollout;
                service.deployments = vec![primary];
            }
            if kind == OperationKind::Recycle {
                scene.record.request.stop_with = method;
            }
            Scene {
                recorded: recorded || state > 3,
                silent,
                is_proven,
                service_deployments,
                ..scene
            }
        },
    )
}
