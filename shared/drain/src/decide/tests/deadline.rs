use super::scene::*;
use crate::deadline::DeadlineKind;
use crate::decision::{Action, Question};
use crate::observation::Status;
use crate::policy::{CompletionResult, Policy, ServiceTaskPolicy};
use crate::reason::Reason;
use crate::signal::{InstanceAction, Purpose};

fn reached(decided: &DecidedScene) -> Option<DeadlineKind> {
    match decided.reason() {
        Reason::DeadlineReached { deadline } => Some(deadline.kind),
        _ => None,
    }
}

fn busy() -> Scene {
    scene().draining_for_us_since(0).with(standalone("import"))
}

#[test]
fn rule_6_action_ends_at_its_drain_timeout_with_tasks_left() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(600));

    let before = busy().policy(timeout).swept_at(540).decided();
    let then = busy().policy(timeout).swept_at(600).decided();

    assert_eq!(reached(&before), None);
    assert_eq!(reached(&then), Some(DeadlineKind::DrainTimeout));
    assert_eq!(then.visible_actions(), ["complete with CONTINUE"]);
    let named = then.decisions[0].deadline.map(|deadline| deadline.kind);
    assert_eq!(named, Some(DeadlineKind::DrainTimeout));
}

fn timeout_of_643_s(policy: &mut Policy) {
    policy.drain_timeout = Some(seconds(643));
    policy.service_tasks = ServiceTaskPolicy::Leave;
}

#[test]
fn rule_6_drain_timeout_between_two_sweeps_gets_a_recheck() {
    let busy = scene().draining_for_us_since(0).with(replica("api")).policy(timeout_of_643_s);

    let long_before = busy.clone().swept_at(540).decided();
    let before = busy.clone().swept_at(600).decided();
    let then = busy.rechecked(Purpose::Deadline, 643).decided();

    assert!(long_before.rechecks(Purpose::Deadline).is_empty());
    assert_eq!(before.rechecks(Purpose::Deadline), [643]);
    assert_eq!(then.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_6_action_ends_90_seconds_before_its_global_timeout() {
    let last = 2 * DAY - 90;

    let before = busy().swept_at(last - 1).decided();
    let then = busy().swept_at(last).decided();

    assert_eq!(reached(&before), None);
    assert_eq!(reached(&then), Some(DeadlineKind::GlobalTimeout));
}

#[test]
fn rule_6_global_timeout_is_the_shortest_of_the_configured_hooks() {
    let hooks = [hook("ebb", 3600), hook("ebb-2", 30), hook("other", 30)];
    let two = |policy: &mut Policy| policy.hooks.extend(["ebb-2".to_owned()]);

    let one_of_ours = busy().hooks(&hooks).swept_at(HOUR).decided();
    let both_ours = busy().hooks(&hooks).policy(two).swept_at(HOUR).decided();

    assert_eq!(reached(&one_of_ours), None);
    assert_eq!(reached(&both_ours), Some(DeadlineKind::GlobalTimeout));
}

#[test]
fn rule_6_earliest_deadline_counts() {
    let warned = |at_second| {
        let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(600));
        let memory = |attribute: &mut crate::attribute::DrainAttribute| {
            attribute.interrupted_at = Some(at(at_second))
        };
        busy().policy(timeout).remembering(memory)
    };

    let spot_first = warned(120).swept_at(120).decided();
    let timeout_first = warned(1200).swept_at(600).decided();

    assert_eq!(reached(&spot_first), Some(DeadlineKind::SpotInterruption));
    assert_eq!(reached(&timeout_first), Some(DeadlineKind::DrainTimeout));
}

#[test]
fn rule_6_new_action_counts_from_its_own_start() {
    let earlier = scene().draining_for_us_since(0).with(standalone("import"));

    let decided = earlier.terminating_since(3 * DAY).now(3 * DAY + 1).decided();

    assert_eq!(reached(&decided), None);
    assert_eq!(decided.written().unwrap().action, Some(action(3 * DAY)));
}

#[test]
fn rule_6_new_action_without_an_event_counts_from_its_scaling_activity() {
    let earlier = scene().draining_for_us_since(0).status(Status::Active);

    let decided = earlier
        .with(standalone("import"))
        .leaving_since(3 * DAY)
        .swept_at(3 * DAY + MINUTE)
        .decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
    assert_eq!(decided.written().unwrap().action.unwrap().started, at(3 * DAY));
}

#[test]
fn rule_6_late_event_of_an_earlier_action_changes_nothing() {
    let scene = scene().draining_for_us_since(200).with(standalone("import"));

    let decided = scene.terminating_since(0).now(250).decided();

    assert_eq!(decided.written(), None);
}

#[test]
fn rule_6_expired_spot_warning_does_not_end_a_later_action() {
    let scene = scene().draining_for_us_since(600).with(standalone("import"));

    let decided =
        scene.remembering(|memory| memory.interrupted_at = Some(at(120))).swept_at(660).decided();

    assert_eq!(reached(&decided), None);
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn rule_6_deadline_abandons_only_if_configured() {
    let abandon = |policy: &mut Policy| {
        policy.drain_timeout = Some(seconds(60));
        policy.at_deadline = CompletionResult::Abandon;
    };

    let late = busy().policy(abandon).swept_at(MINUTE).decided();
    let empty = scene().draining_for_us_since(0).policy(abandon).swept_at(30).decided();

    assert_eq!(late.visible_actions(), ["complete with ABANDON"]);
    assert_eq!(empty.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_6_hibernation_sets_no_deadline() {
    let scene = scene().with(standalone("import")).in_service();

    let decided = scene.warned_of(InstanceAction::Hibernate, 0).now(1).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
    assert_eq!(decided.written().unwrap().interrupted_at, None);
}

#[test]
fn rule_10_instance_that_cannot_be_set_draining_is_completed_at_the_deadline() {
    let registering = |status| busy().status(status).swept_at(2 * DAY).decided();

    let other = registering(Status::Other("REGISTERING".to_owned()));
    let refused = registering(Status::Active);

    assert_eq!(other.visible_actions(), ["complete with CONTINUE"]);
    assert_eq!(refused.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn deadline_with_one_configured_hook_needs_no_list_of_hooks() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(60));

    let decided = busy().policy(timeout).denied(Question::Hooks).swept_at(MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn action_ends_at_its_deadline_without_an_answer_of_ecs() {
    let scene = scene().busy(Question::ContainerInstance);

    let before = scene.clone().swept_at(HOUR).decided();
    let then = scene.swept_at(2 * DAY).decided();

    assert_eq!(before.reason_text(), "no answer yet: rate exceeded");
    assert!(before.actions().all(|action| !matches!(action, Action::Complete { .. })));
    assert_eq!(then.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_6_action_begun_at_the_end_of_a_spot_warning_has_that_deadline() {
    let scene = scene().draining_for_us_since(120).with(standalone("import"));

    let decided =
        scene.remembering(|memory| memory.interrupted_at = Some(at(120))).swept_at(180).decided();

    assert_eq!(reached(&decided), Some(DeadlineKind::SpotInterruption));
}

#[test]
fn rule_6_stopped_task_in_the_same_batch_does_not_delay_the_deadline() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(60));

    let decided = busy().policy(timeout).with_last_task_stopped().swept_at(MINUTE).decided();

    assert_eq!(reached(&decided), Some(DeadlineKind::DrainTimeout));
}

#[test]
fn rule_6_recheck_asks_for_no_recheck_at_the_drain_timeout() {
    let busy = scene().draining_for_us_since(0).with(replica("api")).policy(timeout_of_643_s);

    let rechecked = busy.rechecked(Purpose::Deadline, 600).decided();

    assert!(rechecked.rechecks(Purpose::Deadline).is_empty());
}

#[test]
fn rule_6_deadline_of_an_earlier_action_does_not_end_a_later_one() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(2100));
    let scene = scene().draining_for_us_since(0).with(replica("api")).policy(timeout);

    let later = scene.clone().leaving_since(HOUR).swept_at(HOUR + MINUTE).decided();
    let same = scene.leaving_since(-MINUTE).swept_at(HOUR + MINUTE).decided();

    assert_eq!(later.reason_text(), "1 task left");
    assert_eq!(same.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_5_second_action_whose_event_could_not_be_written_moves_the_stops() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(600));
    let busy = busy().policy(timeout);

    let second_action = busy.clone().leaving_since(300).swept_at(590).decided();
    let same_action = busy.leaving_since(0).swept_at(590).decided();

    assert!(second_action.visible_actions().is_empty());
    assert_eq!(second_action.written().unwrap().action.unwrap().started, at(300));
    assert_eq!(same_action.visible_actions(), ["stop import"]);
}
