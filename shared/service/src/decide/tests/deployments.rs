//! Deployments by other tools while a recycle is open.

use super::scene::{
    HOUR, MINUTE, Scene, deployment, scene, service_deployment, set, unprotect, wait,
};
use super::tasks::{new, old};
use crate::observation::{DeploymentStrategy, RolloutState};

const OURS: i64 = HOUR + 200;

fn extended() -> Scene {
    scene().behind_a_load_balancer().desired(4).with_all([
        old("old1"),
        old("old2"),
        old("old3"),
        new("new1"),
    ])
}

fn rolling(scene: Scene, rollout: RolloutState) -> Scene {
    scene.serving(|service| {
        service.deployments[0].primary = false;
        let mut newer = deployment("ecs-svc/2", 100);
        newer.rollout = Some(rollout);
        service.deployments.insert(0, newer);
    })
}

#[test]
fn recycle_pauses_while_another_deployment_runs() {
    let decision = rolling(extended(), RolloutState::InProgress).decided();

    assert_eq!(decision.actions, [wait(5 * MINUTE + 15)]);
    assert_eq!(decision.reason.to_string(), "paused: deployment ecs-svc/2 is running");
}

#[test]
fn protection_by_ebb_ends_so_that_the_deployment_can_go_on() {
    let protected = scene().behind_a_load_balancer().desired(4).with_all([
        old("old1"),
        old("old2").protected_until(OURS),
        old("old3"),
        new("new1"),
    ]);

    let actions = rolling(protected, RolloutState::InProgress).actions();

    assert_eq!(actions, [unprotect(&["old2"]), wait(5 * MINUTE + 15)]);
}

#[test]
fn deployment_that_only_the_list_of_service_deployments_shows_pauses_as_well() {
    let listed = extended().with_service_deployment(service_deployment("IN_PROGRESS", 100));

    assert_eq!(listed.decided().reason.code(), "deployment-running");
}

#[test]
fn recycle_is_done_once_the_other_deployment_has_replaced_all_tasks() {
    let tasks = [new("new1"), new("new2"), new("new3"), new("new4").exited(100, 1)];
    let replaced = scene().behind_a_load_balancer().with_all(tasks).serving(|service| {
        service.deployments = vec![deployment("ecs-svc/2", 100)];
    });

    let decision = replaced.decided();
    assert_eq!(decision.reason.code(), "replaced");
    let id = "ecs-svc/2".to_owned();
    assert_eq!(decision.notes, [crate::note::OperationNote::OtherDeployment { id }]);
}

#[test]
fn deployment_that_failed_stops_the_recycle() {
    let rolled_back = service_deployment("ROLLBACK_SUCCESSFUL", 100);

    let decision = extended().with_service_deployment(rolled_back).decided();

    assert_eq!(decision.reason.code(), "deployment-failed");
}

#[test]
fn deployment_that_failed_before_the_recycle_stops_nothing() {
    let earlier = service_deployment("ROLLBACK_SUCCESSFUL", -100);

    let decision = extended().with_service_deployment(earlier).decided();

    assert_eq!(decision.reason.code(), "protecting");
}

#[test]
fn count_returns_without_protection_during_another_deployment() {
    let cancelled = rolling(extended(), RolloutState::InProgress).cancelled();

    assert_eq!(cancelled.actions(), set(3));
}

#[test]
fn count_waits_for_the_end_of_a_deployment_that_shifts_traffic() {
    let shifting = extended().serving(|service| service.strategy = DeploymentStrategy::Shifting);

    let decision = rolling(shifting, RolloutState::InProgress).cancelled().decided();

    assert_eq!(decision.reason.code(), "deployment-running");
    assert_eq!(decision.actions, [wait(5 * MINUTE + 15)]);
}
