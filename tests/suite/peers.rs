//! Failures of other drainers, by the numbers of the table in ARCHITECTURE.md.

use std::time::Duration;

use sim::history::Fact;

use crate::peer_worlds::{
    TERMINATION, WORLD, answered_calls, asked_before_completion, completed_at,
    last_lifecycle_state, last_status, message, refusals, returned_to_the_pool, standalone,
    terminate_event, world,
};
use crate::shipped::run;
use crate::world::{calls, killed, played, story, written};

#[test]
fn peer_01_a_task_that_is_being_stopped_holds_its_instance() {
    let slow = WORLD.replace("deregistration_delay = \"30s\"", "deregistration_delay = \"5m\"");

    let run = played(&written(&(slow + TERMINATION)));

    assert_eq!(killed(&run), 0, "{}", story(&run));
    assert!(completed_at(&run) > Duration::from_secs(6 * 60), "{}", story(&run));
}

#[test]
fn peer_02_events_that_come_twice_complete_nothing_early() {
    let twice = "[[happens]]\nat = \"1s\"\nwhat = \"events\"\nbecome = \"twice\"\n";
    let spot = "[[happens]]\nat = \"61s\"\nwhat = \"spot-interruption\"\ninstance = \"i-web-2\"\n";
    let hook = TERMINATION.replace("i-web-1", "i-web-2");

    let doubled = played(&world(&[twice, &standalone("7m"), TERMINATION]));
    let both = played(&world(&[spot, &hook, &standalone("50s").replace("i-web-1", "i-web-2")]));

    assert_eq!(killed(&doubled), 0, "{}", story(&doubled));
    assert_eq!(doubled.summary.tasks_stopped_by_responder.standalone, 0);
    assert_eq!(doubled.summary.lifecycle_actions.continued, 1);
    assert_eq!(both.summary.tasks_killed.standalone, 0, "{}", story(&both));
}

#[test]
fn peer_03_a_standalone_task_without_started_by_is_waited_for() {
    let run = played(&world(&[&standalone("7m"), TERMINATION]));

    assert_eq!(killed(&run), 0, "{}", story(&run));
    assert_eq!(run.summary.tasks_stopped_by_responder.standalone, 0);
    assert!(completed_at(&run) >= Duration::from_secs(8 * 60));
}

#[test]
fn peer_04_what_lies_beyond_the_first_page_is_seen() {
    let cluster = run("large-cluster");
    let instance = run("crowded-instance");

    assert!(cluster.summary.instances_drained >= 3);
    assert_eq!(killed(cluster), 0, "{}", story(cluster));
    assert_eq!(instance.summary.instances_drained, 1);
    assert_eq!(killed(instance), 0, "{}", story(instance));
}

#[test]
fn peer_05_an_instance_that_never_joined_or_is_gone_is_completed_at_once() {
    for name in ["never-joined", "terminated-by-hand"] {
        let run = run(name);

        assert_eq!(run.summary.lifecycle_actions.timed_out, 0, "{name}\n{}", story(run));
        assert!(run.summary.lifecycle_actions.continued > 0, "{name}\n{}", story(run));
    }
}

#[test]
fn peer_06_a_poison_message_fails_alone() {
    let poison = message("61s", "asg-lifecycle", "{ this is no JSON");

    let run = played(&world(&[&poison, &standalone("2m"), TERMINATION]));

    assert_eq!(run.summary.dead_letters, 1, "{}", story(&run));
    assert_eq!(run.summary.instances_drained, 1);
    assert_eq!(killed(&run), 0);
}

#[test]
fn peer_07_no_chain_of_own_messages_keeps_a_drain_alive() {
    let tight = WORLD.replace("heartbeat_timeout = \"1h\"", "heartbeat_timeout = \"30s\"");

    let run = played(&written(&(tight + &standalone("40m") + TERMINATION)));

    assert_eq!(run.summary.lifecycle_actions.timed_out, 0, "{}", story(&run));
    assert_eq!(run.summary.dead_letters, 0);
    assert_eq!(killed(&run), 0);
}

#[test]
fn peer_08_a_health_event_is_read_for_every_named_instance() {
    let replace =
        "[environment]\nEBB_SCHEDULED_CHANGE = \"replace\"\nEBB_REPLACE_BUDGET = \"100\"\n";
    let health = "[[happens]]\nat = \"1m\"\nwhat = \"health-event\"\ninstances = [\"i-web-1\", \"i-web-2\"]\nstarts_in = \"3h\"\n";

    let run = played(&written(&(replace.to_owned() + WORLD + health)));

    assert_eq!(run.summary.lifecycle_actions.continued, 2, "{}", story(&run));
}

#[test]
fn peer_09_a_throttled_look_completes_nothing() {
    let mut refused = 0;
    // The throttling begins at every tenth of a second of a sweep, so some refusals come in the middle of a check.
    for begins in (120_000..121_200).step_by(100) {
        let throttling = format!(
            "[[happens]]\nat = \"{begins}ms\"\nwhat = \"throttling\"\nbucket = \"ecs-read\"\nfor = \"1m\"\nothers_per_second = 4000.0\n"
        );

        let run = played(&world(&[&throttling, &standalone("4m"), TERMINATION]));

        refused += refusals(&run, "ListTasks") + refusals(&run, "DescribeTasks");
        assert_eq!(killed(&run), 0, "{}", story(&run));
        assert_eq!(run.summary.lifecycle_actions.continued, 1, "{}", story(&run));
    }
    assert!(refused > 0, "no listing of tasks was refused, so that this shows nothing");
}

#[test]
fn peer_10_an_action_that_is_over_is_a_success() {
    let again = message("10m", "asg-lifecycle", &terminate_event("2026-03-02T09:09:58Z"));

    let late = played(&world(&[TERMINATION, &again]));
    let held_by_another = run("foreign-hook");

    assert_eq!(late.summary.lifecycle_actions.continued, 1, "{}", story(&late));
    assert_eq!(late.summary.dead_letters, 0, "{}", story(&late));
    let refused = refusals(held_by_another, "CompleteLifecycleAction");
    assert!(refused > 0, "nothing was completed a second time, so that this shows nothing");
    assert_eq!(held_by_another.summary.dead_letters, 0);
    let warned = held_by_another.logged.iter().find(|line| line.message.contains("No active"));
    assert!(warned.is_none_or(|line| line.level > tracing::Level::INFO), "{warned:?}");
}

#[test]
fn peer_11_a_drain_outlives_its_heartbeat_timeout_and_no_heartbeat_outlives_the_drain() {
    let short = WORLD.replace("heartbeat_timeout = \"1h\"", "heartbeat_timeout = \"5m\"");

    let run = played(&written(&(short + &standalone("25m") + TERMINATION)));

    let last_heartbeat =
        run.history.iter().rev().find(|entry| matches!(entry.fact, Fact::Heartbeat { .. }));
    assert_eq!(run.summary.lifecycle_actions.timed_out, 0, "{}", story(&run));
    assert_eq!(killed(&run), 0);
    assert!(last_heartbeat.is_some_and(|entry| entry.at < completed_at(&run)));
}

#[test]
fn peer_12_a_mass_scale_in_reads_in_batches() {
    let run = run("throttled-scale-in");

    let drained = run.summary.instances_drained;
    assert!(drained >= 20, "{drained}");
    assert_eq!(killed(run), 0, "{}", story(run));
    let answered = answered_calls(run);
    // With two calls each invocation learns if it may write: DescribeClusters and DescribeAutoScalingGroups.
    assert!(answered <= 12 * drained, "{answered} calls were answered for {drained} instances");
}

#[test]
fn peer_13_a_completion_that_failed_is_made_good() {
    let asked = asked_before_completion(&played(&world(&[TERMINATION])));
    let throttling = format!(
        "[[happens]]\nat = \"{}ms\"\nwhat = \"throttling\"\nbucket = \"autoscaling\"\nfor = \"5m\"\nothers_per_second = 4000.0\n",
        asked.as_millis()
    );

    let run = played(&world(&[&throttling, TERMINATION]));

    let refused = refusals(&run, "CompleteLifecycleAction");
    assert!(refused > 0, "no completion was refused, so that this shows nothing\n{}", story(&run));
    assert_eq!(run.summary.lifecycle_actions.continued, 1, "{}", story(&run));
    assert_eq!(run.summary.lifecycle_actions.timed_out, 0);
}

#[test]
fn peer_14_an_instance_that_comes_back_from_the_warm_pool_is_active_again() {
    let run = run("warm-pool");

    let came_back: Vec<&str> = returned_to_the_pool(run)
        .into_iter()
        .filter(|id| last_lifecycle_state(run, id) == Some("InService"))
        .collect();
    assert!(!came_back.is_empty(), "{}", story(run));
    for id in came_back {
        assert_eq!(last_status(run, id), Some("ACTIVE"), "{}", story(run));
    }
}

#[test]
fn peer_15_an_older_event_after_a_newer_one_changes_nothing() {
    let shuffled = "[[happens]]\nat = \"1s\"\nwhat = \"events\"\nbecome = \"shuffled\"\n";

    let run = played(&world(&[shuffled, &standalone("7m"), TERMINATION]));

    assert_eq!(killed(&run), 0, "{}", story(&run));
    assert_eq!(run.summary.lifecycle_actions.continued, 1);
}

#[test]
fn peer_16_a_task_that_starts_just_before_draining_is_waited_for() {
    let empty = WORLD.replace("desired = 6", "desired = 0");
    let lagging = "[switches]\ntask_listed_after = \"3s..5s\"\n";
    let later = TERMINATION.replace("1m", "70s");
    let just_before = "[[happens]]\nat = \"70.2s\"\nwhat = \"run-task\"\nfamily = \"import\"\ncluster = \"web\"\non = \"i-web-1\"\nlasts = \"4m\"\n";

    let run = played(&written(&(lagging.to_owned() + &empty + &later + just_before)));

    assert_eq!(killed(&run), 0, "{}", story(&run));
    assert!(completed_at(&run) >= Duration::from_secs(5 * 60), "{}", story(&run));
}

#[test]
fn peer_17_the_global_timeout_is_met_by_ebb_and_not_by_aws() {
    let short = WORLD.replace("heartbeat_timeout = \"1h\"", "heartbeat_timeout = \"60s\"");

    let run = played(&written(&(short + &standalone("") + TERMINATION)));

    assert_eq!(run.summary.lifecycle_actions.timed_out, 0, "{}", story(&run));
    assert_eq!(run.summary.lifecycle_actions.continued, 1);
    assert_eq!(killed(&run), 0, "{}", story(&run));
    assert!(completed_at(&run) > Duration::from_secs(90 * 60));
}

#[test]
fn peer_18_success_is_reported_when_the_last_task_is_stopped() {
    let run = played(&world(&[&standalone("90s"), TERMINATION]));

    let last_stopped = run.history.iter().rev().find_map(|entry| match &entry.fact {
        Fact::Task { task, last_status: "STOPPED", .. }
            if task.ec2_instance == "i-0aaa1111bbb22222c" =>
        {
            Some(entry.at)
        }
        _ => None,
    });
    assert!(last_stopped.is_some_and(|at| at <= completed_at(&run)), "{}", story(&run));
}

#[test]
fn peer_19_a_service_that_cannot_drain_is_named() {
    let stuck = WORLD.replace(
        "desired = 6",
        "desired = 6\nminimum_healthy_percent = 100\nmaximum_percent = 100",
    );
    let timeout = "[environment]\nEBB_DRAIN_TIMEOUT = \"20m\"\n";

    let run = played(&written(&(timeout.to_owned() + &stuck + TERMINATION)));

    let told = story(&run);
    assert!(told.contains("service api cannot move its tasks"), "{told}");
    assert_eq!(run.summary.lifecycle_actions.timed_out, 0);
    assert_eq!(calls(&run, "autoscaling:CompleteLifecycleAction"), 1, "{told}");
}
