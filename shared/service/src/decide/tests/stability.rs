//! Real stability: the gaps of a service that the waiter of the SDKs calls stable.

use super::scene::{MINUTE, Scene, at, scene};
use super::tasks::{TaskScene, new, old};
use crate::facts::stability::gaps;
use crate::gap::StabilityGap;
use crate::intent::Intent;
use crate::observation::*;

fn three_old() -> Scene {
    scene().with_all([old("old1"), old("old2"), old("old3")])
}

fn gaps_of(scene: &Scene) -> Vec<StabilityGap> {
    let seen = scene.observed(&Intent::Step);
    let targets = seen.targets.present().cloned().unwrap_or_default();
    gaps(seen.service.present().unwrap(), seen.tasks.present().unwrap(), &targets, scene.now)
}

fn codes(scene: &Scene) -> Vec<&'static str> {
    gaps_of(scene).iter().map(StabilityGap::code).collect()
}

fn with_fourth(task: TaskScene) -> Scene {
    three_old().with(task).desired(4)
}

#[test]
fn three_running_tasks_of_a_complete_deployment_are_stable() {
    assert_eq!(gaps_of(&three_old()), []);
}

#[test]
fn task_on_its_way_out_is_a_gap_although_the_counts_match() {
    let stopping = three_old().with(old("old4").stopping());

    assert_eq!(codes(&stopping), ["stopping"]);
}

#[test]
fn task_that_has_just_got_stop_task_is_a_gap_although_ecs_counts_the_task_as_running() {
    let mut stopped = old("old3");
    stopped.task.stopping = true;
    let counted = scene().with_all([old("old1"), old("old2"), stopped]);

    assert_eq!(codes(&counted), ["stopping", "running"]);
}

#[test]
fn task_that_starts_is_a_gap() {
    assert_eq!(codes(&with_fourth(new("new1").starting())), ["starting", "running"]);
}

#[test]
fn missing_task_is_a_gap() {
    let gap = StabilityGap::Running { running: 3, desired: 4 };

    assert_eq!(gaps_of(&three_old().desired(4)), [gap]);
}

#[test]
fn task_beyond_the_count_is_a_gap() {
    let gap = StabilityGap::Surplus { running: 3, desired: 2 };

    assert_eq!(gaps_of(&three_old().desired(2)), [gap]);
}

#[test]
fn container_that_is_not_healthy_is_a_gap() {
    let with = |health| codes(&with_fourth(new("new1").with_container_health(health)));

    assert_eq!(with(ContainerHealth::Unknown), ["container-health"]);
    assert_eq!(with(ContainerHealth::Unhealthy), ["container-health"]);
    assert_eq!(with(ContainerHealth::Healthy), [""; 0]);
}

#[test]
fn healthy_container_needs_no_40_seconds() {
    let young = new("new1").started(5 * MINUTE - 1);

    assert_eq!(codes(&with_fourth(young.clone())), ["just-started"]);
    let checked = young.with_container_health(ContainerHealth::Healthy);
    assert_eq!(codes(&with_fourth(checked)), [""; 0]);
}

#[test]
fn target_in_any_state_but_healthy_is_a_gap() {
    for state in
        [TargetState::Initial, TargetState::Unhealthy, TargetState::Unused, TargetState::Draining]
    {
        let with = with_fourth(new("new1").with_target(state)).behind_a_load_balancer();
        assert_eq!(codes(&with), ["target-health"]);
    }
}

#[test]
fn task_that_is_in_no_target_group_yet_is_a_gap() {
    let scene = three_old().behind_a_load_balancer();
    let mut seen = scene.observed(&Intent::Step);
    seen.targets = Answered::Present(Default::default());
    let tasks = seen.tasks.present().unwrap();

    let found = gaps(seen.service.present().unwrap(), tasks, &Default::default(), scene.now);

    assert_eq!(found[0].code(), "target-health");
    assert!(found[0].to_string().contains("old1-task not registered"), "{}", found[0]);
}

#[test]
fn one_of_two_target_groups_of_a_blue_green_service_is_enough() {
    let blue_green = three_old().behind_a_load_balancer().serving(|service| {
        service.load_balancers[0].target_groups.push("arn:of:the:alternate".to_owned());
    });

    assert_eq!(gaps_of(&blue_green), []);
}

#[test]
fn rollout_that_is_not_complete_is_a_gap() {
    let with = |rollout| three_old().serving(|it| it.deployments[0].rollout = rollout);

    assert_eq!(codes(&with(Some(RolloutState::InProgress))), ["rollout"]);
    assert_eq!(codes(&with(Some(RolloutState::Failed))), ["rollout"]);
    assert_eq!(codes(&with(Some(RolloutState::Other("PAUSED".to_owned())))), ["rollout"]);
    assert_eq!(codes(&with(None)), [""; 0]);
}

#[test]
fn task_set_is_stable_in_its_steady_state_without_any_deployment() {
    let with = |steady| {
        three_old().serving(|service| {
            service.controller = DeploymentController::CodeDeploy;
            service.deployments.clear();
            service.task_sets = vec![ObservedTaskSet {
                id: "ecs-svc/7".to_owned(),
                primary: true,
                steady,
                computed_desired_count: 3,
                running_count: 3,
                pending_count: 0,
                scale_percent: 100,
            }];
        })
    };

    assert_eq!(codes(&with(true)), [""; 0]);
    assert_eq!(codes(&with(false)), ["task-set"]);
}

#[test]
fn service_of_zero_tasks_is_not_stable_while_one_is_deactivating() {
    let zero = scene().desired(0).with(old("old1").stopping());

    assert_eq!(codes(&zero), ["stopping"]);
}

#[test]
fn second_look_counts_from_the_same_tasks_only() {
    let first = three_old().desired(4).with(new("new1")).at_first_sight();
    let memory = first.decided().memory;
    let later = |scene: Scene| scene.with_memory(memory.clone()).now(5 * MINUTE + 10).decided();

    assert_eq!(later(first.clone()).reason.code(), "stopping-tasks");
    let early = first.clone().with_memory(memory.clone()).now(5 * MINUTE + 9).decided();
    assert_eq!(early.actions, [super::scene::wait(5 * MINUTE + 10)]);
    let exchanged = three_old().desired(4).with(new("new2")).at_first_sight();
    assert_eq!(later(exchanged).reason.code(), "settling");
    assert_eq!(memory.stable.unwrap().since, at(5 * MINUTE));
}
