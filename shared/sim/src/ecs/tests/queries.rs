//! The cluster query language (ECS developer guide, cluster-query-language).

use super::*;

fn found(world: &mut World, filter: &str) -> usize {
    let input = json!({ "cluster": "web", "filter": filter });
    let answer = ask(world, "ListContainerInstances", input);
    answer["containerInstanceArns"].as_array().unwrap().len()
}

#[test]
fn instances_are_found_by_their_ec2_instance() {
    let mut world = web(4);

    assert_eq!(found(&mut world, "ec2InstanceId == i-2"), 1);
    assert_eq!(found(&mut world, "ec2InstanceId != i-2"), 3);
    assert_eq!(found(&mut world, "ec2InstanceId in ['i-1', 'i-4', 'i-9']"), 2);
    assert_eq!(found(&mut world, "ec2InstanceId in [i-1,i-4]"), 2);
    assert_eq!(found(&mut world, "ec2InstanceId !in ['i-1']"), 3);
    assert_eq!(found(&mut world, "ec2InstanceId not_in [\"i-1\"]"), 3);
}

#[test]
fn conditions_are_combined() {
    let mut world = web(4);
    world.agent_connection("i-1", false);
    world.start_task(&standalone("batch"), "i-2");
    world.start_task(&standalone("batch"), "i-2");

    assert_eq!(found(&mut world, "agentConnected == false"), 1);
    assert_eq!(found(&mut world, "runningTasksCount >= 1"), 1);
    assert_eq!(found(&mut world, "runningTasksCount < 2"), 3);
    assert_eq!(found(&mut world, "runningTasksCount > 0 and agentConnected == true"), 1);
    assert_eq!(found(&mut world, "agentConnected==false||runningTasksCount==2"), 2);
    assert_eq!(found(&mut world, "!(agentConnected == false or runningTasksCount == 2)"), 2);
    assert_eq!(found(&mut world, "not agentConnected equals false && ec2InstanceId == i-3"), 1);
}

#[test]
fn instances_are_found_by_their_attributes() {
    let mut world = web(3);
    let put = json!({ "name": "drain.since", "value": "1@7", "targetId": on(&world, "i-2") });
    ask(&mut world, "PutAttributes", json!({ "cluster": "web", "attributes": [put] }));

    assert_eq!(found(&mut world, "attribute:drain.since exists"), 1);
    assert_eq!(found(&mut world, "attribute:drain.since !exists"), 2);
    assert_eq!(found(&mut world, "attribute:drain.since == '1@7'"), 1);
    assert_eq!(found(&mut world, "attribute:ecs.os-type == linux"), 3);
}

// ECS developer guide, cluster-query-language: `task:group`, and `=~` with Java's regular expressions.
#[test]
fn instances_are_found_by_the_groups_of_their_tasks() {
    let mut world = web(2);
    world.start_task(&standalone("batch"), "i-1");
    world.start_task(&standalone("batch"), "i-1");

    assert_eq!(found(&mut world, "task:group == family:batch"), 1);
    assert_eq!(found(&mut world, "task:group =~ family:.*"), 1);
    assert_eq!(found(&mut world, "task:group =~ service:.*"), 0);
    assert_eq!(found(&mut world, "task:group !~ family:.*"), 1);
}

#[test]
fn a_filter_that_makes_no_sense_is_refused() {
    let mut world = web(1);

    for filter in
        ["ec2InstanceId", "ec2InstanceId in i-1", "agentConnected == true and", "(", "& x", "'a"]
    {
        let input = json!({ "cluster": "web", "filter": filter });
        let code = refused(&mut world, "ListContainerInstances", input);
        assert_eq!(code, "InvalidParameterException", "{filter}");
    }
}

#[test]
fn a_filter_that_is_not_known_here_stops_the_run() {
    let mut world = web(1);
    let input = json!({ "cluster": "web", "filter": "agentVersion == 1.95.0" });

    let answer = crate::ecs::call(&mut world, &operator(), "ListContainerInstances", &input);

    assert!(matches!(answer, Err(Refusal::Unknown(_))));
}
