//! Questions: a step asks for no more than it needs.

use super::scene::{Scene, scene, scene_of};
use super::tasks::old;
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
        let open = questions(intent, &seen);
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
    let expected = [vec![Record], vec![Service], vec![Tasks, ServiceDeployments], vec![Protection]];

    assert_eq!(rounds(&three_old(), &Intent::Step), expected);
}

#[test]
fn step_of_a_scaled_service_behind_a_load_balancer_asks_for_both() {
    let asked = rounds(&three_old().scaled(2, 5).behind_a_load_balancer(), &Intent::Step);

    assert_eq!(asked[1], [Service, Scaling]);
    assert_eq!(asked[3], [Protection, Targets]);
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
