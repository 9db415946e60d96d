//! The replacement of replica tasks on a DRAINING instance.

use super::*;

// API reference, DeploymentConfiguration: at 100 % the scheduler "can't remove existing tasks until the replacement
// tasks are considered healthy", 40 s after RUNNING without a health check.
#[test]
fn at_a_minimum_of_100_the_old_task_stays_until_the_new_one_is_healthy() {
    let mut world = web(2);
    world.register_task_definition(&definition("api", vec![container("app", 2, 30)]));
    world.create_service(&service("api", 2));
    let old = world.tasks_left_on("i-1")[0].arn.clone();
    pass(&mut world, 100);

    drain(&mut world, "i-1");
    pass(&mut world, 200);

    // 5 s scheduler, 5 s start, 40 s healthy, 5 s scheduler.
    assert_eq!(path(&world, &old), [(155, "STOPPING"), (157, "DEPROVISIONING"), (158, "STOPPED")]);
    assert_eq!(left_on(&world, "i-2"), ["api", "api"]);
    assert_eq!(said(&world, "has reached a steady state").len(), 1);
}

// API reference, DeploymentConfiguration: desired 4, minimum 50 %: the scheduler may stop two tasks before it starts
// two.
#[test]
fn at_a_minimum_of_50_half_are_stopped_first() {
    let mut world = web(2);
    world.create_service(&bounded("api", 4, 50, 100));

    drain(&mut world, "i-1");
    pass(&mut world, 6);

    assert_eq!(said(&world, "has stopped 2 running tasks"), [5]);
    assert_eq!(said(&world, "has started").len(), 0);
}

// API reference, DeploymentConfiguration: the lower bound counts RUNNING tasks.
#[test]
fn tasks_that_are_being_stopped_do_not_count_as_healthy() {
    let mut world = web(2);
    world.create_service(&bounded("api", 4, 50, 100));
    world.agent_connection("i-2", false);
    for task in world.tasks_left_on("i-2") {
        stop(&mut world, &task.arn);
    }

    drain(&mut world, "i-1");
    pass(&mut world, 60);

    assert_eq!(described(&mut world, "i-1")["runningTasksCount"], 2);
}

// API reference, DeploymentConfiguration: at a maximum of 100 % "replacement tasks can't start until the draining
// tasks have stopped".
#[test]
fn at_a_maximum_of_100_the_replacement_waits_for_stopped() {
    let mut world = web(2);
    world.register_task_definition(&definition("api", vec![container("app", 60, 90)]));
    world.create_service(&bounded("api", 2, 50, 100));
    let old = world.tasks_left_on("i-1")[0].arn.clone();

    drain(&mut world, "i-1");
    pass(&mut world, 300);

    assert_eq!(path(&world, &old).last(), Some(&(66, "STOPPED")));
    assert_eq!(said(&world, "has started 1 tasks"), [71]);
}

// ECS developer guide, container-instance-draining: 100/100 "prevents successful container instance draining";
// service-event-messages: the same by rounding.
#[test]
fn bounds_without_leeway_are_a_deadlock_that_the_service_tells() {
    for (desired, least, most) in [(2, 100, 100), (2, 75, 125), (3, 100, 125)] {
        let mut world = web(2);
        world.create_service(&bounded("api", desired, least, most));
        let before = left_on(&world, "i-1");

        drain(&mut world, "i-1");
        pass(&mut world, 60);
        drain(&mut world, "i-2");
        pass(&mut world, 640);

        assert_eq!(left_on(&world, "i-1"), before);
        assert_eq!(
            said(&world, "unable to stop or start tasks during a deployment"),
            [5, 305, 605]
        );
        let answer =
            ask(&mut world, "DescribeServices", json!({ "cluster": "web", "services": ["api"] }));
        let message = answer["services"][0]["events"][0]["message"].as_str().unwrap();
        assert!(message.starts_with("(service api) was unable to stop or start tasks"));
    }
}

// "Check that you had enough spare capacity" (aws/aws-cdk#1192).
#[test]
fn without_room_replica_tasks_stay_and_the_service_says_so() {
    let mut world = web(1);
    world.create_service(&service("api", 3));
    drain(&mut world, "i-1");
    pass(&mut world, 60);
    assert_eq!(left_on(&world, "i-1").len(), 3);
    assert_eq!(said(&world, "was unable to place a task"), [5]);

    world.agent_starts("i-2", &agent(10));
    pass(&mut world, 300);

    assert_eq!(left_on(&world, "i-1").len(), 0);
    assert_eq!(left_on(&world, "i-2").len(), 3);
}

// ECS developer guide, container-instance-draining: PENDING tasks of services "are stopped immediately".
#[test]
fn a_pending_task_goes_straight_to_stopped() {
    let mut world = web(1);
    let slow = TaskDefinitionSpec { starts_in: Lengths::secs(500), ..definition("api", vec![]) };
    world.register_task_definition(&slow);
    world.create_service(&service("api", 1));
    world.agent_starts("i-2", &agent(10));
    let first = task_of(&world, "api");
    pass(&mut world, 1);
    stop(&mut world, &first);
    pass(&mut world, 60);
    let pending = world.ecs.tasks.values().find(|task| task.arn != first).unwrap();
    let (pending, host) = (pending.arn.clone(), pending.ec2_instance.clone());
    assert_eq!(described(&mut world, &host)["pendingTasksCount"], 1);

    drain(&mut world, &host);
    pass(&mut world, 6);

    assert_eq!(path(&world, &pending).last().unwrap().1, "STOPPED");
    assert_eq!(path(&world, &pending).len(), 3);
}

// ECS developer guide, ecs_services: the scheduler keeps the desired count.
#[test]
fn a_task_that_somebody_stops_is_replaced() {
    let mut world = web(2);
    world.create_service(&service("api", 2));
    let task = world.tasks_left_on("i-1")[0].arn.clone();
    pass(&mut world, 10);

    stop(&mut world, &task);
    pass(&mut world, 200);

    assert_eq!(left_on(&world, "i-1").len() + left_on(&world, "i-2").len(), 2);
}

// API reference, PlacementStrategy: `spread` over instances.
#[test]
fn tasks_are_spread_over_the_instances() {
    let mut world = web(4);

    world.create_service(&service("api", 6));

    let mut counts: Vec<_> = (1..=4).map(|n| left_on(&world, &format!("i-{n}")).len()).collect();
    counts.sort();
    assert_eq!(counts, [1, 1, 2, 2]);
}

#[test]
fn an_instance_set_active_in_the_middle_leaves_no_task_too_many() {
    let mut world = web(2);
    world.create_service(&service("api", 4));
    drain(&mut world, "i-1");
    pass(&mut world, 20);

    world.set_container_instance_status("i-1", "ACTIVE", &operator()).unwrap();
    pass(&mut world, 300);

    assert_eq!(left_on(&world, "i-1").len() + left_on(&world, "i-2").len(), 4);
}

// API reference, DeploymentConfiguration: "replacement tasks can't start until the draining tasks have stopped".
#[test]
fn stopping_task_counts_for_its_service_until_stopped() {
    let mut world = web(2);
    world.register_task_definition(&definition("api", vec![container("app", 60, 90)]));
    world.create_service(&bounded("api", 2, 50, 100));
    world.agent_starts("i-3", &agent(10));
    drain(&mut world, "i-1");
    pass(&mut world, 20);

    drain(&mut world, "i-2");
    pass(&mut world, 40);

    assert_eq!(left_on(&world, "i-3").len(), 0);
    pass(&mut world, 300);
    assert_eq!(left_on(&world, "i-3").len(), 2);
}

#[test]
fn a_service_that_stays_steady_does_not_say_so_again() {
    let mut world = web(2);
    world.create_service(&service("api", 2));

    drain(&mut world, "i-1");
    world.set_container_instance_status("i-1", "ACTIVE", &operator()).unwrap();
    pass(&mut world, 60);

    assert_eq!(said(&world, ""), Vec::<u64>::new());
}
