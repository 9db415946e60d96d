//! Agents that lose their connection.

use super::*;

// The agent reports a task's state (ECS developer guide, ECS_agent): without it lastStatus stays.
#[test]
fn without_its_agent_a_task_ends_unseen_until_the_agent_is_back() {
    let mut world = web(1);
    world.start_task(
        &StandaloneSpec { lasts: Some(Lengths::secs(60)), ..standalone("batch") },
        "i-1",
    );
    let task = task_of(&world, "batch");
    world.agent_connection("i-1", false);
    pass(&mut world, 600);
    let before = shown(&mut world, &task);
    assert_eq!(
        (&before["lastStatus"], &before["desiredStatus"]),
        (&json!("RUNNING"), &json!("RUNNING"))
    );

    world.agent_connection("i-1", true);

    let after = shown(&mut world, &task);
    assert_eq!(
        (&after["lastStatus"], &after["desiredStatus"]),
        (&json!("STOPPED"), &json!("STOPPED"))
    );
    assert_eq!(after["containers"][0]["exitCode"], 0);
}

#[test]
fn without_its_agent_stop_task_only_sets_the_desired_status() {
    let mut world = web(1);
    world.register_task_definition(&definition("batch", vec![container("app", 10, 30)]));
    world.start_task(&standalone("batch"), "i-1");
    let task = task_of(&world, "batch");
    pass(&mut world, 10);
    world.agent_connection("i-1", false);
    stop(&mut world, &task);
    pass(&mut world, 90);
    let before = shown(&mut world, &task);
    assert_eq!(
        (&before["lastStatus"], &before["desiredStatus"]),
        (&json!("RUNNING"), &json!("STOPPED"))
    );

    world.agent_connection("i-1", true);
    pass(&mut world, 60);

    assert_eq!(path(&world, &task), [(100, "STOPPING"), (110, "DEPROVISIONING"), (111, "STOPPED")]);
}

#[test]
fn task_of_an_agent_lost_in_the_deregistration_delay_stops_when_the_agent_returns() {
    let mut world = web(1);
    world.register_task_definition(&definition("api", vec![container("app", 1, 30)]));
    let delay = Some(Length::secs(30));
    world.create_service(&ServiceSpec { deregistration_delay: delay, ..service("api", 1) });
    let task = task_of(&world, "api");
    pass(&mut world, 10);
    stop(&mut world, &task);
    world.agent_connection("i-1", false);
    pass(&mut world, 90);
    assert_eq!(shown(&mut world, &task)["lastStatus"], "DEACTIVATING");

    world.agent_connection("i-1", true);
    pass(&mut world, 10);

    assert_eq!(path(&world, &task)[1..3], [(100, "STOPPING"), (101, "DEPROVISIONING")]);
}

// The agent connects again long after its task would have been healthy, and after the scheduler's last pass.
#[test]
fn a_task_that_took_running_without_its_agent_lets_the_old_one_go_when_the_agent_is_back() {
    let mut world = web(2);
    let starts_in = Lengths::secs(10);
    world.register_task_definition(&TaskDefinitionSpec {
        starts_in,
        ..definition("api", vec![container("app", 2, 30)])
    });
    world.agent_connection("i-2", false);
    world.create_service(&service("api", 1));
    world.agent_connection("i-2", true);
    drain(&mut world, "i-1");
    pass(&mut world, 10);
    world.agent_connection("i-2", false);
    pass(&mut world, 600);
    assert_eq!(left_on(&world, "i-1"), ["api"]);

    world.agent_connection("i-2", true);
    pass(&mut world, 60);

    assert_eq!((left_on(&world, "i-1").len(), left_on(&world, "i-2").len()), (0, 1));
}

// API reference, ContainerInstance: "Only instances connected to an agent can accept task placement requests".
#[test]
fn nothing_is_placed_where_the_agent_is_away() {
    let mut world = web(2);
    world.agent_connection("i-1", false);

    world.create_service(&service("api", 3));

    assert_eq!((left_on(&world, "i-1").len(), left_on(&world, "i-2").len()), (0, 3));
}

#[test]
fn the_agent_of_a_host_that_is_gone_does_not_come_back() {
    let mut world = web(1);
    world.agent_connection("i-1", false);
    world.host_goes("i-1", HostLoss::Terminated);
    pass(&mut world, 60);

    world.agent_connection("i-1", true);

    assert_eq!(described(&mut world, "i-1")["agentConnected"], false);
}
