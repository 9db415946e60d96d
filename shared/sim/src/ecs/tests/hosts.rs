//! Hosts that lose power.

use super::*;

fn with_tasks() -> World {
    let mut world = web(2);
    world.register_task_definition(&definition("batch", vec![container("app", 3600, 120)]));
    world.create_service(&ServiceSpec {
        deregistration_delay: Some(Length::secs(30)),
        ..bounded("api", 2, 0, 100)
    });
    world.start_task(&standalone("batch"), "i-1");
    pass(&mut world, 10);
    world
}

fn gone(last_status: &'static str) -> KillCause {
    KillCause::HostGone { last_status }
}

#[test]
fn tasks_on_a_lost_host_are_killed() {
    let mut world = with_tasks();
    drain(&mut world, "i-1");
    pass(&mut world, 10);

    world.host_goes("i-1", HostLoss::Terminated);
    world.host_goes("i-1", HostLoss::Terminated);
    pass(&mut world, 10);

    let mut killed = killed(&world);
    killed.sort_by_key(|(name, _)| name.clone());
    assert_eq!(killed, [("api".into(), gone("DEACTIVATING")), ("batch".into(), gone("RUNNING"))]);
    let task = task_of(&world, "batch");
    let shown = shown(&mut world, &task);
    assert_eq!(shown["lastStatus"], "STOPPED");
    assert_eq!(shown["stopCode"], "TerminationNotice");
    assert_eq!(shown["stoppedReason"], "Host EC2 (instance i-1) terminated.");
    // ECS developer guide, docker-diags: no exit code was reported.
    assert_eq!(shown["containers"][0].get("exitCode"), None);
}

#[test]
fn a_host_that_goes_cuts_a_stop_short() {
    let mut world = with_tasks();
    let task = task_of(&world, "batch");
    stop(&mut world, &task);
    pass(&mut world, 119);

    world.host_goes("i-1", HostLoss::Terminated);

    assert!(killed(&world).contains(&("batch".to_owned(), KillCause::StopCutShort)));
}

#[test]
fn tasks_lost_with_a_host_are_replaced() {
    let mut world = with_tasks();

    world.host_goes("i-1", HostLoss::Terminated);
    pass(&mut world, 100);

    assert_eq!(left_on(&world, "i-2"), ["api", "api"]);
}

// ECS developer guide, ECS_instances: INACTIVE, not listed, and describable for one hour.
#[test]
fn a_terminated_instance_is_inactive_for_an_hour() {
    let mut world = web(1);
    let arn = on(&world, "i-1");
    world.host_goes("i-1", HostLoss::Terminated);
    pass(&mut world, 5);
    assert_eq!(described(&mut world, "i-1")["status"], "INACTIVE");
    let listed = ask(&mut world, "ListContainerInstances", json!({ "cluster": "web" }));
    assert_eq!(listed["containerInstanceArns"], json!([]));

    pass(&mut world, 3601);

    let input = json!({ "cluster": "web", "containerInstances": [arn] });
    let answer = ask(&mut world, "DescribeContainerInstances", input);
    assert_eq!(answer["failures"], json!([{ "arn": arn, "reason": "MISSING" }]));
    assert_eq!(world.container_instance_status("i-1"), None);
}

// API reference, DeregisterContainerInstance: "stopped container instances or instances with disconnected agents
// aren't automatically deregistered when terminated".
#[test]
fn an_instance_terminated_while_its_agent_is_away_stays_as_a_ghost() {
    for (keeps, status) in [(false, "STOPPED"), (true, "RUNNING")] {
        let mut world = web_with(Switches { ghosts_keep_tasks: keeps, ..fixed() }, 1);
        world.start_task(&standalone("batch"), "i-1");
        drain(&mut world, "i-1");
        world.agent_connection("i-1", false);

        world.host_goes("i-1", HostLoss::Terminated);
        pass(&mut world, 3000);

        let ghost = described(&mut world, "i-1");
        assert_eq!(
            (&ghost["status"], &ghost["agentConnected"]),
            (&json!("DRAINING"), &json!(false))
        );
        let task = task_of(&world, "batch");
        assert_eq!(shown(&mut world, &task)["lastStatus"], status);
        assert_eq!(killed(&world).len(), 1);
    }
}

// ECS developer guide, ECS_instances: a stopped instance keeps its status and the agent's connection is FALSE; after a
// start, the agent reconnects. A DRAINING instance is still DRAINING.
#[test]
fn stopped_instance_returns_with_its_former_status() {
    let mut world = with_tasks();
    let arn = on(&world, "i-1");
    drain(&mut world, "i-1");
    world.host_goes("i-1", HostLoss::Stopped);
    pass(&mut world, 60);
    assert_eq!(described(&mut world, "i-1")["agentConnected"], false);
    assert_eq!(left_on(&world, "i-1").len(), 0);

    world.agent_starts("i-1", &agent(10));

    assert_eq!(on(&world, "i-1"), arn);
    let back = described(&mut world, "i-1");
    assert_eq!((&back["status"], &back["agentConnected"]), (&json!("DRAINING"), &json!(true)));
}
