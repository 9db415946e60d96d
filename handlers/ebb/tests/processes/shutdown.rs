//! `ebb shutdown` and `ebb resume`.

use std::io::{BufRead, BufReader};
use std::time::Duration;

use serde_json::{Value, json};
use sim::scenario::Scenario;
use tests::running::{Running, alone, pause};
use tests::served::{Served, written};

use crate::service_command::{
    SPEED, assert_restored, both, called, document, ebb, parameters, run, served, service, shop,
    stdout, tasks,
};
use crate::worker_process::WorkerProcess;

const API: [&str; 5] = ["shutdown", "--cluster", "shop", "--service", "api"];

/// Services of a cluster beyond the first page of ListServices, and a daemon.
fn twelve_services() -> Scenario {
    let mut text = "[[group]]\nname = \"web\"\ncluster = \"shop\"\ninstances = 4\n".to_owned();
    for n in 1..=12 {
        text.push_str(&format!("[[service]]\nname = \"s{n}\"\ncluster = \"shop\"\ndesired = 1\n"));
    }
    text.push_str("[[service]]\nname = \"logs\"\ncluster = \"shop\"\ndaemon = true\n");
    written(&text)
}

fn running_tasks(served: &Served) -> usize {
    let listed =
        served.call("AmazonEC2ContainerServiceV20141113.ListTasks", json!({ "cluster": "shop" }));
    listed["taskArns"].as_array().unwrap().len()
}

#[test]
fn shutdown_without_yes_prints_the_number_and_calls_nothing_that_writes() {
    let _alone = alone();
    let served = served();

    let output = run(&served, &API);

    assert_eq!(output.status.code(), Some(0), "{}", both(&output));
    let plan = stdout(&output);
    assert!(plan.starts_with("shutdown of 1 service with 3 tasks in cluster shop"), "{plan}");
    assert!(plan.contains("--yes"), "{plan}");
    let reads = ["Describe", "Get", "List"];
    let called = called(&served);
    assert!(called.contains("DescribeTargetGroupAttributes"), "{called:?}");
    let writes = called.iter().filter(|name| !reads.iter().any(|read| name.starts_with(read)));
    assert_eq!(writes.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn shutdown_leaves_no_task_and_resume_restores_the_service() {
    let _alone = alone();
    let served = served();

    let down = run(&served, &[&API[..], &["--yes", "--json"]].concat());

    assert_eq!(down.status.code(), Some(0), "{}", both(&down));
    let report = document(&down);
    assert_eq!((&report["outcome"], &report["kind"]), (&"done".into(), &"shutdown".into()));
    assert_eq!((tasks(&served).len(), &service(&served)["desiredCount"]), (0, &json!(0)));
    assert_eq!(parameters(&served).len(), 2, "record and state");
    let listed = run(&served, &["operations", "list"]);
    assert!(stdout(&listed).contains("shut-down"), "{}", both(&listed));

    let up = run(&served, &["resume", "--cluster", "shop", "--all-services", "--json"]);

    assert_eq!(up.status.code(), Some(0), "{}", both(&up));
    assert_eq!(document(&up)[0]["outcome"], "done");
    assert_eq!(tasks(&served).len(), 3);
    assert_restored(&served);
}

#[test]
fn second_shutdown_is_refused_and_names_the_first() {
    let _alone = alone();
    let served = served();
    run(&served, &[&API[..], &["--now", "--yes"]].concat());

    let second = run(&served, &[&API[..], &["--yes"]].concat());

    assert_eq!(second.status.code(), Some(1), "{}", both(&second));
    assert!(stdout(&second).contains("shutdown/shop/api/"), "{}", both(&second));
    assert_eq!(parameters(&served).len(), 2);
}

#[test]
fn cluster_beyond_the_first_page_is_shut_down_and_its_daemon_is_listed() {
    let _alone = alone();
    let served = Served::with_operations(&twelve_services(), SPEED);
    let scope = ["shutdown", "--cluster", "shop", "--all-services"];

    let plan = run(&served, &scope);
    let down = run(&served, &[&scope[..], &["--yes", "--json"]].concat());

    assert!(stdout(&plan).starts_with("shutdown of 12 services"), "{}", both(&plan));
    assert_eq!(down.status.code(), Some(0), "{}", both(&down));
    let reports = document(&down);
    let outcomes: Vec<&Value> =
        reports.as_array().unwrap().iter().map(|it| &it["outcome"]).collect();
    assert_eq!(outcomes.len(), 13);
    assert_eq!(outcomes.iter().filter(|it| ***it == "done").count(), 12, "{reports}");
    assert!(both(&plan).contains("placement constraint"), "{}", both(&plan));
    assert_eq!(running_tasks(&served), 4, "only the tasks of the daemon");
}

#[test]
fn interrupted_shutdown_exits_with_130_and_leaves_its_record() {
    let _alone = alone();
    let served = served();
    let mut running = Running(ebb(&served, &[&API[..], &["--yes"]].concat()).spawn().unwrap());
    for _ in 0..600 {
        if service(&served)["desiredCount"] == 0 {
            break;
        }
        pause(Duration::from_millis(20));
    }

    running.signal("-INT");
    let stdout = BufReader::new(running.0.stdout.take().unwrap());
    let printed: Vec<String> = stdout.lines().map_while(Result::ok).collect();

    assert_eq!(running.0.wait().unwrap().code(), Some(130));
    assert!(printed.join("\n").contains("ebb operations undo shop/api"), "{printed:?}");
    assert!(!parameters(&served).is_empty());
    let undone = run(&served, &["operations", "undo", "shop/api"]);
    assert!(both(&undone).contains("cancelled"), "{}", both(&undone));
    assert_restored(&served);
}

#[test]
fn resume_without_a_record_is_a_mistake_that_changes_nothing() {
    let _alone = alone();
    let served = Served::with_operations(&shop(), SPEED);

    let named = run(&served, &["resume", "--cluster", "shop", "--service", "api"]);
    let all = run(&served, &["resume", "--cluster", "shop", "--all-services"]);

    assert_eq!((named.status.code(), all.status.code()), (Some(1), Some(2)), "{}", both(&named));
    assert_restored(&served);
}

#[test]
fn worker_carries_out_a_shutdown_that_was_handed_over() {
    let _alone = alone();
    let served = served();
    let _worker = WorkerProcess::start_with(&served, &[("EBB_SHUTDOWN_CLUSTERS", "shop")]);

    let remote = ["--yes", "--remote", "--queue-prefix", "", "--json"];
    let output = run(&served, &[&API[..], &remote].concat());

    assert_eq!(output.status.code(), Some(0), "{}", both(&output));
    assert_eq!(document(&output)["outcome"], "done");
    assert_eq!(tasks(&served).len(), 0);
}
