use super::scene::*;
use crate::decision::Question;
use crate::policy::{Policy, ScheduledChangePolicy};
use crate::reason::Reason;
use crate::signal::Purpose;

fn replace(policy: &mut Policy) {
    policy.scheduled_change = ScheduledChangePolicy::Replace { ahead: seconds(86_400) };
}

fn in_service() -> Scene {
    scene().in_service()
}

#[test]
fn signal_change_is_noted_by_default_without_questions() {
    let decided = in_service().with_scheduled_change_at(14 * DAY).decided();

    assert_eq!(
        decided.reason(),
        Reason::ChangeNoted { code: "RETIREMENT".to_owned(), at: at(14 * DAY) }
    );
    assert!(decided.asked_first.is_empty());
}

#[test]
fn signal_change_that_is_far_ahead_is_written() {
    let decided = in_service().with_scheduled_change_at(14 * DAY).policy(replace).decided();

    assert_eq!(decided.reason(), Reason::ChangeAhead { replace_at: at(13 * DAY) });
    assert_eq!(decided.written().unwrap().replace_at, Some(at(13 * DAY)));
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn signal_change_near_its_start_replaces_the_instance() {
    let written = in_service().remembering(|memory| memory.replace_at = Some(at(13 * DAY)));

    let before = written.clone().policy(replace).swept_at(13 * DAY - MINUTE).decided();
    let then = written.policy(replace).swept_at(13 * DAY).decided();
    let late = in_service().with_scheduled_change_at(HOUR).policy(replace).decided();

    assert_eq!(before.reason(), Reason::ChangeAhead { replace_at: at(13 * DAY) });
    for decided in [then, late] {
        assert_eq!(decided.reason(), Reason::ChangeReplaces);
        assert_eq!(decided.visible_actions(), ["replace"]);
    }
}

#[test]
fn signal_change_between_two_sweeps_gets_a_recheck() {
    let written = in_service().remembering(|memory| memory.replace_at = Some(at(13 * DAY + 81)));

    let long_before = written.clone().policy(replace).swept_at(13 * DAY - 15 * MINUTE).decided();
    let before = written.clone().policy(replace).swept_at(13 * DAY).decided();
    let then = written.policy(replace).rechecked(Purpose::Deadline, 13 * DAY + 81).decided();

    assert!(long_before.rechecks(Purpose::Deadline).is_empty());
    assert_eq!(before.rechecks(Purpose::Deadline), [13 * DAY + 81]);
    assert_eq!(then.visible_actions(), ["replace"]);
}

#[test]
fn signal_change_beyond_the_budget_is_written() {
    let decided = in_service()
        .with_scheduled_change_at(HOUR)
        .policy(replace)
        .group(|group| group.leaving = 2)
        .decided();

    assert_eq!(decided.reason(), Reason::BudgetSpent);
    assert!(decided.written().is_some());
}

#[test]
fn signal_change_of_a_terminating_instance_changes_nothing() {
    let scene = scene().with_scheduled_change_at(HOUR).policy(replace);

    let leaves = scene.clone().state("Terminating").decided();
    let left = scene.in_no_group().decided();

    assert_eq!(leaves.reason_text(), "Auto Scaling does not hold it: Terminating");
    assert_eq!(left.reason_text(), "Auto Scaling does not hold it: in no group");
}

#[test]
fn signal_change_written_under_another_policy_does_nothing() {
    let written = in_service().remembering(|memory| memory.replace_at = Some(at(0)));

    let decided = written.swept_at(MINUTE).decided();

    assert_eq!(decided.reason(), Reason::NothingToDo);
}

#[test]
fn rule_16_change_without_room_for_the_attribute_replaces_at_once() {
    let scene = in_service().with_scheduled_change_at(14 * DAY).policy(replace);

    let decided = scene.without_room_for_an_attribute().decided();

    assert_eq!(decided.notes().len(), 1);
    assert_eq!(decided.visible_actions(), ["replace"]);
}

#[test]
fn rule_16_change_without_room_for_the_attribute_waits_for_the_budget_in_its_message() {
    let scene = in_service().with_scheduled_change_at(14 * DAY).policy(replace);
    let spent = scene.without_room_for_an_attribute().group(|group| group.leaving = 2);

    let decided = spent.decided();

    assert_eq!(decided.reason(), Reason::BudgetAwaited);
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn rule_16_change_beside_a_denied_cluster_stays_in_its_message() {
    let announced = scene().denied_by_a_cluster().in_service().with_scheduled_change_at(14 * DAY);

    let noted = announced.clone().decided();
    let replacing = announced.policy(replace).decided();

    assert_eq!(noted.reason().code(), "change-noted");
    assert_eq!(replacing.reason().code(), "unanswered");
}

#[test]
fn signal_change_that_is_far_ahead_asks_auto_scaling_nothing() {
    let decided = in_service().with_scheduled_change_at(14 * DAY).policy(replace).decided();

    assert_eq!(decided.asked_first, [Question::ContainerInstance, Question::Description]);
}

#[test]
fn signal_change_gets_a_recheck_within_the_longest_delay_of_a_message() {
    let written = in_service().remembering(|memory| memory.replace_at = Some(at(13 * DAY)));

    let swept = written.policy(replace).swept_at(13 * DAY - 15 * MINUTE).decided();

    assert_eq!(swept.rechecks(Purpose::Deadline), [13 * DAY]);
}

#[test]
fn scheduled_change_outlasts_an_expired_drain() {
    let scene = scene().in_service().draining().leaving_since(None).remembering(|memory| {
        memory.rebalance_until = Some(at(HOUR));
        memory.replace_at = Some(at(DAY));
    });

    let decided = scene.swept_at(HOUR + MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["set to ACTIVE"]);
    assert_eq!(decided.written().unwrap().replace_at, Some(at(DAY)));
    assert_eq!(decided.written().unwrap().rebalance_until, None);
}

#[test]
fn later_change_does_not_delay_an_earlier_one() {
    let first = in_service().remembering(|memory| memory.replace_at = Some(at(2 * DAY)));

    let decided = first.with_scheduled_change_at(14 * DAY).policy(replace).decided();

    assert_eq!(decided.reason(), Reason::ChangeAhead { replace_at: at(2 * DAY) });
}

// The instance came back from the warm pool, and no sweep has set it to ACTIVE yet.
#[test]
fn scheduled_change_beside_a_past_action_is_written() {
    let back =
        in_service().draining_for_us_since(0).with_scheduled_change_at(14 * DAY).policy(replace);

    let decided = back.now(HOUR).decided();

    assert!(matches!(decided.reason(), Reason::NotWaiting { .. }));
    assert_eq!(decided.written().unwrap().replace_at, Some(at(13 * DAY)));
}
