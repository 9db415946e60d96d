use serde_json::json;

use super::*;

fn hooked(steps: serde_json::Value) -> World {
    playing(json!({
        "group": [{
            "name": "web", "instances": 10,
            "hook": [{ "name": "drain", "completed_by_others_after": "3m" }],
        }],
        "happens": steps,
    }))
}

/// Returns the largest number of instances that were out of service at once.
fn most_out_of_service(world: &World) -> usize {
    let (mut out, mut most) = (0_usize, 0);
    for entry in world.history() {
        if let Fact::LifecycleState { state, .. } = &entry.fact {
            match *state {
                "Terminating" => out += 1,
                "InService" => out -= 1,
                _ => {}
            }
            most = most.max(out);
        }
    }
    most
}

// Auto Scaling user guide, instance-refresh-overview; RefreshPreferences: MinHealthyPercentage.
#[test]
fn an_instance_refresh_replaces_every_instance_of_its_start_in_batches() {
    let mut world = hooked(json!([
        { "at": "0s", "what": "instance-refresh", "group": "web", "min_healthy_percentage": 80 },
    ]));

    world.advance(minutes(60));

    let expected: Vec<_> = (11..=20).map(|number| format!("i-web-{number}")).collect();
    assert_eq!(in_state(&world, "web", "InService"), expected);
    assert_eq!(most_out_of_service(&world), 2);
    assert_eq!(why(&world, "i-web-4", "Terminating").as_deref(), Some("instance refresh"));
    assert_eq!(published(&world, "EC2 Auto Scaling Instance Refresh Started").len(), 1);
    assert_eq!(published(&world, "EC2 Auto Scaling Instance Refresh Succeeded").len(), 1);
}

// API reference, RefreshPreferences: InstanceWarmup.
#[test]
fn an_instance_refresh_waits_until_new_instances_are_warm() {
    let mut world = hooked(json!([
        { "at": "0s", "what": "instance-refresh", "group": "web", "warmup": "10m" },
    ]));

    world.advance(minutes(30));

    let in_service = when(&world, "i-web-11", "InService").expect("the first replacement");
    assert_eq!(when(&world, "i-web-2", "Terminating"), Some(in_service + minutes(10)));
}

#[test]
fn an_instance_refresh_may_wait_until_the_old_instances_are_terminated() {
    let switches = Switches { refresh_waits_for_termination: true, ..Switches::default() };
    let scenario = json!({
        "group": [{ "name": "web", "instances": 2, "hook": [{ "name": "drain" }] }],
        "happens": [{ "at": "0s", "what": "instance-refresh", "group": "web" }],
    });
    let mut world = playing_with(scenario, switches);

    world.advance(minutes(30));
    assert_eq!(in_state(&world, "web", "Terminating:Wait"), ["i-web-1"]);
    act(&mut world, "drain", "i-web-1", "CONTINUE");
    world.advance(minutes(35));

    assert_eq!(in_state(&world, "web", "Terminating:Wait"), ["i-web-2"]);
}

// API reference, StartInstanceRefresh: InstanceRefreshInProgress.
#[test]
fn a_second_instance_refresh_is_refused_while_one_goes_on() {
    let mut world = hooked(json!([
        { "at": "0s", "what": "instance-refresh", "group": "web" },
        { "at": "1m", "what": "instance-refresh", "group": "web" },
    ]));

    world.advance(minutes(2));

    assert_eq!(published(&world, "EC2 Auto Scaling Instance Refresh Started").len(), 1);
}

// CloudFormation user guide, UpdatePolicy: MaxBatchSize, PauseTime.
#[test]
fn a_stack_update_pauses_between_its_batches() {
    let mut world = hooked(json!([
        { "at": "0s", "what": "stack-update", "group": "web", "batch": 5, "pause": "15m" },
    ]));

    world.advance(minutes(40));

    let first = when(&world, "i-web-1", "Terminating").expect("the first batch");
    let second = when(&world, "i-web-6", "Terminating").expect("the second batch");
    assert_eq!(when(&world, "i-web-5", "Terminating"), Some(first));
    assert!(second - first > minutes(15));
    assert_eq!(most_out_of_service(&world), 5);
    assert_eq!(why(&world, "i-web-1", "Terminating").as_deref(), Some("stack update"));
}

// Auto Scaling user guide, asg-max-instance-lifetime: instances are replaced gradually.
#[test]
fn instances_reach_their_maximum_lifetime_one_after_another() {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 3, "max_instance_lifetime": "24h" }],
    }));

    world.advance(minutes(65));

    let ends: Vec<_> = (1..=3)
        .filter_map(|number| when(&world, &format!("i-web-{number}"), "Terminating"))
        .collect();
    assert!(ends.is_sorted());
    assert!(ends.windows(2).all(|pair| pair[1] - pair[0] >= minutes(5)), "{ends:?}");
    let because = why(&world, "i-web-1", "Terminating");
    assert_eq!(because.as_deref(), Some("maximum instance lifetime"));
    assert_eq!(in_state(&world, "web", "InService").len(), 3);
}

// Auto Scaling user guide, ec2-auto-scaling-health-checks: unhealthy instances are terminated and replaced.
#[test]
fn an_unhealthy_instance_is_replaced_and_its_hook_called() {
    let mut world = hooked(json!([{ "at": "0s", "what": "unhealthy", "instance": "i-web-3" }]));

    world.advance(minutes(2));

    assert_eq!(in_state(&world, "web", "Terminating:Wait"), ["i-web-3"]);
    assert_eq!(why(&world, "i-web-3", "Terminating").as_deref(), Some("failed health check"));
    assert_eq!(in_state(&world, "web", "InService").len(), 10);
}

// A field report that quotes AWS Support: getsocial-rnd/ecs-drain-lambda issue 6.
#[test]
fn hook_of_an_instance_terminated_by_hand_begins_minutes_after_its_end() {
    let mut world =
        hooked(json!([{ "at": "0s", "what": "terminate-by-hand", "instance": "i-web-3" }]));

    world.advance(minutes(20));

    let held = when(&world, "i-web-3", "Terminating:Wait").expect("the hook");
    assert!(held >= minutes(2));
    assert_eq!(states(&world, "i-web-3").last(), Some(&"Terminated"));
    assert_eq!(in_state(&world, "web", "InService").len(), 10);
}

// Auto Scaling user guide, ec2-auto-scaling-health-checks: any EC2 state but running is unhealthy.
#[test]
fn an_instance_that_a_spot_interruption_stopped_is_unhealthy() {
    let mut world = hooked(json!([
        { "at": "0s", "what": "spot-interruption", "instance": "i-web-3", "action": "stop" },
    ]));

    world.advance(minutes(15));

    let because = why(&world, "i-web-3", "Terminating").unwrap_or_default();
    assert!(because.contains("stopped"), "{because}");
    assert_eq!(states(&world, "i-web-3").last(), Some(&"Terminated"));
}
