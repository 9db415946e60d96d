//! Schedules that start tasks, each claim with its source.

use std::time::Duration;

use serde_json::{Value, json};

use super::call;
use crate::api::Refusal;
use crate::history::{Caller, Fact};
use crate::scenario::{Scenario, Switches};
use crate::world::World;

/// Returns a world with the schedule `nightly` of tasks every 5 minutes, and `morning`, which sets a desired count of 2.
fn world() -> World {
    let scenario: Scenario = serde_json::from_value(json!({
        "group": [{ "name": "g", "cluster": "shop", "instances": 1 }],
        "service": [{ "name": "api", "cluster": "shop", "desired": 1 }],
        "schedule": [
            {
                "name": "nightly", "every": "5m", "description": "imports",
                "run_task": { "cluster": "shop", "family": "job", "count": 2, "lasts": "30s" },
            },
            {
                "name": "morning", "group": "ops", "every": "1h",
                "update_service": { "cluster": "shop", "service": "api", "desired": 2 },
            },
        ],
    }))
    .unwrap();
    let mut world = World::new(1, Switches::default());
    world.play(&scenario).unwrap();
    world
}

fn ask(world: &mut World, operation: &str, input: Value) -> Result<Value, Refusal> {
    call(world, &Caller::Other("operator".to_owned()), operation, &input)
}

fn nightly(world: &mut World) -> Value {
    ask(world, "GetSchedule", json!({ "Name": "nightly" })).unwrap()
}

/// Returns the whole schedule as UpdateSchedule takes it.
fn whole(world: &mut World) -> Value {
    let mut schedule = nightly(world);
    for only_in_answers in ["Arn", "CreationDate", "LastModificationDate"] {
        schedule.as_object_mut().unwrap().remove(only_in_answers);
    }
    schedule
}

fn calls(world: &World, name: &str) -> Vec<u64> {
    let made = world.history().iter().filter(|entry| {
        matches!(&entry.fact, Fact::Call { by: Caller::Aws("scheduler"), operation, outcome, .. }
            if operation == name && outcome == "ok")
    });
    made.map(|entry| entry.at.as_secs()).collect()
}

fn until(world: &mut World, secs: u64) {
    world.advance(Duration::from_secs(secs));
}

#[test]
fn schedule_runs_its_tasks_at_its_rate_and_names_itself() {
    let mut world = world();

    until(&mut world, 615);

    assert_eq!(calls(&world, "RunTask"), [300, 600]);
    let input = json!({ "cluster": "shop", "startedBy": "chronos-schedule/nightly" });
    let by = Caller::Other("reader".to_owned());
    let listed = crate::ecs::call(&mut world, &by, "ListTasks", &input).unwrap();
    assert_eq!(listed["taskArns"].as_array().unwrap().len(), 2, "those of 5:00 have ended");
}

// User guide, managing-targets-universal.
#[test]
fn universal_target_sets_a_desired_count() {
    let mut world = world();

    until(&mut world, 3_601);

    assert_eq!(calls(&world, "UpdateService"), [3_600]);
}

// API reference, UpdateSchedule: the request "overrides the existing schedule".
#[test]
fn schedule_that_is_disabled_whole_starts_nothing_and_keeps_its_members() {
    let mut world = world();
    let mut schedule = whole(&mut world);
    schedule["State"] = json!("DISABLED");

    let answer = ask(&mut world, "UpdateSchedule", schedule).unwrap();
    until(&mut world, 1_000);

    assert_eq!(
        answer["ScheduleArn"],
        "arn:aws:scheduler:eu-west-1:111122223333:schedule/default/nightly"
    );
    assert_eq!(calls(&world, "RunTask"), [0; 0]);
    let after = nightly(&mut world);
    assert_eq!((&after["Description"], &after["State"]), (&json!("imports"), &json!("DISABLED")));
}

#[test]
fn members_that_an_update_omits_are_gone_and_the_state_is_enabled() {
    let mut world = world();
    let mut schedule = whole(&mut world);
    schedule["State"] = json!("DISABLED");
    ask(&mut world, "UpdateSchedule", schedule.clone()).unwrap();

    for omitted in ["State", "Description"] {
        schedule.as_object_mut().unwrap().remove(omitted);
    }
    ask(&mut world, "UpdateSchedule", schedule).unwrap();

    let after = nightly(&mut world);
    assert_eq!((&after["Description"], &after["State"]), (&Value::Null, &json!("ENABLED")));
}

#[test]
fn update_without_a_required_member_or_of_no_schedule_is_refused() {
    let mut world = world();
    for required in ["ScheduleExpression", "Target", "FlexibleTimeWindow"] {
        let mut schedule = whole(&mut world);
        schedule.as_object_mut().unwrap().remove(required);

        let refused = ask(&mut world, "UpdateSchedule", schedule).unwrap_err();

        assert!(refused.to_string().starts_with("ValidationException"), "{required}: {refused}");
    }
    let mut schedule = whole(&mut world);
    schedule["GroupName"] = json!("ops");
    let refused = ask(&mut world, "UpdateSchedule", schedule).unwrap_err();
    assert!(refused.to_string().starts_with("ResourceNotFoundException"), "{refused}");
}

// API reference, ListSchedules: no filter by target.
#[test]
fn schedules_are_listed_by_group_with_the_arns_of_their_targets() {
    let mut world = world();
    let list =
        |world: &mut World, input| ask(world, "ListSchedules", input).unwrap()["Schedules"].clone();

    let (all, ops) =
        (list(&mut world, json!({})), list(&mut world, json!({ "ScheduleGroup": "ops" })));

    assert_eq!(
        all[0]["Target"],
        json!({ "Arn": "arn:aws:ecs:eu-west-1:111122223333:cluster/shop" })
    );
    assert_eq!(ops[0]["Target"], json!({ "Arn": "arn:aws:scheduler:::aws-sdk:ecs:updateService" }));
    assert_eq!((all.as_array().unwrap().len(), ops.as_array().unwrap().len()), (2, 1));
}

// Service Authorization Reference, EventBridge Scheduler: UpdateSchedule depends on iam:PassRole.
#[test]
fn role_that_may_not_pass_the_role_of_the_target_cannot_update_its_schedule() {
    let update = |passes: bool| {
        let mut world = world();
        let mut actions = vec!["scheduler:UpdateSchedule"];
        actions.extend(passes.then_some("iam:PassRole"));
        let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": "*" });
        let role = crate::iam::Role::new(&[json!({ "Statement": [statement] })]).unwrap();
        world.assume_role("outside", role);
        let body = whole(&mut world).to_string();
        crate::classify(&mut world, None, "PUT /schedules/nightly", body.as_bytes())
    };

    assert_eq!(update(true), crate::Classified::Answered);
    let crate::Classified::Refused(error) = update(false) else { panic!("not refused") };
    assert_eq!((error.status, error.code.as_str()), (403, "AccessDeniedException"));
    assert!(error.message.contains("iam:PassRole"), "{}", error.message);
}
