//! The beginning of an operation: its record.

use super::scene::{DAY, Scene, at, scene, scene_of};
use super::tasks::old;
use crate::decision::{OperationAction, OperationDecision};
use crate::kind::OperationKind;
use crate::note::OperationNote;
use crate::observation::{ObservedScheduledAction, SuspendedScaling};
use crate::outcome::OperationOutcome;
use crate::record::{OperationRecord, RecordedScaling};

fn three_old() -> Scene {
    scene().with_all([old("old1"), old("old2"), old("old3")])
}

fn record(decision: OperationDecision) -> OperationRecord {
    let [OperationAction::CreateRecord(record)] = &decision.actions[..] else {
        panic!("no record: {decision:?}")
    };
    (**record).clone()
}

#[test]
fn recycle_begins_with_its_record_and_nothing_else() {
    let decision = three_old().begun();

    assert_eq!(decision.outcome, OperationOutcome::Open);
    assert_eq!(decision.memory.created_at, Some(at(300)));
    let record = record(decision);
    assert_eq!((record.desired_count, record.tasks, record.at), (Some(3), 3, at(300)));
    assert_eq!((record.by.as_str(), record.scaling), ("ann", None));
}

#[test]
fn record_has_the_scalable_target_and_a_digest_of_the_scheduled_actions() {
    let action = |min| ObservedScheduledAction {
        name: "morning".to_owned(),
        schedule: "cron(0 8 * * ? *)".to_owned(),
        timezone: None,
        min,
        max: None,
    };
    let with = |min| {
        let mut scene = three_old().with_target(2, 5, SuspendedScaling::default());
        scene.scheduled_actions = vec![action(min)];
        record(scene.begun())
    };

    let suspended = SuspendedScaling::default();
    assert_eq!(with(Some(2)).scaling, Some(RecordedScaling { min: 2, max: 5, suspended }));
    assert_ne!(with(Some(2)).scheduled_actions, with(Some(3)).scheduled_actions);
    assert_eq!(with(Some(2)).scheduled_actions.unwrap().len(), 16);
}

#[test]
fn scaling_that_is_suspended_already_is_not_changed_and_not_recorded() {
    let suspended = three_old().with_target(2, 5, SuspendedScaling::ALL);

    assert_eq!(record(suspended.begun()).scaling, None);
}

#[test]
fn record_has_the_protection_of_other_owners() {
    let protected = scene().with_all([old("old1").protected_until(DAY), old("old2")]);

    let decision = protected.begun();

    let (tasks, until) = (vec!["old1-task".to_owned()], Some(at(DAY)));
    assert_eq!(decision.notes, [OperationNote::ProtectedByOthers { tasks, until }]);
    assert_eq!(record(decision).protected, [("old1-task".to_owned(), at(DAY))].into());
}

#[test]
fn restart_records_nothing_that_would_have_to_be_restored() {
    let restart = scene_of(OperationKind::Restart)
        .with_target(2, 5, SuspendedScaling::default())
        .with_all([old("old1").protected_until(DAY), old("old2"), old("old3")]);

    let record = record(restart.begun());

    assert_eq!((record.desired_count, record.scaling, record.protected.len()), (None, None, 0));
}

#[test]
fn service_without_tasks_has_nothing_to_do() {
    for scene in [scene(), three_old().desired(0), scene().with(old("old1").exited(-9, 1))] {
        let decision = scene.begun();
        assert_eq!(decision.outcome, OperationOutcome::NothingToDo);
        assert!(decision.actions.is_empty());
    }
}

#[test]
fn service_whose_tasks_are_younger_than_asked_has_nothing_to_do() {
    let young = three_old().asking(|it| it.older_than = Some(super::scene::seconds(999_999)));

    assert_eq!(young.begun().outcome, OperationOutcome::NothingToDo);
}

#[test]
fn restart_with_bounds_that_leave_no_room_says_so() {
    let tight = scene_of(OperationKind::Restart)
        .with_all([old("old1"), old("old2"), old("old3")])
        .serving(|service| service.maximum_percent = Some(100));

    assert_eq!(tight.begun().notes, [OperationNote::DeploymentBounds]);
}
