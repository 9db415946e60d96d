//! Questions: a step asks for no more than it needs.

use super::scene::{Scene, scene, scene_of};
use super::tasks::{new, old};
use crate::intent::Intent;
use crate::kind::OperationKind;
use crate::observation::*;
use crate::question::OperationQuestion::{self as Q, *};
use crate::questions;

/// Returns the rounds of questions until none is left.
fn rounds(scene: &Scene, intent: &Intent) -> Vec<Vec<Q>> {
    let mut seen = ServiceObservation::new("shop", "api");
    let mut rounds = Vec::new();
    loop {
        let open = questions(intent, &seen, scene.now);
        if open.is_empty() {
            return rounds;
        }
        open.iter().for_each(|question| super::answers::answer(scene, *question, &mut seen));
        rounds.push(open);
    }
}

fn three_old() -> Scene {
    scene().with_all([old("old1"), old("old2"), old("old3")])
}

#[test]
fn step_without_a_record_asks_for_nothing_else() {
    let mut none = three_old();
    none.recorded = false;

    assert_eq!(rounds(&none, &Intent::Step), [vec![Record]]);
}

#[test]
fn step_of_a_plain_service_asks_in_four_rounds() {
    let expected = [vec![Record], vec![Service], vec![Tasks], vec![ServiceDeployments, Protection]];

    assert_eq!(rounds(&three_old(), &Intent::Step), expected);
}

#[test]
fn step_of_a_scaled_service_behind_a_load_balancer_asks_for_both() {
    let asked = rounds(&three_old().scaled(2, 5).behind_a_load_balancer(), &Intent::Step);

    assert_eq!(asked[3], [Targets]);
    assert_eq!(asked[4], [Scaling, ServiceDeployments, Protection]);
}

#[test]
fn scheduled_actions_are_asked_for_at_the_end_only() {
    let recorded =
        three_old().scaled(2, 5).recorded(|it| it.scheduled_actions = Some("0".to_owned()));
    let asks = |scene: &Scene| rounds(scene, &Intent::Step).concat().contains(&ScheduledActions);

    assert!(!asks(&recorded));
    assert!(asks(&recorded.clone().cancelled()));
    assert!(asks(&Scene { tasks: Vec::new(), ..recorded }));
}

#[test]
fn restart_asks_neither_for_scaling_nor_for_protection() {
    let restart = scene_of(OperationKind::Restart).with(old("old1"));

    let asked = rounds(&restart, &Intent::Step).concat();

    assert_eq!(asked, [Record, Service, Tasks, ServiceDeployments]);
}

#[test]
fn service_that_is_refused_is_not_read_further() {
    let daemon = three_old().serving(|service| service.daemon = true);
    let free = Scene { recorded: false, ..daemon.clone() };

    assert_eq!(rounds(&free, &daemon.intent()), [vec![Record, Service]]);
}

#[test]
fn account_is_asked_for_if_the_request_names_one() {
    let named = three_old().asking(|it| it.account = Some("111122223333".to_owned()));
    let free = Scene { recorded: false, ..named.clone() };

    assert!(rounds(&free, &named.intent())[0].contains(&Account));
    assert!(!rounds(&free, &three_old().intent())[0].contains(&Account));
}

/// Returns a recycle behind a load balancer whose old task is in its deregistration delay.
fn deregistering() -> Scene {
    let tasks = [old("old1").stopping(), old("old2"), old("old3"), new("new1")];
    scene().scaled(2, 5).behind_a_load_balancer().with_all(tasks)
}

fn asks_for_all(scene: &Scene) -> bool {
    let asked = rounds(scene, &Intent::Step).concat();
    [Scaling, ServiceDeployments, Protection].iter().all(|question| asked.contains(question))
}

#[test]
fn look_during_a_deregistration_delay_asks_for_record_service_tasks_and_targets() {
    let asked = rounds(&deregistering(), &Intent::Step).concat();

    assert_eq!(asked, [Record, Service, Tasks, Targets]);
}

#[test]
fn look_at_a_target_that_is_not_healthy_yet_asks_for_no_more() {
    let starting = new("new1").with_target(TargetState::Initial);
    let tasks = [old("old1"), old("old2"), old("old3"), starting];
    let scene = scene().scaled(2, 5).behind_a_load_balancer().desired(4).with_all(tasks);

    assert_eq!(rounds(&scene, &Intent::Step).concat(), [Record, Service, Tasks, Targets]);
}

#[test]
fn look_that_may_prove_stability_asks_for_everything() {
    let tasks = [old("old1"), old("old2"), old("old3"), new("new1")];

    assert!(asks_for_all(
        &scene().scaled(2, 5).behind_a_load_balancer().desired(4).with_all(tasks)
    ));
}

#[test]
fn look_at_a_surplus_asks_for_protection() {
    assert!(asks_for_all(&deregistering().with(new("new2"))));
}

#[test]
fn look_after_a_cancellation_asks_for_everything() {
    assert!(asks_for_all(&deregistering().cancelled()));
}

#[test]
fn look_after_another_deployment_began_asks_for_everything() {
    let rolling = deregistering().serving(|service| {
        service.deployments[0].created_at = super::scene::at(60);
    });

    assert!(asks_for_all(&rolling));
}

#[test]
fn look_after_an_hour_without_any_change_asks_for_everything() {
    assert!(asks_for_all(&deregistering().now(2 * super::scene::HOUR)));
}
