//! Refusals: nothing is changed, and a sentence says why.

use super::scene::{DAY, Scene, deployment, scene, scene_of, service_deployment};
use super::tasks::old;
use crate::kind::OperationKind;
use crate::observation::*;
use crate::outcome::OperationOutcome;
use crate::question::OperationQuestion;
use crate::reason::OperationReason;

fn three_old() -> Scene {
    scene().with_all([old("old1"), old("old2"), old("old3")])
}

fn restart() -> Scene {
    let scene = scene_of(OperationKind::Restart);
    scene.with_all([old("old1"), old("old2"), old("old3")])
}

/// Returns code and sentence of the refusal.
fn refusal(scene: &Scene) -> (&'static str, String) {
    let decision = scene.begun();
    assert!(decision.actions.is_empty(), "{decision:?}");
    assert_eq!(decision.outcome, OperationOutcome::Failed);
    assert!(decision.reason.is_refusal(), "{decision:?}");
    (decision.reason.code(), decision.reason.to_string())
}

#[test]
fn daemon_service_is_refused() {
    let daemon = three_old().serving(|service| service.daemon = true);

    let (code, sentence) = refusal(&daemon);

    assert_eq!(code, "daemon");
    assert!(sentence.starts_with("refused: the scheduling strategy is DAEMON"), "{sentence}");
}

#[test]
fn express_service_is_refused() {
    let express = three_old().serving(|service| service.managed_by_ecs = true);

    assert_eq!(refusal(&express).0, "managed-by-ecs");
}

#[test]
fn missing_service_is_refused_by_its_exact_name() {
    let (code, sentence) = refusal(&three_old().without_service());

    assert_eq!(code, "service-missing");
    assert_eq!(
        sentence,
        "refused: there is no service api in cluster shop; names must match exactly"
    );
}

#[test]
fn service_that_is_being_deleted_is_refused() {
    let draining = three_old().serving(|service| service.status = "DRAINING".to_owned());

    assert_eq!(refusal(&draining).0, "service-not-active");
}

#[test]
fn restart_under_codedeploy_names_the_call_that_restarts() {
    let code_deploy =
        |scene: Scene| scene.serving(|it| it.controller = DeploymentController::CodeDeploy);

    let (code, sentence) = refusal(&code_deploy(restart()));

    assert_eq!(code, "controller");
    assert!(sentence.contains("with `aws deploy create-deployment`"), "{sentence}");
    assert_eq!(code_deploy(three_old()).begun().outcome, OperationOutcome::Open);
}

#[test]
fn restart_under_an_external_controller_names_the_call_that_restarts() {
    let external = restart().serving(|it| it.controller = DeploymentController::External);

    assert!(refusal(&external).1.contains("`aws ecs create-task-set`"));
}

#[test]
fn controller_that_ebb_does_not_know_is_refused() {
    let other = DeploymentController::Other("QUANTUM".to_owned());
    let unknown = three_old().serving(|it| it.controller = other);

    assert!(refusal(&unknown).1.contains("QUANTUM"));
}

#[test]
fn running_deployment_is_refused() {
    let rolling = three_old().serving(|service| {
        service.deployments[0].rollout = Some(RolloutState::InProgress);
    });
    let listed = three_old().with_service_deployment(service_deployment("PENDING", -9));
    let draining = three_old().serving(|service| {
        service
            .deployments
            .push(ObservedDeployment { primary: false, ..deployment("ecs-svc/0", -DAY) });
    });

    for scene in [rolling, listed, draining] {
        assert_eq!(refusal(&scene).0, "running-deployment");
    }
}

#[test]
fn recycle_on_a_failed_deployment_is_refused_and_a_restart_is_not() {
    let fail = |service: &mut ObservedService| {
        service.deployments[0].rollout = Some(RolloutState::Failed);
        service.deployments[0].rollout_reason = Some("tasks failed to start".to_owned());
    };

    assert!(refusal(&three_old().serving(fail)).1.contains("(tasks failed to start)"));
    assert_eq!(restart().serving(fail).begun().outcome, OperationOutcome::Open);
}

#[test]
fn two_task_sets_or_one_below_100_percent_are_refused() {
    let set = |primary, scale_percent| ObservedTaskSet {
        id: "ecs-svc/7".to_owned(),
        primary,
        steady: true,
        computed_desired_count: 3,
        running_count: 3,
        pending_count: 0,
        scale_percent,
    };
    let with = |sets| {
        three_old().serving(|service| {
            service.controller = DeploymentController::External;
            service.deployments.clear();
            service.task_sets = sets;
        })
    };

    assert_eq!(refusal(&with(vec![set(true, 50)])).0, "task-sets");
    assert_eq!(refusal(&with(vec![set(true, 100), set(false, 100)])).0, "running-deployment");
    assert_eq!(with(vec![set(true, 100)]).begun().outcome, OperationOutcome::Open);
}

#[test]
fn open_operation_is_named() {
    let open = three_old();

    let decision = open.decided_for(&open.intent());

    assert_eq!(decision.reason.code(), "other-operation");
    assert_eq!(
        decision.reason.to_string(),
        "refused: operation recycle/shop/api/20260302T090000Z of ann is open; follow, cancel or undo it first"
    );
}

#[test]
fn other_account_is_refused() {
    let named = |account: &str| three_old().asking(|it| it.account = Some(account.to_owned()));

    assert_eq!(refusal(&named("444455556666")).0, "other-account");
    assert_eq!(named("111122223333").begun().outcome, OperationOutcome::Open);
}

#[test]
fn task_that_is_not_one_of_the_service_is_refused_by_its_id() {
    let (code, sentence) = refusal(
        &three_old().asking(|it| it.only = vec!["old1-task".to_owned(), "old7-task".to_owned()]),
    );

    assert_eq!(code, "unknown-task");
    assert!(sentence.ends_with("old7-task"), "{sentence}");
}

#[test]
fn count_outside_the_scaling_bounds_is_refused() {
    let scaled = |min, max| three_old().with_target(min, max, SuspendedScaling::default());

    assert_eq!(refusal(&scaled(4, 9)).0, "count-outside-bounds");
    assert_eq!(refusal(&scaled(0, 2)).0, "count-outside-bounds");
    assert_eq!(scaled(3, 3).begun().outcome, OperationOutcome::Open);
}

#[test]
fn record_of_too_many_protected_tasks_is_refused_with_the_limit() {
    let tasks = (0..120).map(|n| old(&format!("{n:027}")).protected_until(DAY));

    let (code, sentence) = refusal(&scene().desired(120).with_all(tasks));

    assert_eq!(code, "record-too-large");
    assert!(sentence.contains("a parameter holds 4096"), "{sentence}");
}

#[test]
fn record_of_a_later_version_needs_the_newer_ebb() {
    let scene = three_old();
    let mut seen = scene.observed(&scene.intent());
    let value = r#"{"version":9}"#.to_owned();
    seen.record = Answered::Present(StoredParameter { value, modified_at: scene.now });

    for intent in [scene.intent(), crate::intent::Intent::Step] {
        let decision = crate::decide(&intent, &seen, &scene.memory, scene.now);
        assert!(matches!(decision.reason, OperationReason::RecordUnusable(_)), "{decision:?}");
        assert!(decision.actions.is_empty());
        assert_eq!(decision.outcome, OperationOutcome::Failed);
    }
}

#[test]
fn shutdown_must_be_confirmed() {
    let shutdown = || scene_of(OperationKind::Shutdown).with(old("old1"));

    assert_eq!(refusal(&shutdown()).0, "not-confirmed");
    let confirmed = shutdown().asking(|it| it.confirmed = true);
    assert_eq!(confirmed.begun().outcome, OperationOutcome::Open);
}

#[test]
fn beginning_without_an_answer_is_no_refusal() {
    use OperationQuestion as Q;
    for question in
        [Q::Record, Q::Service, Q::Tasks, Q::Protection, Q::Scaling, Q::ServiceDeployments]
    {
        let decision = three_old().silent_about(question).begun();
        assert_eq!(decision.reason.code(), "unanswered", "{question:?}");
        assert!(!decision.writes(), "{question:?}");
    }
}
