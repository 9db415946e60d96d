//! A list of tasks needs a reason: while ECS counts more tasks than may stay, no sweep lists them.

use super::scene::*;
use super::tasks::{TaskScene, daemon, replica, standalone};
use crate::attribute::DrainAttribute;
use crate::decision::Question;
use crate::policy::StandalonePolicy;

/// Returns an instance that drains since second 0, on which `tasks` do not hold it.
fn recording(tasks: u32) -> Scene {
    scene().draining_for_us_since(0).remembering(|attribute| attribute.non_holding = Some(tasks))
}

fn lists(scene: Scene) -> bool {
    scene.decided().asked_first.contains(&Question::Tasks)
}

/// Returns the number that the first list of tasks records for an instance with this task and a replica task.
fn recorded_with(task: TaskScene) -> Option<u32> {
    let scene = scene().draining_for_us_since(0).with(replica("api")).with(task);
    scene.swept_at(MINUTE).decided().written().unwrap_or_default().non_holding
}

/// Returns an instance with this many beside it that lifecycle events of the batch take as well.
fn taken_with(others: usize) -> Scene {
    let scene = scene().with(standalone("import")).with(daemon("log")).terminating_since(0).now(1);
    scene.taken_together(others + 1)
}

#[test]
fn tasks_of_many_instances_that_leave_together_are_listed_at_their_events() {
    let (few, many) = (taken_with(1).decided(), taken_with(2).decided());

    assert!(!few.asked_after_draining.contains(&Question::RunningTasks));
    assert_eq!(few.written().unwrap().non_holding, None);
    assert!(many.asked_after_draining.contains(&Question::RunningTasks));
    assert_eq!(many.written().unwrap().non_holding, Some(1));
}

#[test]
fn event_of_a_drain_with_a_record_lists_no_tasks() {
    let again = recording(1).with(standalone("import")).with(daemon("log")).terminating_since(0);

    let asked = again.now(2).taken_together(9).decided().asked_first;

    assert!(!asked.contains(&Question::Tasks) && !asked.contains(&Question::RunningTasks));
}

#[test]
fn sweep_leaves_many_instances_that_became_empty_together_to_their_events() {
    let emptied = |together| lists(recording(0).emptied_together(together).swept_at(7 * MINUTE));

    assert!(emptied(0) && emptied(2));
    assert!(!emptied(3));
}

#[test]
fn daemon_tasks_and_ignored_tasks_are_recorded_as_not_holding() {
    let ignored = standalone("spot-check").tagged(StandalonePolicy::Ignore);

    assert_eq!(recorded_with(standalone("import")), Some(0));
    assert_eq!(recorded_with(daemon("log")), Some(1));
    assert_eq!(recorded_with(ignored), Some(1));
}

#[test]
fn nothing_is_recorded_while_policy_stops_a_task() {
    assert_eq!(recorded_with(standalone("import").tagged(StandalonePolicy::Stop)), None);
}

#[test]
fn nothing_is_recorded_beside_a_task_that_stops_for_longer_than_half_an_hour() {
    assert_eq!(recorded_with(standalone("import").stops_within(1800)), Some(0));
    assert_eq!(recorded_with(standalone("import").stops_within(1801)), None);
}

#[test]
fn nothing_is_recorded_from_a_list_that_lacks_a_counted_task() {
    let scene = scene().draining_for_us_since(0).with(standalone("import")).counting(2);

    assert_eq!(scene.swept_at(MINUTE).decided().written().unwrap_or_default().non_holding, None);
}

#[test]
fn sweep_lists_no_tasks_while_more_are_counted_than_do_not_hold_the_instance() {
    let scene = recording(1).with(standalone("import")).with(daemon("log"));

    for minute in [1, 2, 4, 8] {
        assert!(!lists(scene.clone().swept_at(minute * MINUTE)), "after {minute} minutes");
    }
}

#[test]
fn sweep_lists_tasks_once_no_more_are_counted_than_do_not_hold_the_instance() {
    let daemon_left = recording(1).with(daemon("log"));

    assert!(lists(daemon_left.swept_at(7 * MINUTE)));
}

#[test]
fn sweep_lists_no_tasks_while_stopping_ones_hold_resources() {
    let stopping = |holds: bool| {
        let scene = recording(1).with(standalone("import").stopping());
        scene.holding_resources(holds).swept_at(7 * MINUTE)
    };

    assert!(!lists(stopping(true)));
    assert!(lists(stopping(false)));
}

#[test]
fn sweep_records_a_smaller_number_once_a_holding_task_runs_in_place_of_a_daemon_task() {
    let scene = recording(1).with(standalone("import")).swept_at(7 * MINUTE);

    assert_eq!(scene.decided().written().unwrap_or_default().non_holding, Some(0));
}

#[test]
fn sweep_without_a_record_lists_tasks_at_doubling_ages() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));
    let listing: Vec<i64> =
        (1..=16).filter(|minute| lists(scene.clone().swept_at(minute * MINUTE))).collect();

    assert_eq!(listing, [1, 2, 4, 8, 10, 15, 16]);
}

#[test]
fn sweep_lists_tasks_in_the_last_hour_before_a_deadline() {
    let scene = recording(0).with(standalone("import")).hooks(&[hook("ebb", 3600)]);
    let timeout = |policy: &mut crate::policy::Policy| policy.drain_timeout = Some(seconds(9_000));
    let scene = scene.policy(timeout);
    let lists_before = |minutes: i64| lists(scene.clone().swept_at(9_000 - minutes * MINUTE));

    assert!(!lists_before(75));
    assert!(lists_before(60) && lists_before(45) && lists_before(2));
}

#[test]
fn sweep_asks_for_service_tasks_ten_minutes_after_draining_and_lists_only_where_there_are_some() {
    let asks = |scene: Scene| scene.decided().asked_first.contains(&Question::ServiceTasks);
    let moved = recording(0).with(standalone("import")).swept_at(10 * MINUTE);
    let stuck = recording(0).with(replica("api"));

    assert!(asks(moved.clone()) && !lists(moved));
    assert!(lists(stuck.clone().swept_at(10 * MINUTE)));
    assert!(!asks(stuck.clone().swept_at(9 * MINUTE)) && !lists(stuck.swept_at(9 * MINUTE)));
}

#[test]
fn sweep_lists_tasks_if_ecs_does_not_say_where_service_tasks_are() {
    let scene = recording(0).with(standalone("import")).busy(Question::ServiceTasks);

    assert!(lists(scene.swept_at(10 * MINUTE)));
}

#[test]
fn number_of_an_earlier_drain_is_forgotten() {
    let again = recording(5).with(standalone("import")).terminating_since(HOUR).now(HOUR + 1);

    let written = again.status(crate::observation::Status::Active).decided().written();

    assert_eq!(written.map(|it: DrainAttribute| it.non_holding), Some(None));
}
