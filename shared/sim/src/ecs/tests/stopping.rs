//! The stop of a task.

use super::*;

fn with_task(containers: Vec<ContainerSpec>) -> (World, String) {
    let mut world = web(1);
    world.register_task_definition(&definition("batch", containers));
    world.start_task(&standalone("batch"), "i-1");
    let task = task_of(&world, "batch");
    pass(&mut world, 100);
    (world, task)
}

// ECS developer guide, task-lifecycle-explanation: the order of the states. StopTask deletes the tags (API reference,
// StopTask).
#[test]
fn stop_task_sends_sigterm_and_deletes_the_tags() {
    let (mut world, task) = with_task(vec![container("app", 10, 30)]);
    assert_eq!(shown(&mut world, &task)["tags"][0]["value"], "ada");

    let answer = stop(&mut world, &task);
    pass(&mut world, 60);

    assert_eq!(answer["task"]["desiredStatus"], "STOPPED");
    assert_eq!(path(&world, &task), [(100, "STOPPING"), (110, "DEPROVISIONING"), (111, "STOPPED")]);
    let shown = shown(&mut world, &task);
    assert_eq!(shown["tags"], json!([]));
    assert_eq!(shown["stopCode"], "UserInitiated");
    assert_eq!(shown["stoppedReason"], "enough");
    assert!([0, 143].contains(&shown["containers"][0]["exitCode"].as_i64().unwrap()));
}

// ECS developer guide, docker-diags: 137 is SIGKILL. No work is lost, because the task had its whole stop timeout.
#[test]
fn sigkill_comes_at_the_stop_timeout_and_not_before() {
    let (mut world, task) = with_task(vec![container("app", 3600, 45)]);

    stop(&mut world, &task);
    pass(&mut world, 60);

    assert_eq!(path(&world, &task)[1], (145, "DEPROVISIONING"));
    assert_eq!(shown(&mut world, &task)["containers"][0]["exitCode"], 137);
    assert_eq!(killed(&world), []);
}

// API reference, StopTask: 30 seconds by default.
#[test]
fn a_container_that_ignores_sigterm_is_killed_after_30_s_by_default() {
    let stubborn =
        ContainerSpec { stop_timeout: None, ignores_sigterm: true, ..container("app", 1, 1) };
    let (mut world, task) = with_task(vec![stubborn]);

    stop(&mut world, &task);
    pass(&mut world, 60);

    assert_eq!(path(&world, &task)[1], (130, "DEPROVISIONING"));
}

// API reference, ContainerDependency: "for container shutdown it is reversed".
#[test]
fn containers_stop_in_the_reverse_order_of_depends_on() {
    let app = ContainerSpec { depends_on: vec!["proxy".into()], ..container("app", 10, 30) };
    let proxy = ContainerSpec { depends_on: vec!["agent".into()], ..container("proxy", 500, 20) };
    let lone = container("lone", 3, 30);
    let (mut world, task) = with_task(vec![container("agent", 5, 30), proxy, app, lone]);

    stop(&mut world, &task);
    pass(&mut world, 12);
    let shown = shown(&mut world, &task);
    pass(&mut world, 60);

    let status = |index: usize| shown["containers"][index]["lastStatus"].as_str().unwrap();
    assert_eq!(
        [status(0), status(1), status(2), status(3)],
        ["RUNNING", "RUNNING", "STOPPED", "STOPPED"]
    );
    // app 10 s, then proxy killed after 20 s, then agent 5 s.
    assert_eq!(path(&world, &task)[1], (135, "DEPROVISIONING"));
}

// ECS developer guide, task-lifecycle-explanation: in DEACTIVATING, ECS deregisters the task from the load balancer.
#[test]
fn the_deregistration_delay_takes_its_full_time() {
    let mut world = web(1);
    world.register_task_definition(&definition("api", vec![container("app", 1, 30)]));
    let delay = Some(Length::secs(300));
    world.create_service(&ServiceSpec { deregistration_delay: delay, ..service("api", 1) });
    let task = task_of(&world, "api");
    pass(&mut world, 100);

    stop(&mut world, &task);
    pass(&mut world, 400);

    let expected =
        [(100, "DEACTIVATING"), (400, "STOPPING"), (401, "DEPROVISIONING"), (402, "STOPPED")];
    assert_eq!(path(&world, &task), expected);
}

#[test]
fn stopping_twice_does_no_harm() {
    let (mut world, task) = with_task(vec![container("app", 20, 30)]);

    stop(&mut world, &task);
    pass(&mut world, 10);
    stop(&mut world, &task);
    pass(&mut world, 60);
    let again = stop(&mut world, &task);

    assert_eq!(path(&world, &task)[1], (120, "DEPROVISIONING"));
    assert_eq!(again["task"]["lastStatus"], "STOPPED");
    let stops = world.history().iter().filter(|entry| matches!(entry.fact, Fact::StopTask { .. }));
    assert_eq!(stops.count(), 1);
}

// ECS developer guide, task_definition_parameters: the other containers are stopped after the essential one.
#[test]
fn task_whose_essential_container_exits_stops_its_other_containers() {
    let mut world = web(1);
    let app = ContainerSpec { depends_on: vec!["proxy".into()], ..container("app", 1, 30) };
    world.register_task_definition(&definition("batch", vec![container("proxy", 8, 30), app]));
    world.start_task(
        &StandaloneSpec { lasts: Some(Lengths::secs(50)), ..standalone("batch") },
        "i-1",
    );
    let task = task_of(&world, "batch");

    pass(&mut world, 100);

    assert_eq!(path(&world, &task), [(50, "STOPPING"), (58, "DEPROVISIONING"), (59, "STOPPED")]);
    assert_eq!(shown(&mut world, &task)["stopCode"], "EssentialContainerExited");
}

#[test]
fn a_task_that_is_being_stopped_does_not_end_by_itself_any_more() {
    let mut world = web(1);
    world.register_task_definition(&definition("batch", vec![container("app", 20, 30)]));
    world.start_task(
        &StandaloneSpec { lasts: Some(Lengths::secs(15)), ..standalone("batch") },
        "i-1",
    );
    let task = task_of(&world, "batch");
    pass(&mut world, 10);

    stop(&mut world, &task);
    pass(&mut world, 60);

    let expected = [(10, "STOPPING"), (30, "DEPROVISIONING"), (31, "STOPPED")];
    assert_eq!(path(&world, &task), expected);
}

// aws/amazon-ecs-agent#2316: users saw SIGTERM with the deregistration after StopTask.
#[test]
fn wait_of_stop_task_for_the_deregistration_is_a_switch() {
    let switches = Switches { stop_task_waits_for_deregistration: false, ..fixed() };
    let mut world = web_with(switches, 1);
    world.register_task_definition(&definition("api", vec![container("app", 1, 30)]));
    let delay = Some(Length::secs(30));
    world.create_service(&ServiceSpec { deregistration_delay: delay, ..service("api", 2) });
    let by_hand = task_of(&world, "api");

    stop(&mut world, &by_hand);
    pass(&mut world, 60);
    let input = json!({ "cluster": "web", "service": "api", "desiredCount": 0 });
    ask(&mut world, "UpdateService", input);
    let by_scheduler = world.tasks_of_service("web", "api")[0].clone();
    pass(&mut world, 60);

    assert_eq!(path(&world, &by_hand)[0], (0, "STOPPING"));
    let path = path(&world, &by_scheduler);
    assert!(path.contains(&(65, "DEACTIVATING")) && path.contains(&(95, "STOPPING")), "{path:?}");
}

#[test]
fn time_of_the_replacement_after_stop_task_is_a_switch() {
    for (waits, started) in [(true, 36), (false, 5)] {
        let switches = Switches { replacement_waits_for_stopped: waits, ..fixed() };
        let mut world = web_with(switches, 1);
        world.register_task_definition(&definition("api", vec![container("app", 0, 30)]));
        let delay = Some(Length::secs(30));
        world.create_service(&ServiceSpec { deregistration_delay: delay, ..service("api", 1) });
        let task = task_of(&world, "api");

        stop(&mut world, &task);
        pass(&mut world, 60);

        assert_eq!(said(&world, "has started 1 tasks"), [started]);
    }
}

#[test]
fn replacement_of_a_task_that_stop_task_stops_waits_although_the_scheduler_has_other_work() {
    let mut world = web_with(Switches { replacement_waits_for_stopped: true, ..fixed() }, 1);
    world.register_task_definition(&definition("api", vec![container("app", 0, 30)]));
    let delay = Some(Length::secs(60));
    world.create_service(&ServiceSpec { deregistration_delay: delay, ..service("api", 2) });
    let task = task_of(&world, "api");

    stop(&mut world, &task);
    let input = json!({ "cluster": "web", "service": "api", "desiredCount": 3 });
    ask(&mut world, "UpdateService", input);
    pass(&mut world, 30);

    assert_eq!(said(&world, "has started 1 tasks").len(), 1, "the third task, and no replacement");
    pass(&mut world, 60);
    assert_eq!(said(&world, "has started 1 tasks").len(), 2, "the replacement");
}

#[test]
fn task_is_running_until_its_stop_begins() {
    let mut world = web_with(Switches { stop_begins_after: Lengths::secs(8), ..fixed() }, 1);
    world.create_service(&service("api", 1));
    let task = task_of(&world, "api");
    let running = |world: &mut World| {
        let input = json!({ "cluster": "web", "services": ["api"] });
        ask(world, "DescribeServices", input)["services"][0]["runningCount"].clone()
    };

    stop(&mut world, &task);
    pass(&mut world, 7);
    let before = (shown(&mut world, &task)["desiredStatus"].clone(), running(&mut world));
    pass(&mut world, 1);

    assert_eq!(before, (json!("STOPPED"), json!(1)));
    assert_eq!(running(&mut world), 0);
}
