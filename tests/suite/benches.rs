//! The benches, each in a small world: documented keys, and figures that add up.

use std::collections::BTreeSet;

use replay::bench::{BenchRole, Idle, Refresh, SpotStorm, Strategy, TaskOutcomes, strategies};
use serde_json::{Value, json};

use crate::world::root;

const SEED: u64 = 5;

/// Returns the keys of an object.
fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn add_up(outcomes: TaskOutcomes) -> bool {
    let TaskOutcomes { total, stopped_in_time, ended, killed } = outcomes;
    total == stopped_in_time + ended + killed
}

#[test]
fn spot_storm_as_each_role_accounts_for_every_task_and_is_bound_by_its_last_warning() {
    for role in [BenchRole::Worker, BenchRole::Lambda] {
        let figures = SpotStorm { instances: 12, role, seed: SEED }.run(&|_| ()).unwrap();

        assert!(add_up(figures.standalone) && add_up(figures.replica), "{figures:?}");
        assert_eq!(figures.standalone.total, 12 * 4, "{role:?}");
        assert!(figures.replica.total > 12 * 8, "{role:?}: {figures:?}");
        assert_eq!(figures.tasks_killed(), 0, "{role:?}: {figures:?}");
        assert_eq!(figures.share_draining["30"], 1.0, "{role:?}");
        // The last warning comes 9 s after the first, and reaches its queue within 1.5 s.
        let bound = figures.bound_seconds.draining;
        assert!((9.3..=10.5).contains(&bound), "{role:?}: {bound}");
        assert!(figures.details.last_draining >= bound, "{role:?}: {figures:?}");
        assert_eq!(figures.aws_calls, figures.details.calls.calls.values().sum::<usize>());
        let share = figures.calls_per_instance * 12.0 - figures.aws_calls as f64;
        assert!(share.abs() < 0.1, "{role:?}: {figures:?}");
    }
}

#[test]
fn last_batch_of_a_spot_storm_estimates_the_stops_of_all_instances() {
    for role in [BenchRole::Worker, BenchRole::Lambda] {
        let figures = SpotStorm { instances: 12, role, seed: SEED }.run(&|_| ()).unwrap();

        let (first, last) = (figures.stop_estimates[0], *figures.stop_estimates.last().unwrap());
        assert!(first.estimated < last.estimated, "{role:?}: {figures:?}");
        assert_eq!((last.estimated, last.actual), (12 * 4, 12 * 4), "{role:?}");
    }
}

#[test]
fn spot_storm_as_json_has_the_documented_keys() {
    let role = BenchRole::Worker;
    let figures = json!(SpotStorm { instances: 2, role, seed: SEED }.run(&|_| ()).unwrap());

    let top = [
        "draining_seconds",
        "share_draining",
        "bound_seconds",
        "standalone",
        "replica",
        "aws_calls",
        "calls_per_instance",
        "throttled",
        "stop_estimates",
    ];
    assert_eq!(keys(&figures), top.into());
    let estimate = ["after_seconds", "estimated", "actual"];
    assert_eq!(keys(&figures["stop_estimates"][0]), estimate.into());
    assert_eq!(keys(&figures["draining_seconds"]), ["p50", "p99", "max"].into());
    assert_eq!(keys(&figures["share_draining"]), ["30", "60", "120"].into());
    assert_eq!(keys(&figures["bound_seconds"]), ["draining", "tasks", "stops"].into());
    for kind in ["standalone", "replica"] {
        let expected = ["total", "stopped_in_time", "ended", "killed"].into();
        assert_eq!(keys(&figures[kind]), expected, "{kind}");
    }
}

#[test]
fn refresh_as_each_role_drains_every_instance_and_has_the_documented_keys() {
    for role in [BenchRole::Worker, BenchRole::Lambda] {
        let bench = Refresh { instances: 10, standalone_hours: Some(1), role, seed: SEED };
        let figures = bench.run(&|_| ()).unwrap();

        assert_eq!(figures.details.instances_drained, 10, "{role:?}");
        assert_eq!(figures.tasks_killed, 0, "{role:?}");
        assert!(figures.details.virtual_seconds > 3600.0, "{role:?}");
        let calls = figures.calls_per_instance;
        assert!(calls.drain > 4.0 && calls.heartbeat >= 2.0 && calls.sweep > 1.0, "{calls:?}");
        // Each instance needs two lists at the end of its drain, and two by the sweep a minute after its start.
        let lists = |feed: &str| {
            let key = (feed.to_owned(), "ecs:ListTasks".to_owned());
            figures.details.calls.calls.get(&key).copied().unwrap_or_default()
        };
        assert!(lists("asg-lifecycle") + lists("ecs-state-change") <= 10 * 2 + 4, "{figures:?}");
        assert!(lists("sweep") <= 10 * 2 + 8, "{figures:?}");
        let slowest = figures.details.slowest.as_ref().expect("actions were completed");
        assert!(slowest.instance.starts_with("i-web0-"), "{slowest:?}");
        let figures = json!(figures);
        let top = [
            "calls_per_instance",
            "sweep_calls_per_minute",
            "sweep_bound_per_minute",
            "completion_lag_seconds",
            "tasks_killed",
            "peak_memory_bytes",
        ];
        assert_eq!(keys(&figures), top.into());
        let calls = ["drain", "heartbeat", "sweep"].into();
        assert_eq!(keys(&figures["calls_per_instance"]), calls);
        // 2 calls for at most 100 DRAINING instances, and 1 call each for the groups, the clusters, a list and the
        // rest.
        assert_eq!(figures["sweep_bound_per_minute"], 6);
    }
}

#[test]
fn idle_account_calls_aws_every_minute_for_as_long_as_nothing_happens() {
    for role in [BenchRole::Worker, BenchRole::Lambda] {
        let bench = Idle { clusters: 4, with_instances: 2, groups: 3, role, seed: SEED };
        let figures = bench.run(&|_| ()).unwrap();

        assert_eq!(figures.details.minutes, 31, "{role:?}");
        assert!(figures.aws_calls_per_minute >= 1.0, "{role:?}: {figures:?}");
        assert!((5..=14).contains(&figures.details.refreshes), "{role:?}: {figures:?}");
        let with_refreshes = figures.aws_calls_per_minute_with_refreshes;
        assert!(with_refreshes > figures.aws_calls_per_minute, "{role:?}: {figures:?}");
        assert!(figures.details.most as f64 >= with_refreshes, "{role:?}");
        let expected = ["aws_calls_per_minute", "aws_calls_per_minute_with_refreshes"];
        assert_eq!(keys(&json!(figures)), expected.into());
    }
}

#[test]
fn idle_sweep_costs_a_list_for_each_cluster_with_instances_and_a_call_for_each_hundred_clusters_and_groups()
 {
    for role in [BenchRole::Worker, BenchRole::Lambda] {
        for (clusters, with_instances, groups) in [(1, 1, 1), (30, 3, 120)] {
            let bench = Idle { clusters, with_instances, groups, role, seed: SEED };
            let figures = bench.run(&|_| ()).unwrap();

            let bound = with_instances + clusters.div_ceil(100) + groups.div_ceil(100);
            assert!(figures.aws_calls_per_minute <= bound as f64, "{role:?}: {figures:?}");
            let with_lists_of_records = (bound + with_instances + 1) as f64;
            assert!(figures.details.most as f64 <= with_lists_of_records, "{role:?}: {figures:?}");
        }
    }
}

#[test]
fn strategies_without_a_deadline_kill_tasks_that_ebb_stops_or_waits_for() {
    let compared = strategies(SEED, &|_| ()).unwrap();

    let of = |wanted: Strategy| compared.iter().find(|(it, _)| *it == wanted).unwrap().1.clone();
    let (count, managed) = (of(Strategy::CountAndPoll), of(Strategy::ManagedDraining));
    let ebb = of(Strategy::Ebb);
    assert!(!ebb.has_losses(), "{ebb:?}");
    // Only ebb sends SIGTERM to the four standalone tasks on each of four Spot Instances.
    assert_eq!((count.tasks_killed.standalone, managed.tasks_killed.standalone), (16, 16));
    assert_eq!(ebb.tasks_stopped.standalone, 16);
    // `runningTasksCount` is 0 while replica tasks still answer requests.
    assert!(count.tasks_killed.replica > managed.tasks_killed.replica, "{count:?} {managed:?}");
    assert!(count.requests_failed > 0, "{count:?}");
    assert!(count.calls_per_instance > ebb.calls_per_instance, "{count:?} {ebb:?}");
}

/// Returns the text before the code block below this heading, the block, and the text after it.
fn block<'a>(text: &'a str, heading: &str) -> (&'a str, &'a str, &'a str) {
    const FENCE: &str = "```text\n";
    let below = text.find(heading).expect("README.md has the heading");
    let start = below + text[below..].find(FENCE).expect("a block is below it") + FENCE.len();
    let end = start + text[start..].find("```").expect("the block ends");
    (&text[..start], &text[start..end], &text[end..])
}

#[test]
fn strategies_in_the_readme_are_those_of_the_bench() {
    let compared = strategies(5, &|_| ()).unwrap();
    let table = ebb::output::bench::strategies(&compared, 5);
    readme_has("## Beside other ways to drain", &table);
}

/// Asserts that the block below a heading of the README is this table.
pub fn readme_has(heading: &str, table: &str) {
    let readme = root().join("README.md");
    let text = std::fs::read_to_string(&readme).unwrap();

    let (before, written, after) = block(&text, heading);

    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(readme, format!("{before}{}\n{after}", table.trim_end())).unwrap();
        return;
    }
    assert_eq!(written.trim_end(), table.trim_end(), "run with UPDATE_EXPECT=1 to write the table");
}
