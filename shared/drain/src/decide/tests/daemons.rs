use super::scene::*;
use crate::attribute::TaskCount;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::signal::Purpose;

fn draining() -> Scene {
    scene().draining_for_us_since(0).with(daemon("log"))
}

#[test]
fn rule_3_daemon_tasks_are_waited_for_last() {
    let outcome = draining().with(replica("api")).swept_at(2 * MINUTE).decided();

    assert_eq!(outcome.says(), "2 tasks left: 1 replica, 1 daemon");
}

#[test]
fn rule_3_when_nothing_else_is_left_daemon_tasks_have_their_grace() {
    let scene = draining().with(replica("api").stopped_at(500));

    let within = scene.clone().rechecked(Purpose::Deadline, 559).decided();
    let after = scene.rechecked(Purpose::Deadline, 560).decided();

    assert_eq!(within.reason(), Reason::DaemonsLeft { until: at(560) });
    assert_eq!(within.looks(Purpose::Deadline), [560]);
    assert!(within.does().is_empty());
    assert_eq!(after.reason(), Reason::DaemonGraceExpired);
    assert_eq!(after.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_3_a_daemon_task_that_is_being_stopped_is_waited_for_within_the_grace() {
    let scene = scene().draining_for_us_since(0).with(daemon("log").stopping());

    let outcome = scene.rechecked(Purpose::Settle, 10).decided();

    assert_eq!(outcome.reason(), Reason::DaemonsLeft { until: at(60) });
}

#[test]
fn rule_3_the_grace_of_daemon_tasks_alone_begins_with_draining() {
    let outcome = draining().rechecked(Purpose::Settle, 10).decided();

    assert_eq!(outcome.reason(), Reason::DaemonsLeft { until: at(60) });
}

#[test]
fn rule_3_the_grace_never_lasts_past_the_deadline() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(530));

    let scene = draining().with(replica("api").stopped_at(500)).policy(timeout);

    let outcome = scene.rechecked(Purpose::Deadline, 510).decided();

    assert_eq!(outcome.reason(), Reason::DaemonsLeft { until: at(530) });
}

#[test]
fn rule_3_a_daemon_task_that_ecs_stopped_while_a_standalone_task_still_ran_is_reported() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));

    let outcome = scene.with(daemon("log").stopped_at(30)).swept_at(MINUTE).decided();

    assert_eq!(
        outcome.notes(),
        ["ECS stopped a task of daemon service log while a standalone task still runs"]
    );
}

#[test]
fn rule_3_a_daemon_task_that_stopped_before_the_drain_is_nobodys_fault() {
    let scene = scene().draining_for_us_since(0).with(standalone("import")).with(replica("api"));

    let outcome = scene.with(daemon("log").stopped_at(-30)).swept_at(MINUTE).decided();

    assert!(outcome.notes().is_empty());
}

#[test]
fn rule_3_the_grace_ends_where_nothing_can_be_written_down() {
    let scene = scene().draining().without_room_for_an_attribute().with(daemon("log"));

    let first = scene.clone().swept_at(2 * MINUTE).decided();
    let second = scene.rechecked(Purpose::Settle, 130).decided();

    assert_eq!(first.looks(Purpose::Settle), [130]);
    assert_eq!(second.reason(), Reason::DaemonGraceExpired);
    assert_eq!(second.does(), ["complete with CONTINUE"]);
}

#[test]
fn daemon_tasks_that_ecs_leaves_running_are_found_within_a_quarter_of_an_hour() {
    let scene = draining().with(replica("api").stopped_at(10 * HOUR));
    let counted = Some(TaskCount { tasks: 2, after: 36_000 - 300 });
    let scene = scene.remembering(|attribute| attribute.task_count = counted);

    let found = (600..630).find(|minute| {
        let outcome = scene.clone().swept_at(minute * MINUTE + 60).decided();
        outcome.does().contains(&"complete with CONTINUE".to_owned())
    });

    assert!(found.is_some_and(|minute| minute <= 615), "{found:?}");
}

#[test]
fn rule_3_the_end_of_the_last_other_task_finds_daemon_tasks_whose_grace_is_over() {
    let scene = scene().draining_for_us_since(0).with(daemon("log"));

    let outcome = scene.with_last_task_stopped().now(HOUR).decided();

    assert_eq!(outcome.reason(), Reason::DaemonGraceExpired);
    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_3_the_grace_does_not_end_over_a_task_that_is_unaccounted_for() {
    let scene = scene().draining_for_us_since(0).that_ran(2).with(daemon("log"));

    let first = scene.clone().swept_at(2 * MINUTE).decided();
    let second = scene.rechecked(Purpose::Settle, 130).decided();

    assert_eq!(first.reason(), Reason::Settling);
    assert_eq!(first.looks(Purpose::Settle), [130]);
    assert_eq!(second.reason(), Reason::DaemonGraceExpired);
}

#[test]
fn rule_3_a_daemon_task_that_was_being_stopped_before_the_count_accounts_for_no_other_task() {
    let scene = scene().draining_for_us_since(0).that_ran(2).with(daemon("log"));

    let outcome = scene.with(daemon("metrics").stopping()).swept_at(2 * MINUTE).decided();

    assert_eq!(outcome.reason(), Reason::Settling);
}

#[test]
fn rule_3_the_deadline_ends_the_grace_whatever_is_unaccounted_for() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(90));
    let scene = scene().draining_for_us_since(0).that_ran(2).with(daemon("log")).policy(timeout);

    let outcome = scene.rechecked(Purpose::Deadline, 90).decided();

    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}
