//! Daemon tasks: one on each instance, the last to stop.

use super::*;

fn with_a_slow_replica(early: bool) -> World {
    let mut world = web_with(Switches { daemons_stop_early: early, ..fixed() }, 2);
    world.register_task_definition(&definition("api", vec![container("app", 20, 30)]));
    world.create_service(&bounded("api", 2, 0, 200));
    world.create_service(&daemon("logs"));
    drain(&mut world, "i-1");
    pass(&mut world, 300);
    world
}

fn ends_on(world: &World, name: &str) -> u64 {
    let mut tasks = tasks_of(world, name);
    tasks.retain(|arn| world.ecs.tasks[arn].ec2_instance == "i-1");
    path(world, &tasks[0])[0].0
}

// ECS developer guide, managed-instance-draining: daemon tasks are "the last to stop after all replica tasks have
// stopped".
#[test]
fn daemon_tasks_stop_after_the_last_replica_is_stopped() {
    let world = with_a_slow_replica(false);

    // The replica: signalled at 5 s, STOPPED at 26 s. Then the scheduler's 5 s.
    assert_eq!(ends_on(&world, "logs"), 31);
    assert_eq!(left_on(&world, "i-1").len(), 0);
}

// aws/amazon-ecs-agent#3829: the daemon waits only until no replica is RUNNING.
#[test]
fn daemon_tasks_stop_early_where_the_switch_says_so() {
    let world = with_a_slow_replica(true);

    assert!(ends_on(&world, "logs") <= 10);
}

// ECS developer guide, ecs_services: draining stops daemon tasks. The page says only that they wait for replica tasks.
#[test]
fn daemon_tasks_do_not_wait_for_standalone_ones() {
    let mut world = web(1);
    world.create_service(&daemon("logs"));
    world.start_task(&standalone("batch"), "i-1");

    drain(&mut world, "i-1");
    pass(&mut world, 60);

    assert_eq!(left_on(&world, "i-1"), ["batch"]);
}

// ECS developer guide, ecs_services: DAEMON "deploys exactly one task on each active container instance".
#[test]
fn a_new_instance_gets_its_daemon_task() {
    let mut world = web(1);
    world.create_service(&daemon("logs"));
    pass(&mut world, 10);

    world.agent_starts("i-2", &agent(10));
    pass(&mut world, 30);

    assert_eq!(left_on(&world, "i-1"), ["logs"]);
    assert_eq!(left_on(&world, "i-2"), ["logs"]);
}

#[test]
fn a_daemon_task_comes_back_with_the_instance() {
    let mut world = web(1);
    world.create_service(&daemon("logs"));
    drain(&mut world, "i-1");
    pass(&mut world, 100);
    assert_eq!(left_on(&world, "i-1").len(), 0);

    world.set_container_instance_status("i-1", "ACTIVE", &operator()).unwrap();
    pass(&mut world, 100);

    assert_eq!(left_on(&world, "i-1"), ["logs"]);
}
