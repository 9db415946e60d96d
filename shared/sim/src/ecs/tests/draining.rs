//! Effects of DRAINING.

use super::*;

// API reference, UpdateContainerInstancesState: standalone tasks "in the PENDING or RUNNING state are unaffected";
// ECS developer guide, container-instance-draining: "The container instance will remain in DRAINING status".
#[test]
fn a_standalone_task_is_left_alone() {
    let mut world = web(2);
    world.start_task(&standalone("batch"), "i-1");
    pass(&mut world, 1);

    drain(&mut world, "i-1");
    pass(&mut world, 100_000);

    let task = task_of(&world, "batch");
    assert_eq!(shown(&mut world, &task)["lastStatus"], "RUNNING");
    assert_eq!(shown(&mut world, &task)["desiredStatus"], "RUNNING");
    assert_eq!(is(&world, "i-1"), Status::Draining);
}

// API reference, UpdateContainerInstancesState: "prevents new tasks from being scheduled for placement".
#[test]
fn nothing_is_placed_on_a_draining_instance() {
    let mut world = web(2);
    world.create_service(&service("api", 1));
    drain(&mut world, "i-1");
    world.start_task(&standalone("batch"), "i-1");
    pass(&mut world, 200);

    assert_eq!(left_on(&world, "i-1"), Vec::<String>::new());
    assert_eq!(left_on(&world, "i-2"), ["api"]);
}

// API reference, ContainerInstance: runningTasksCount is "the number of tasks on the container instance that have a
// desired status of RUNNING": tasks in DEACTIVATING and STOPPING are in neither count (aws/aws-cdk#13506).
#[test]
fn tasks_that_are_being_stopped_are_counted_by_nothing() {
    let mut world = web(2);
    let api =
        ServiceSpec { deregistration_delay: Some(Length::secs(300)), ..bounded("api", 2, 0, 200) };
    world.create_service(&api);
    assert_eq!(described(&mut world, "i-1")["runningTasksCount"], 1);

    drain(&mut world, "i-1");
    pass(&mut world, 60);

    let counts = described(&mut world, "i-1");
    assert_eq!(
        (&counts["runningTasksCount"], &counts["pendingTasksCount"]),
        (&json!(0), &json!(0))
    );
    let left = world.tasks_left_on("i-1");
    assert_eq!(shown(&mut world, &left[0].arn)["lastStatus"], "DEACTIVATING");
}

// ECS developer guide, container-instance-draining: DRAINING lasts "until it is activated again"; the scheduler then
// "considers the container instance for task placement again".
#[test]
fn an_instance_set_active_again_takes_tasks() {
    let mut world = web(1);
    drain(&mut world, "i-1");
    world.create_service(&service("api", 1));
    pass(&mut world, 100);
    assert_eq!(left_on(&world, "i-1"), Vec::<String>::new());

    world.set_container_instance_status("i-1", "ACTIVE", &operator()).unwrap();
    pass(&mut world, 100);

    assert_eq!(left_on(&world, "i-1"), ["api"]);
}

// AWS does not document the effect, so a switch decides. Scale-in protection is promised against service auto scaling
// and deployments only (ECS developer guide, task-scale-in-protection).
#[test]
fn draining_honours_protection_only_where_the_switch_says_so() {
    for honours in [false, true] {
        let mut world = web_with(Switches { draining_honours_protection: honours, ..fixed() }, 2);
        world.create_service(&ServiceSpec { protected: 2, ..service("api", 2) });

        drain(&mut world, "i-1");
        pass(&mut world, 600);

        assert_eq!(left_on(&world, "i-1").len(), usize::from(honours));
    }
}

// API reference, UpdateContainerInstancesState: "can't be changed to DRAINING until it has reached an ACTIVE status".
#[test]
fn an_instance_that_registers_cannot_be_drained_yet() {
    let mut world = web_with(Switches { registering: Lengths::secs(30), ..fixed() }, 1);
    let arn = on(&world, "i-1");
    let input = json!({ "cluster": "web", "containerInstances": [arn], "status": "DRAINING" });

    let early = ask(&mut world, "UpdateContainerInstancesState", input.clone());
    pass(&mut world, 31);
    let later = ask(&mut world, "UpdateContainerInstancesState", input);

    assert_eq!(early["failures"][0]["reason"], "REGISTERING");
    assert_eq!(later["containerInstances"][0]["status"], "DRAINING");
}
