use super::scene::*;
use crate::attribute::TaskCount;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::signal::Purpose;

fn draining() -> Scene {
    scene().draining_for_us_since(0).with(daemon("log"))
}

#[test]
fn rule_3_daemon_task_beside_a_replica_task_has_no_grace_yet() {
    let decided = draining().with(replica("api")).swept_at(2 * MINUTE).decided();

    assert_eq!(decided.reason_text(), "2 tasks left: 1 replica, 1 daemon");
}

#[test]
fn rule_3_daemon_tasks_have_a_grace_once_nothing_else_is_left() {
    let scene = draining().with(replica("api").stopped_at(500));

    let within = scene.clone().rechecked(Purpose::Deadline, 559).decided();
    let after = scene.rechecked(Purpose::Deadline, 560).decided();

    assert_eq!(within.reason(), Reason::DaemonsLeft { until: at(560) });
    assert_eq!(within.rechecks(Purpose::Deadline), [560]);
    assert!(within.visible_actions().is_empty());
    assert_eq!(after.reason(), Reason::DaemonGraceExpired);
    assert_eq!(after.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_3_stopping_daemon_task_is_waited_for_within_the_grace() {
    let scene = scene().draining_for_us_since(0).with(daemon("log").stopping());

    let decided = scene.rechecked(Purpose::Settle, 10).decided();

    assert_eq!(decided.reason(), Reason::DaemonsLeft { until: at(60) });
}

#[test]
fn rule_3_grace_of_daemon_tasks_alone_begins_with_draining() {
    let decided = draining().rechecked(Purpose::Settle, 10).decided();

    assert_eq!(decided.reason(), Reason::DaemonsLeft { until: at(60) });
}

#[test]
fn rule_3_grace_ends_with_the_deadline() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(530));

    let scene = draining().with(replica("api").stopped_at(500)).policy(timeout);

    let decided = scene.rechecked(Purpose::Deadline, 510).decided();

    assert_eq!(decided.reason(), Reason::DaemonsLeft { until: at(530) });
}

#[test]
fn rule_3_daemon_task_stopped_before_a_standalone_task_is_noted() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));

    let decided = scene.with(daemon("log").stopped_at(30)).swept_at(MINUTE).decided();

    assert_eq!(
        decided.notes(),
        ["ECS stopped a task of daemon service log while a standalone task still runs"]
    );
}

#[test]
fn rule_3_daemon_task_stopped_before_the_drain_is_not_noted() {
    let scene = scene().draining_for_us_since(0).with(standalone("import")).with(replica("api"));

    let decided = scene.with(daemon("log").stopped_at(-30)).swept_at(MINUTE).decided();

    assert!(decided.notes().is_empty());
}

#[test]
fn rule_3_grace_ends_without_room_for_the_attribute() {
    let scene = scene().draining().without_room_for_an_attribute().with(daemon("log"));

    let first = scene.clone().swept_at(2 * MINUTE).decided();
    let second = scene.rechecked(Purpose::Settle, 130).decided();

    assert_eq!(first.rechecks(Purpose::Settle), [130]);
    assert_eq!(second.reason(), Reason::DaemonGraceExpired);
    assert_eq!(second.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn daemon_tasks_left_running_are_found_within_a_quarter_of_an_hour() {
    let scene = draining().with(replica("api").stopped_at(10 * HOUR));
    let counted = Some(TaskCount { tasks: 2, after: 36_000 - 300 });
    let scene = scene.remembering(|attribute| attribute.task_count = counted);

    let found = (600..630).find(|minute| {
        let decided = scene.clone().swept_at(minute * MINUTE + 60).decided();
        decided.visible_actions().contains(&"complete with CONTINUE".to_owned())
    });

    assert!(found.is_some_and(|minute| minute <= 615), "{found:?}");
}

#[test]
fn rule_3_end_of_the_last_other_task_finds_an_expired_grace() {
    let scene = scene().draining_for_us_since(0).with(daemon("log"));

    let decided = scene.with_last_task_stopped().now(HOUR).decided();

    assert_eq!(decided.reason(), Reason::DaemonGraceExpired);
    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_3_grace_does_not_end_before_every_counted_task_is_found() {
    let scene = scene().draining_for_us_since(0).that_ran(2).with(daemon("log"));

    let first = scene.clone().swept_at(2 * MINUTE).decided();
    let second = scene.rechecked(Purpose::Settle, 130).decided();

    assert_eq!(first.reason(), Reason::Settling);
    assert_eq!(first.rechecks(Purpose::Settle), [130]);
    assert_eq!(second.reason(), Reason::DaemonGraceExpired);
}

#[test]
fn rule_3_daemon_task_stopping_before_the_count_accounts_for_no_other_task() {
    let scene = scene().draining_for_us_since(0).that_ran(2).with(daemon("log"));

    let decided = scene.with(daemon("metrics").stopping()).swept_at(2 * MINUTE).decided();

    assert_eq!(decided.reason(), Reason::Settling);
}

#[test]
fn rule_3_deadline_ends_the_grace_even_with_a_counted_task_missing() {
    let timeout = |policy: &mut Policy| policy.drain_timeout = Some(seconds(90));
    let scene = scene().draining_for_us_since(0).that_ran(2).with(daemon("log")).policy(timeout);

    let decided = scene.rechecked(Purpose::Deadline, 90).decided();

    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}
