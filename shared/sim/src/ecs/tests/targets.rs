//! Tasks as targets of a load balancer.

use super::*;
use crate::history::TargetChange;
use crate::scenario::TrafficSpec;

/// Returns a service of one task, which exits ten seconds after SIGTERM, behind a load balancer.
fn with_traffic(connection_termination: bool) -> World {
    let mut world = web_with(Switches { target_draining: Lengths::secs(2), ..fixed() }, 1);
    world.register_task_definition(&definition("api", vec![container("app", 10, 30)]));
    world.create_service(&ServiceSpec {
        deregistration_delay: Some(Length::secs(30)),
        traffic: Some(TrafficSpec {
            requests_per_second: 10,
            target_response_time: Lengths::millis(50, 250),
            connection_termination,
        }),
        ..service("api", 1)
    });
    world
}

/// Returns the changes of a target, with their seconds.
fn changes(world: &World, arn: &str) -> Vec<(u64, TargetChange)> {
    let changes = world.history().iter().filter_map(|entry| match &entry.fact {
        Fact::Target { task, change, .. } if task.arn == arn => {
            Some((entry.at.as_secs(), change.clone()))
        }
        _ => None,
    });
    changes.collect()
}

fn draining(cut_off_after: Option<u64>) -> TargetChange {
    let cut_off_after = cut_off_after.map(Duration::from_secs);
    TargetChange::Draining { no_new_after: Duration::from_secs(2), cut_off_after }
}

fn is_gone(change: &TargetChange) -> bool {
    matches!(change, TargetChange::Gone { unhealthy_after } if (30..65).contains(&unhealthy_after.as_secs()))
}

// ECS developer guide, task-lifecycle-explanation: DEACTIVATING comes before STOPPING.
#[test]
fn target_is_deregistered_before_sigterm_and_answers_until_its_exit() {
    let mut world = with_traffic(true);
    let task = task_of(&world, "api");
    pass(&mut world, 100);

    stop(&mut world, &task);
    pass(&mut world, 60);

    let changes = changes(&world, &task);
    assert_eq!(changes[..2], [(0, TargetChange::Healthy), (100, draining(Some(32)))]);
    assert_eq!((changes[2].0, is_gone(&changes[2].1)), (140, true), "{changes:?}");
    assert_eq!(changes.len(), 3);
}

// API reference, TargetGroupAttribute: `deregistration_delay.connection_termination.enabled`.
#[test]
fn a_load_balancer_that_terminates_no_connections_leaves_what_is_in_flight_to_the_task() {
    let mut world = with_traffic(false);
    let task = task_of(&world, "api");

    stop(&mut world, &task);
    pass(&mut world, 60);

    assert_eq!(changes(&world, &task)[1], (0, draining(None)));
}

#[test]
fn target_of_a_lost_host_is_gone_before_its_deregistration() {
    let mut world = with_traffic(true);
    let task = task_of(&world, "api");
    pass(&mut world, 100);

    world.host_goes("i-1", HostLoss::Terminated);
    pass(&mut world, 60);

    let changes = changes(&world, &task);
    assert_eq!((changes[1].0, is_gone(&changes[1].1)), (100, true), "{changes:?}");
    assert_eq!(changes[2..], [(104, draining(Some(32)))], "ECS learns of it after 4 s");
}

// ELB user guide, target-group-health-checks: a target has to pass one health check first.
#[test]
fn new_task_gets_requests_once_healthy() {
    let mut world = with_traffic(true);
    let first = task_of(&world, "api");

    stop(&mut world, &first);
    pass(&mut world, 120);

    let second = tasks_of(&world, "api").into_iter().find(|task| *task != first).unwrap();
    let running = path(&world, &second).iter().find(|step| step.1 == "RUNNING").unwrap().0;
    assert_eq!(changes(&world, &second), [(running + 40, TargetChange::Healthy)]);
}

#[test]
fn nothing_is_told_of_the_targets_of_a_service_without_traffic() {
    let mut world = web(1);
    let delay = Some(Length::secs(30));
    world.create_service(&ServiceSpec { deregistration_delay: delay, ..service("api", 1) });
    let task = task_of(&world, "api");

    stop(&mut world, &task);
    pass(&mut world, 60);

    assert_eq!(changes(&world, &task), []);
}

/// Returns the service events of `api` that have these words.
fn events(world: &mut World, words: &str) -> usize {
    let input = json!({ "cluster": "web", "services": ["api"] });
    let answer = ask(world, "DescribeServices", input);
    let events = answer["services"][0]["events"].as_array().unwrap().iter();
    events.filter(|event| event["message"].as_str().unwrap().contains(words)).count()
}

// ECS developer guide, service-event-messages; the words are those of field reports.
#[test]
fn service_behind_a_load_balancer_says_which_targets_change() {
    let mut world = web(2);
    world.create_service(&ServiceSpec {
        deregistration_delay: Some(Length::secs(30)),
        ..bounded("api", 2, 0, 100)
    });
    for task in tasks_of(&world, "api") {
        stop(&mut world, &task);
    }

    pass(&mut world, 120);

    let group = "targets in (target-group arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/";
    assert_eq!(events(&mut world, &format!("(service api) deregistered 2 {group}")), 1);
    assert_eq!(events(&mut world, ") has begun draining connections on 2 tasks."), 1);
    // The new tasks do not begin to run at the same moment.
    assert_eq!(events(&mut world, &format!("(service api) registered 1 {group}")), 2);
}

#[test]
fn service_without_a_load_balancer_has_no_targets() {
    let mut world = web(2);
    world.create_service(&bounded("api", 2, 0, 100));
    let task = task_of(&world, "api");
    stop(&mut world, &task);

    pass(&mut world, 120);

    assert_eq!(events(&mut world, "targets in"), 0);
    assert_eq!(events(&mut world, "draining connections"), 0);
}
