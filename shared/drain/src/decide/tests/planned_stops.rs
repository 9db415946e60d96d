//! Rule 5, planned: the look at a Spot warning decides when each task stops.

use super::scene::*;
use crate::decision::{Action, Question};
use crate::policy::Policy;
use crate::signal::Purpose;

fn plans(policy: &mut Policy) {
    policy.plans_stops = true;
}

/// Returns an instance that is set to DRAINING at its Spot warning of second 0, with one task of each kind.
fn warned() -> Scene {
    let tasks = scene().in_service().with(standalone("import")).with(replica("api"));
    tasks.with(daemon("log")).policy(plans).warned_of_spot(0).now(1)
}

/// Returns the plans of the last decision: their times and tasks.
fn plans_of(decided: &DecidedScene) -> Vec<(i64, Vec<String>)> {
    let second = |time: &jiff::Timestamp| time.as_second() - at(0).as_second();
    let planned = decided.actions().filter_map(|action| match action {
        Action::PlanStops { at, tasks, .. } => {
            Some((second(at), tasks.iter().map(|arn| name_of(arn)).collect()))
        }
        _ => None,
    });
    planned.collect()
}

fn name_of(arn: &str) -> String {
    arn.rsplit('/').next().unwrap_or(arn).to_owned()
}

/// Returns the instance of [`warned`] in a later look.
fn later() -> Scene {
    let tasks = scene().in_service().draining().with(standalone("import")).with(replica("api"));
    tasks.leaving_since(None).policy(plans).remembering(|memory| {
        memory.draining_since = Some(at(1));
        memory.interrupted_at = Some(at(2 * MINUTE));
    })
}

#[test]
fn rule_5_look_at_a_spot_warning_plans_every_stop_and_sends_no_recheck() {
    let decided = warned().decided();

    let tasks = ["import", "api", "log"].map(str::to_owned).to_vec();
    assert_eq!(plans_of(&decided), [(80, tasks)]);
    assert!(decided.rechecks(Purpose::Deadline).is_empty());
}

#[test]
fn rule_5_instance_with_more_counted_than_listed_tasks_gets_no_stop_plan() {
    let decided = warned().counting(4).decided();

    assert!(plans_of(&decided).is_empty());
    assert_eq!(decided.rechecks(Purpose::Deadline), [80]);
}

#[test]
fn rule_5_sweep_over_a_planned_instance_lists_no_tasks_before_the_last_minute() {
    let decided = later().swept_at(30).decided();

    assert!(decided.visible_actions().is_empty());
    assert!(!decided.asked_first.contains(&Question::RunningTasks));
}

#[test]
fn rule_5_last_sweep_before_a_spot_interruption_stops_what_a_lost_plan_left() {
    let before_the_plan = later().swept_at(79).decided();
    let just_after = later().swept_at(83).decided();
    let too_late_for_the_plan = later().swept_at(85).decided();

    assert!(before_the_plan.visible_actions().is_empty());
    assert!(just_after.visible_actions().is_empty());
    assert_eq!(too_late_for_the_plan.visible_actions(), ["stop import", "stop api"]);
}

#[test]
fn rule_5_recheck_of_an_instance_without_a_whole_plan_stops_its_tasks() {
    let decided = later().rechecked(Purpose::Deadline, 80).decided();

    assert_eq!(decided.visible_actions(), ["stop import", "stop api"]);
}

#[test]
fn sweep_over_a_planned_instance_without_counted_tasks_asks_nothing_about_tasks() {
    let empty = scene().in_service().draining().leaving_since(None).policy(plans);
    let warned = empty.remembering(|memory| {
        memory.draining_since = Some(at(1));
        memory.interrupted_at = Some(at(2 * MINUTE));
    });

    let decided = warned.swept_at(MINUTE).decided();

    assert!(!decided.asked_first.contains(&Question::Tasks));
}
