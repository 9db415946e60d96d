//! Restart: one forced deployment, and its end.

use super::scene::{HOUR, MINUTE, Scene, at, deployment, scene_of, service_deployment, wait};
use super::tasks::{new, old};
use crate::decision::OperationAction;
use crate::gap::StabilityGap;
use crate::kind::OperationKind;
use crate::memory::OperationMemory;
use crate::note::OperationNote;
use crate::observation::{DeploymentStrategy, ObservedCircuitBreaker, RolloutState};
use crate::outcome::OperationOutcome;

fn restart() -> Scene {
    scene_of(OperationKind::Restart)
}

fn three_old() -> Scene {
    restart().with_all([old("old1"), old("old2"), old("old3")])
}

fn three_new() -> Scene {
    restart().with_all([new("new1"), new("new2"), new("new3")])
}

/// Makes the forced deployment the only one, with this rollout state.
fn forced(scene: Scene, rollout: RolloutState) -> Scene {
    scene.serving(|service| {
        let mut own = deployment("ecs-svc/2", 5);
        own.rollout = Some(rollout);
        service.deployments = vec![own];
    })
}

fn creator() -> OperationMemory {
    OperationMemory { created_at: Some(at(0)), ..OperationMemory::default() }
}

#[test]
fn process_that_created_the_record_forces_the_deployment_at_once() {
    let decision = three_old().with_memory(creator()).now(1).decided();

    assert_eq!(decision.actions, [OperationAction::ForceNewDeployment, wait(6)]);
    assert_eq!(decision.memory.forced_at, Some(at(1)));
}

#[test]
fn deployment_is_not_forced_twice_while_ecs_does_not_show_the_first() {
    let memory = OperationMemory { forced_at: Some(at(1)), ..creator() };
    let decided = |second| three_old().with_memory(memory.clone()).now(second).decided();

    assert_eq!(decided(7).reason.code(), "awaiting-deployment");
    assert_eq!(decided(60).actions, [wait(61)]);
    assert_eq!(decided(61).reason.code(), "forcing-deployment");
}

#[test]
fn other_process_leaves_the_deployment_to_the_first_for_a_minute() {
    assert_eq!(three_old().now(59).decided().reason.code(), "awaiting-deployment");
    assert_eq!(three_old().now(60).decided().reason.code(), "forcing-deployment");
}

#[test]
fn deployment_since_the_record_is_followed_and_not_forced_again() {
    let decision = forced(three_old(), RolloutState::InProgress).decided();

    assert_eq!(decision.actions, [wait(5 * MINUTE + 15)]);
    assert_eq!(
        decision.reason.to_string(),
        "the deployment goes on: 3 of 3 new tasks run, 3 old tasks are left"
    );
}

#[test]
fn deployment_that_only_its_history_shows_is_not_forced_again() {
    let listed = three_old().with_service_deployment(service_deployment("IN_PROGRESS", 5));

    assert_eq!(listed.decided().reason.code(), "rolling-out");
}

#[test]
fn deployment_of_another_tool_is_not_replaced_by_the_forced_one() {
    let running = three_old().with_service_deployment(service_deployment("IN_PROGRESS", -20));

    assert_eq!(running.with_memory(creator()).decided().reason.code(), "deployment-running");
}

#[test]
fn complete_deployment_of_healthy_new_tasks_is_done() {
    let decision = forced(three_new(), RolloutState::Completed).decided();

    assert_eq!(decision.outcome, OperationOutcome::Done);
    assert_eq!(decision.reason.code(), "deployed");
    assert_eq!(decision.actions, [OperationAction::DeleteRecord, OperationAction::DeleteState]);
}

#[test]
fn complete_deployment_is_proven_by_a_second_look() {
    let decision = forced(three_new(), RolloutState::Completed).at_first_sight().decided();

    assert_eq!(decision.outcome, OperationOutcome::Open);
    assert_eq!(decision.progress.unwrap().waiting_for, [StabilityGap::SecondLook]);
}

#[test]
fn successful_deployment_with_an_old_task_is_not_done() {
    let deferred = restart().with_all([new("new1"), new("new2"), old("old3")]);

    let decision = forced(deferred, RolloutState::Completed)
        .with_service_deployment(service_deployment("SUCCESSFUL", 5))
        .decided();

    assert_eq!(decision.outcome, OperationOutcome::Open);
    assert_eq!(decision.progress.unwrap().waiting_for, [StabilityGap::OldTasks { tasks: 1 }]);
}

#[test]
fn rollback_is_followed_to_its_end_and_fails() {
    let mut rolling_back = service_deployment("ROLLBACK_IN_PROGRESS", 5);
    let mut rolled_back = service_deployment("ROLLBACK_SUCCESSFUL", 5);
    for it in [&mut rolling_back, &mut rolled_back] {
        it.status_reason = Some("Service deployment rolled back.".to_owned());
        let status = "TRIGGERED".to_owned();
        it.circuit_breaker =
            Some(ObservedCircuitBreaker { status, failure_count: 3, threshold: 3 });
    }

    let open = three_old().with_service_deployment(rolling_back).decided();
    let ended = three_old().with_service_deployment(rolled_back).decided();

    assert_eq!(open.reason.to_string(), "the deployment goes on: ROLLBACK_IN_PROGRESS");
    assert_eq!(ended.reason.code(), "deployment-failed");
    assert_eq!(
        ended.reason.to_string(),
        "deployment d5 ended with ROLLBACK_SUCCESSFUL: Service deployment rolled back; the circuit breaker counted \
         3 of 3 failed tasks"
    );
}

#[test]
fn rollback_that_only_the_deployments_show_is_followed_to_its_end() {
    let rolled_back = |rollout| {
        three_old().serving(|service| {
            service.deployments[0].rollout = Some(rollout);
            let mut own = deployment("ecs-svc/2", 5);
            (own.primary, own.running_count) = (false, 0);
            own.rollout = Some(RolloutState::Failed);
            own.rollout_reason = Some("tasks failed to start.".to_owned());
            service.deployments.push(own);
        })
    };

    let open = rolled_back(RolloutState::InProgress).decided();
    let ended = rolled_back(RolloutState::Completed).decided();

    assert_eq!(open.reason.code(), "rolling-out");
    assert_eq!(ended.reason.to_string(), "deployment ecs-svc/2 has failed: tasks failed to start.");
}

#[test]
fn deployment_that_failed_without_a_rollback_fails_the_restart() {
    let decision = forced(three_new(), RolloutState::Failed).decided();

    assert_eq!(decision.reason.code(), "deployment-failed");
}

#[test]
fn newer_deployment_of_another_tool_is_followed_to_its_end() {
    let superseded = forced(three_new(), RolloutState::Completed)
        .with_service_deployment(service_deployment("STOPPED", 5))
        .with_service_deployment(service_deployment("SUCCESSFUL", 90));

    assert_eq!(superseded.decided().reason.code(), "deployed");
}

#[test]
fn deployment_that_was_stopped_by_hand_fails_the_restart() {
    let stopped = three_old().with_service_deployment(service_deployment("STOPPED", 5));

    assert_eq!(stopped.decided().reason.code(), "deployment-failed");
}

#[test]
fn stage_of_a_blue_green_deployment_is_reported() {
    let mut baking = service_deployment("IN_PROGRESS", 5);
    baking.lifecycle_stage = Some("BAKE_TIME".to_owned());
    let shifting = forced(three_old(), RolloutState::InProgress)
        .serving(|service| service.strategy = DeploymentStrategy::Shifting)
        .with_service_deployment(baking);

    let decision = shifting.clone().decided();

    assert_eq!(decision.reason.to_string(), "the deployment goes on: IN_PROGRESS, stage BAKE_TIME");
    assert_eq!(shifting.clone().now(24 * HOUR).decided().reason.code(), "rolling-out");
    assert_eq!(shifting.now(26 * HOUR).decided().reason.code(), "standstill");
}

#[test]
fn failed_tasks_of_the_deployment_are_reported_with_their_reasons() {
    let failing = forced(three_old().with(new("new1").exited(100, 137)), RolloutState::InProgress);

    let notes = failing.decided().notes;

    let OperationNote::FailedTasks { tasks } = &notes[0] else { panic!("{notes:?}") };
    assert!(tasks[0].contains("exit code 137"), "{tasks:?}");
}

#[test]
fn deployment_without_progress_times_out_and_goes_on_without_ebb() {
    let stuck = forced(three_old(), RolloutState::InProgress).now(3 * HOUR);

    assert_eq!(stuck.decided().reason.code(), "standstill");
    let ended = stuck.stopped("standstill").decided();
    assert!(ended.notes.contains(&OperationNote::DeploymentGoesOn), "{ended:?}");
    assert_eq!(ended.actions, [OperationAction::DeleteRecord, OperationAction::DeleteState]);
}

#[test]
fn cancelled_restart_forces_nothing() {
    let cancelled = three_old().with_memory(creator()).cancelled();

    assert_eq!(cancelled.decided().outcome, OperationOutcome::Cancelled);
}

#[test]
fn service_behind_a_classic_load_balancer_has_no_rollout_state() {
    let classic = forced(three_new(), RolloutState::Completed).serving(|service| {
        service.deployments[0].rollout = None;
        service.load_balancers = vec![Default::default()];
    });

    assert_eq!(classic.decided().reason.code(), "deployed");
}
