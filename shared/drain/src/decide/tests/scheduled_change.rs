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
fn signal_change_is_noted_by_default_and_nothing_is_asked() {
    let outcome = in_service().with_scheduled_change_at(14 * DAY).decided();

    assert_eq!(
        outcome.reason(),
        Reason::ChangeNoted { code: "RETIREMENT".to_owned(), at: at(14 * DAY) }
    );
    assert!(outcome.asked_first.is_empty());
}

#[test]
fn signal_change_that_is_far_ahead_is_written_down() {
    let outcome = in_service().with_scheduled_change_at(14 * DAY).policy(replace).decided();

    assert_eq!(outcome.reason(), Reason::ChangeAhead { replace_at: at(13 * DAY) });
    assert_eq!(outcome.remembers().unwrap().replace_at, Some(at(13 * DAY)));
    assert!(outcome.does().is_empty());
}

#[test]
fn signal_change_replaces_the_instance_when_it_is_near() {
    let written = in_service().remembering(|memory| memory.replace_at = Some(at(13 * DAY)));

    let before = written.clone().policy(replace).swept_at(13 * DAY - MINUTE).decided();
    let then = written.policy(replace).swept_at(13 * DAY).decided();
    let late = in_service().with_scheduled_change_at(HOUR).policy(replace).decided();

    assert_eq!(before.reason(), Reason::ChangeAhead { replace_at: at(13 * DAY) });
    for outcome in [then, late] {
        assert_eq!(outcome.reason(), Reason::ChangeReplaces);
        assert_eq!(outcome.does(), ["replace"]);
    }
}

#[test]
fn signal_change_that_comes_before_the_next_closer_sweep_is_looked_at_in_time() {
    let written = in_service().remembering(|memory| memory.replace_at = Some(at(13 * DAY + 81)));

    let long_before = written.clone().policy(replace).swept_at(13 * DAY - 15 * MINUTE).decided();
    let before = written.clone().policy(replace).swept_at(13 * DAY).decided();
    let then = written.policy(replace).rechecked(Purpose::Deadline, 13 * DAY + 81).decided();

    assert!(long_before.looks(Purpose::Deadline).is_empty());
    assert_eq!(before.looks(Purpose::Deadline), [13 * DAY + 81]);
    assert_eq!(then.does(), ["replace"]);
}

#[test]
fn signal_change_keeps_within_the_budget_and_is_not_forgotten() {
    let outcome = in_service()
        .with_scheduled_change_at(HOUR)
        .policy(replace)
        .group(|group| group.leaving = 2)
        .decided();

    assert_eq!(outcome.reason(), Reason::BudgetSpent);
    assert!(outcome.remembers().is_some());
}

#[test]
fn signal_change_of_an_instance_that_goes_already_needs_nothing() {
    let scene = scene().with_scheduled_change_at(HOUR).policy(replace);

    let leaves = scene.clone().state("Terminating").decided();
    let left = scene.in_no_group().decided();

    assert_eq!(leaves.says(), "Auto Scaling does not hold it: Terminating");
    assert_eq!(left.says(), "Auto Scaling does not hold it: in no group");
}

#[test]
fn signal_change_that_was_written_down_under_another_policy_does_nothing() {
    let written = in_service().remembering(|memory| memory.replace_at = Some(at(0)));

    let outcome = written.swept_at(MINUTE).decided();

    assert_eq!(outcome.reason(), Reason::NothingToDo);
}

#[test]
fn signal_change_without_room_for_the_attribute_is_said() {
    let scene = in_service().with_scheduled_change_at(14 * DAY).policy(replace);

    let outcome = scene.without_room_for_an_attribute().decided();

    assert_eq!(outcome.notes().len(), 1);
    assert_eq!(outcome.actions().count(), 0);
}

#[test]
fn signal_change_that_is_far_ahead_asks_nothing_of_auto_scaling() {
    let outcome = in_service().with_scheduled_change_at(14 * DAY).policy(replace).decided();

    assert_eq!(outcome.asked_first, [Question::ContainerInstance, Question::Description]);
}

#[test]
fn signal_change_is_looked_at_in_time_from_as_far_ahead_as_a_message_can_be_delayed() {
    let written = in_service().remembering(|memory| memory.replace_at = Some(at(13 * DAY)));

    let swept = written.policy(replace).swept_at(13 * DAY - 15 * MINUTE).decided();

    assert_eq!(swept.looks(Purpose::Deadline), [13 * DAY]);
}

#[test]
fn an_announced_change_outlasts_a_drain_that_came_to_nothing() {
    let scene = scene().in_service().draining().leaving_since(None).remembering(|memory| {
        memory.rebalance_until = Some(at(HOUR));
        memory.replace_at = Some(at(DAY));
    });

    let outcome = scene.swept_at(HOUR + MINUTE).decided();

    assert_eq!(outcome.does(), ["set to ACTIVE"]);
    assert_eq!(outcome.remembers().unwrap().replace_at, Some(at(DAY)));
    assert_eq!(outcome.remembers().unwrap().rebalance_until, None);
}

#[test]
fn a_later_change_puts_off_none_that_was_announced_before() {
    let first = in_service().remembering(|memory| memory.replace_at = Some(at(2 * DAY)));

    let outcome = first.with_scheduled_change_at(14 * DAY).policy(replace).decided();

    assert_eq!(outcome.reason(), Reason::ChangeAhead { replace_at: at(2 * DAY) });
}

// It is back from its warm pool, and no sweep has set it ACTIVE yet.
#[test]
fn a_change_that_is_announced_while_an_action_of_before_is_remembered_is_written_down() {
    let back =
        in_service().draining_for_us_since(0).with_scheduled_change_at(14 * DAY).policy(replace);

    let outcome = back.now(HOUR).decided();

    assert!(matches!(outcome.reason(), Reason::NotWaiting { .. }));
    assert_eq!(outcome.remembers().unwrap().replace_at, Some(at(13 * DAY)));
}
