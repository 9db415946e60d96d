//! The way back of scaling.

use super::restore::{ACTIVE, closing, replaced, restore};
use crate::note::OperationNote;
use crate::observation::{ObservedScheduledAction, SuspendedScaling};
use crate::outcome::OperationOutcome;

#[test]
fn scaling_returns_to_the_record_with_the_end() {
    let decision = replaced().scaled(2, 3).decided();

    let [record, state] = closing();
    assert_eq!(decision.actions, [restore(2, 3, ACTIVE), record, state]);
}

#[test]
fn flag_that_was_suspended_before_stays_suspended() {
    let scheduled = SuspendedScaling { scheduled: true, ..ACTIVE };
    let suspended = replaced().scaled(2, 5).recorded(|record| {
        record.scaling.as_mut().unwrap().suspended = scheduled;
    });

    assert_eq!(suspended.actions()[0], restore(2, 5, scheduled));
}

#[test]
fn bound_that_another_tool_changed_is_left_and_reported() {
    let changed = replaced().scaled(2, 3).with_target(1, 4, SuspendedScaling::ALL);

    let decision = changed.decided();

    assert_eq!(decision.actions[0], restore(1, 3, ACTIVE));
    let fields = vec!["MinCapacity 2, now 1".to_owned()];
    assert!(decision.notes.contains(&OperationNote::ScalingChanged { fields }), "{decision:?}");
}

#[test]
fn operation_that_was_killed_before_its_last_calls_ends_without_the_count() {
    let scaled_meanwhile =
        replaced().scaled(2, 3).with_target(2, 3, ACTIVE).desired(9).at_first_sight();

    let decision = scaled_meanwhile.decided();

    assert_eq!(decision.actions, closing());
    assert_eq!(decision.outcome, OperationOutcome::Done);
    let note = OperationNote::DesiredCountChanged { recorded: 3, found: 9 };
    assert!(decision.notes.contains(&note), "{decision:?}");
}

#[test]
fn scalable_target_that_was_deleted_is_reported_and_not_created() {
    let mut gone = replaced().scaled(2, 3);
    gone.scaling = None;

    let decision = gone.decided();

    assert_eq!(decision.actions, closing());
    assert!(decision.notes.contains(&OperationNote::ScalableTargetGone), "{decision:?}");
}

#[test]
fn scheduled_action_that_changed_meanwhile_is_reported() {
    let mut scene =
        replaced().scaled(2, 3).recorded(|it| it.scheduled_actions = Some("0".to_owned()));
    scene.scheduled_actions = vec![ObservedScheduledAction {
        name: "morning".to_owned(),
        schedule: "cron(0 8 * * ? *)".to_owned(),
        timezone: None,
        min: Some(4),
        max: None,
    }];

    let notes = scene.decided().notes;

    assert!(notes.contains(&OperationNote::ScheduledActionsChanged), "{notes:?}");
    let actions = vec!["morning (cron(0 8 * * ? *))".to_owned()];
    assert!(notes.contains(&OperationNote::ScheduledActionsSuspended { actions }), "{notes:?}");
}
