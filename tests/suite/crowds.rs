//! Many instances that leave at once: by Spot interruption warnings, an instance refresh or a scale-in.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use replay::bench::{BenchRole, SpotStorm};
use replay::{Responder, Run};
use sim::history::{Entry, Fact};
use sim::scenario::Scenario;

use crate::world::{calls, killed, played, played_by, story, written};

/// Instances with a warning, 30: more than one batch of messages.
const WARNED: usize = 30;

/// Returns a world in which half of the instances get a Spot interruption warning within five seconds. Each instance
/// has six replica tasks, a daemon task and three standalone tasks with minutes of work left.
fn crowd() -> Scenario {
    let instances = 2 * WARNED;
    let mut text = format!(
        r#"
        about = "many Spot warnings"
        seed = 11
        [[group]]
        name = "web"
        cluster = "shop"
        instances = {instances}
        max_size = {max_size}
        task_slots = 12
        [[group.hook]]
        name = "ebb"
        heartbeat_timeout = "1h"
        [[service]]
        name = "api"
        cluster = "shop"
        desired = {replicas}
        minimum_healthy_percent = 50
        maximum_percent = 150
        [[service]]
        name = "log"
        cluster = "shop"
        daemon = true
        [[standalone]]
        family = "job"
        cluster = "shop"
        on = "each:web"
        count = 3
        runs_on = "3m..40m"
        "#,
        max_size = 3 * instances,
        replicas = 6 * instances,
    );
    for n in 1..=WARNED {
        let at = 60 + n % 5;
        text += &format!(
            "[[happens]]\nat = \"{at}s\"\nwhat = \"spot-interruption\"\ninstance = \"i-web-{n}\"\n"
        );
    }
    written(&text)
}

static RUN: LazyLock<Run> = LazyLock::new(|| played_by(Responder::Ebb, &crowd()));

/// Returns the times of answered StopTask calls, and of calls that list tasks.
fn stops_and_lists(run: &Run) -> (Vec<Duration>, Vec<Duration>) {
    let called = |wanted: &str| {
        let calls = run.history.iter().filter_map(|Entry { at, fact }| match fact {
            Fact::Call { by, operation, .. } if by.is_function() && operation == wanted => {
                Some(*at)
            }
            _ => None,
        });
        calls.collect()
    };
    (called("StopTask"), called("ListTasks"))
}

#[test]
fn rule_5_crowd_of_spot_warnings_costs_no_task_its_stop_time() {
    let run = &*RUN;

    assert_eq!(killed(run), 0, "{}", story(run));
    assert_eq!(run.summary.tasks_stopped_by_responder.standalone, 3 * WARNED);
}

#[test]
fn rule_5_planned_stops_list_no_tasks() {
    let run = &*RUN;

    let (stops, lists) = stops_and_lists(run);
    let (first, last) = (stops.iter().min().unwrap(), stops.iter().max().unwrap());
    let during: BTreeSet<_> = lists.iter().filter(|at| (first..=last).contains(at)).collect();
    assert!(during.is_empty(), "{during:?}");
}

#[test]
fn instance_of_a_crowd_costs_no_more_than_twenty_calls() {
    let calls: usize = RUN.summary.aws_calls.values().sum();

    assert!(calls <= 20 * WARNED, "{calls} calls for {WARNED} instances");
}

#[test]
fn crowd_of_300_is_drained_and_stopped_in_time_and_few_calls_are_throttled() {
    for role in [BenchRole::Lambda, BenchRole::Worker] {
        let storm = SpotStorm { instances: 300, role, seed: 5 }.run(&|_| ()).unwrap();

        assert_eq!(storm.tasks_killed(), 0, "{role:?}");
        let bound = 1.3 * storm.bound_seconds.draining;
        assert!(storm.details.last_draining <= bound, "{role:?}: {:?}", storm.draining_seconds);
        let throttled = storm.throttled as f64 / storm.aws_calls as f64;
        assert!(throttled <= 0.05, "{role:?}: {} of {}", storm.throttled, storm.aws_calls);
    }
}

/// Returns a world of this many instances. Each has twelve tasks of four services, a daemon task and four standalone
/// tasks with minutes of work left.
fn cluster(instances: usize, step: &str) -> Scenario {
    let mut text = format!(
        r#"
        about = "a crowd that Auto Scaling takes"
        seed = 5
        [[group]]
        name = "web"
        cluster = "shop"
        instances = {instances}
        max_size = {max_size}
        task_slots = 25
        [[group.hook]]
        name = "ebb"
        heartbeat_timeout = "1h"
        default_result = "CONTINUE"
        [[service]]
        name = "log"
        cluster = "shop"
        daemon = true
        [[standalone]]
        family = "job"
        cluster = "shop"
        on = "each:web"
        count = 4
        runs_on = "2m..10m"
        [[happens]]
        at = "47s"
        group = "web"
        {step}
        "#,
        max_size = 3 * instances,
    );
    for service in 0..4 {
        text += &format!(
            "[[service]]\nname = \"api-{service}\"\ncluster = \"shop\"\ndesired = {desired}\n\
             minimum_healthy_percent = 50\nmaximum_percent = 150\nderegistration_delay = \"20s\"\n",
            desired = 3 * instances,
        );
    }
    written(&text)
}

/// Asserts that this number of instances left, with a few calls for each, and that no invariant broke.
fn assert_left(scenario: &Scenario, instances: usize) {
    let run = played(scenario);

    assert_eq!(run.summary.instances_drained, instances);
    assert_eq!(killed(&run), 0, "{}", story(&run));
    let described =
        calls(&run, "ecs:DescribeTasks") + calls(&run, "ecs:DescribeContainerInstances");
    assert!(described <= 3 * instances, "{described}");
}

#[test]
fn instance_refresh_of_two_hundred_breaks_no_invariant() {
    let refresh = r#"what = "instance-refresh"
        min_healthy_percentage = 50
        warmup = "2m""#;

    assert_left(&cluster(200, refresh), 200);
}

#[test]
fn scale_in_of_a_hundred_at_once_breaks_no_invariant() {
    let scale_in = r#"what = "desired-capacity"
        to = 100"#;

    assert_left(&cluster(200, scale_in), 100);
}
