//! Standalone tasks from their start until ECS forgets them.

use super::*;

// ECS developer guide, task-lifecycle-explanation.
#[test]
fn a_task_starts_in_the_documented_order() {
    let mut world = web(1);
    world.register_task_definition(&definition("batch", vec![]));
    pass(&mut world, 10);

    let lasts = Some(Lengths::secs(60));
    world.start_task(&StandaloneSpec { lasts, ..standalone("batch") }, "i-1");
    let task = task_of(&world, "batch");
    pass(&mut world, 100);

    let expected = [
        (10, "PROVISIONING"),
        (10, "PENDING"),
        (14, "ACTIVATING"),
        (15, "RUNNING"),
        (75, "DEPROVISIONING"),
        (76, "STOPPED"),
    ];
    assert_eq!(path(&world, &task), expected);
    assert_eq!(shown(&mut world, &task)["containers"][0]["exitCode"], 0);
}

#[test]
fn a_task_of_the_start_runs_already_and_is_no_news() {
    let mut world = web(1);

    world.start_task(&standalone("batch"), "i-1");

    let task = task_of(&world, "batch");
    assert_eq!(shown(&mut world, &task)["lastStatus"], "RUNNING");
    assert_eq!(world.history(), []);
}

#[test]
fn work_that_runs_on_counts_from_the_time_when_its_host_begins_to_leave() {
    let mut world = web(1);
    let runs_on = Some(Lengths::millis(100_000, 200_000));
    for _ in 0..2 {
        world
            .start_task(&StandaloneSpec { runs_on: runs_on.clone(), ..standalone("batch") }, "i-1");
    }
    pass(&mut world, 1000);
    assert_eq!(left_on(&world, "i-1").len(), 2);

    world.host_begins_to_leave("i-1");
    pass(&mut world, 95);
    assert_eq!(left_on(&world, "i-1").len(), 2);
    pass(&mut world, 115);

    assert_eq!(left_on(&world, "i-1").len(), 0);
    let ends: Vec<_> =
        tasks_of(&world, "batch").iter().map(|task| path(&world, task)[0].0).collect();
    assert_ne!(ends[0], ends[1]);
}

// API reference, ListTasks: recently stopped tasks are listed for at least an hour.
#[test]
fn a_stopped_task_is_listed_for_an_hour() {
    let mut world = web(1);
    world.start_task(
        &StandaloneSpec { lasts: Some(Lengths::secs(9)), ..standalone("batch") },
        "i-1",
    );
    let stopped = json!({ "cluster": "web", "containerInstance": on(&world, "i-1"), "desiredStatus": "STOPPED" });
    pass(&mut world, 3609);
    assert_eq!(
        ask(&mut world, "ListTasks", stopped.clone())["taskArns"].as_array().unwrap().len(),
        1
    );

    pass(&mut world, 2);

    assert_eq!(ask(&mut world, "ListTasks", stopped)["taskArns"], json!([]));
    assert!(world.ecs.tasks.is_empty());
    assert_eq!(world.last_stopped_on("i-1"), Some(Duration::from_secs(10)));
}

// API reference, RunTask: "the Amazon ECS API follows an eventual consistency model".
#[test]
fn a_new_task_may_not_be_listed_yet() {
    let mut world = web_with(Switches { task_listed_after: Lengths::secs(3), ..fixed() }, 1);
    pass(&mut world, 1);
    world.start_task(&standalone("batch"), "i-1");
    let list = json!({ "cluster": "web" });

    assert_eq!(ask(&mut world, "ListTasks", list.clone())["taskArns"], json!([]));
    pass(&mut world, 3);
    assert_ne!(ask(&mut world, "ListTasks", list)["taskArns"], json!([]));
}
