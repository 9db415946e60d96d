use super::scene::*;
use crate::deadline::DeadlineKind;
use crate::decision::{Action, Question};
use crate::observation::Status;
use crate::policy::{CompletionResult, Policy};
use crate::reason::Reason;
use crate::signal::{InstanceAction, Purpose};

fn reached(outcome: &DecidedScene) -> Option<DeadlineKind> {
    match outcome.reason() {
        Reason::DeadlineReached { deadline } => Some(deadline.kind),
        _ => None,
    }
}

fn busy() -> Scene {
    scene().draining_for_us_since(0).with(standalone("import"))
}

#[test]
fn rule_6_an_action_ends_at_its_drain_timeout_whatever_is_left() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(600));

    let before = busy().policy(timeout).swept_at(540).decided();
    let then = busy().policy(timeout).swept_at(600).decided();

    assert_eq!(reached(&before), None);
    assert_eq!(reached(&then), Some(DeadlineKind::DrainTimeout));
    assert_eq!(then.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_6_a_drain_timeout_between_two_sweeps_is_met_by_a_look() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(643));
    let busy = scene().draining_for_us_since(0).with(replica("api")).policy(timeout);

    let long_before = busy.clone().swept_at(540).decided();
    let before = busy.clone().swept_at(600).decided();
    let then = busy.rechecked(Purpose::Deadline, 643).decided();

    assert!(long_before.looks(Purpose::Deadline).is_empty());
    assert_eq!(before.looks(Purpose::Deadline), [643]);
    assert_eq!(then.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_6_what_aws_would_end_by_itself_is_ended_90_seconds_earlier() {
    let last = 2 * DAY - 90;

    let before = busy().swept_at(last - 1).decided();
    let then = busy().swept_at(last).decided();

    assert_eq!(reached(&before), None);
    assert_eq!(reached(&then), Some(DeadlineKind::GlobalTimeout));
}

#[test]
fn rule_6_the_global_timeout_is_the_shortest_of_the_hooks_that_are_ours() {
    let hooks = [hook("ebb", 3600), hook("ebb-2", 30), hook("other", 30)];
    let two = |policy: &mut Policy| policy.hooks.extend(["ebb-2".to_owned()]);

    let one_of_ours = busy().hooks(&hooks).swept_at(HOUR).decided();
    let both_ours = busy().hooks(&hooks).policy(two).swept_at(HOUR).decided();

    assert_eq!(reached(&one_of_ours), None);
    assert_eq!(reached(&both_ours), Some(DeadlineKind::GlobalTimeout));
}

#[test]
fn rule_6_the_earliest_of_the_deadlines_counts() {
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
fn rule_6_a_new_action_counts_from_its_own_start_never_from_an_earlier_drain() {
    let earlier = scene().draining_for_us_since(0).with(standalone("import"));

    let outcome = earlier.terminating_since(3 * DAY).now(3 * DAY + 1).decided();

    assert_eq!(reached(&outcome), None);
    assert_eq!(outcome.remembers().unwrap().action, Some(action(3 * DAY)));
}

#[test]
fn rule_6_a_new_action_whose_event_was_lost_counts_from_its_scaling_activity() {
    let earlier = scene().draining_for_us_since(0).status(Status::Active);

    let outcome = earlier
        .with(standalone("import"))
        .leaving_since(3 * DAY)
        .swept_at(3 * DAY + MINUTE)
        .decided();

    assert_eq!(outcome.does(), ["drain"]);
    assert_eq!(outcome.remembers().unwrap().action.unwrap().started, at(3 * DAY));
}

#[test]
fn rule_6_an_older_event_that_comes_late_does_not_bring_an_earlier_action_back() {
    let scene = scene().draining_for_us_since(200).with(standalone("import"));

    let outcome = scene.terminating_since(0).now(250).decided();

    assert_eq!(outcome.remembers(), None);
}

#[test]
fn rule_6_the_end_of_a_notice_that_an_instance_outlived_does_not_end_a_later_action() {
    let scene = scene().draining_for_us_since(600).with(standalone("import"));

    let outcome =
        scene.remembering(|memory| memory.interrupted_at = Some(at(120))).swept_at(660).decided();

    assert_eq!(reached(&outcome), None);
    assert!(outcome.does().is_empty());
}

#[test]
fn rule_6_abandon_at_the_deadline_is_opt_in() {
    let abandon = |policy: &mut Policy| {
        policy.drain_timeout = Some(seconds(60));
        policy.at_deadline = CompletionResult::Abandon;
    };

    let late = busy().policy(abandon).swept_at(MINUTE).decided();
    let empty = scene().draining_for_us_since(0).policy(abandon).swept_at(30).decided();

    assert_eq!(late.does(), ["complete with ABANDON"]);
    assert_eq!(empty.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_6_a_hibernation_sets_no_deadline() {
    let scene = scene().with(standalone("import")).in_service();

    let outcome = scene.warned_of(InstanceAction::Hibernate, 0).now(1).decided();

    assert_eq!(outcome.does(), ["drain"]);
    assert_eq!(outcome.remembers().unwrap().interrupted_at, None);
}

#[test]
fn rule_10_an_instance_that_cannot_be_set_draining_still_ends_at_the_deadline() {
    let registering = |status| busy().status(status).swept_at(2 * DAY).decided();

    let other = registering(Status::Other("REGISTERING".to_owned()));
    let refused = registering(Status::Active);

    assert_eq!(other.does(), ["complete with CONTINUE"]);
    assert_eq!(refused.does(), ["complete with CONTINUE"]);
}

#[test]
fn the_deadline_needs_no_list_of_hooks_where_a_single_name_is_ours() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(60));

    let outcome = busy().policy(timeout).denied(Question::Hooks).swept_at(MINUTE).decided();

    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}

#[test]
fn an_action_still_ends_at_its_deadline_where_ecs_does_not_answer() {
    let scene = scene().busy(Question::ContainerInstance);

    let before = scene.clone().swept_at(HOUR).decided();
    let then = scene.swept_at(2 * DAY).decided();

    assert_eq!(before.says(), "no answer yet: rate exceeded");
    assert!(before.actions().all(|action| !matches!(action, Action::Complete { .. })));
    assert_eq!(then.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_6_an_action_that_begins_with_the_end_of_a_notice_is_ended_by_it() {
    let scene = scene().draining_for_us_since(120).with(standalone("import"));

    let outcome =
        scene.remembering(|memory| memory.interrupted_at = Some(at(120))).swept_at(180).decided();

    assert_eq!(reached(&outcome), Some(DeadlineKind::SpotInterruption));
}

#[test]
fn rule_6_the_end_of_a_task_in_the_same_batch_does_not_put_off_the_deadline() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(60));

    let outcome = busy().policy(timeout).with_last_task_stopped().swept_at(MINUTE).decided();

    assert_eq!(reached(&outcome), Some(DeadlineKind::DrainTimeout));
}

#[test]
fn rule_6_only_the_sweep_asks_for_the_look_at_the_end() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(643));
    let busy = scene().draining_for_us_since(0).with(replica("api")).policy(timeout);

    let looked = busy.rechecked(Purpose::Deadline, 600).decided();

    assert!(looked.looks(Purpose::Deadline).is_empty());
}

#[test]
fn rule_6_no_deadline_of_an_earlier_action_ends_the_one_that_holds_the_instance() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(2100));
    let scene = scene().draining_for_us_since(0).with(replica("api")).policy(timeout);

    let later = scene.clone().leaving_since(HOUR).swept_at(HOUR + MINUTE).decided();
    let same = scene.leaving_since(-MINUTE).swept_at(HOUR + MINUTE).decided();

    assert_eq!(later.says(), "1 task left: 1 replica");
    assert_eq!(same.does(), ["complete with CONTINUE"]);
}
