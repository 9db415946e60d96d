//! `ebb recycle`.

use std::io::{BufRead, BufReader};
use std::time::Duration;

use tests::running::{Running, alone, pause};
use tests::served::Served;

use crate::service_command::{
    assert_restored, both, called, document, ebb, parameters, run, scalable_target, served,
    service, stdout, tasks,
};
use crate::worker_process::WorkerProcess;

const API: [&str; 5] = ["recycle", "--cluster", "shop", "--service", "api"];

/// Starts a recycle, and waits until the desired count has changed.
fn begun(served: &Served) -> Running {
    let running = Running(ebb(served, &API).spawn().unwrap());
    for _ in 0..600 {
        if service(served)["desiredCount"] != 3 {
            return running;
        }
        pause(Duration::from_millis(20));
    }
    panic!("the recycle does not begin: {:?}", parameters(served));
}

#[test]
fn recycle_replaces_every_task_and_restores_the_service() {
    let _alone = alone();
    let served = served();
    let before = tasks(&served);

    let output = run(&served, &[&API[..], &["--json"]].concat());

    assert_eq!(output.status.code(), Some(0), "{}", both(&output));
    let report = document(&output);
    assert_eq!((&report["outcome"], &report["kind"]), (&"done".into(), &"recycle".into()));
    assert_eq!(report["tasks_left"], 0, "{report}");
    assert!(report["min_healthy_tasks"].as_u64() >= Some(3), "{report}");
    assert_eq!(tasks(&served).len(), 3);
    assert!(tasks(&served).is_disjoint(&before));
    assert_restored(&served);
}

#[test]
fn dry_run_prints_the_plan_and_calls_nothing_that_writes() {
    let _alone = alone();
    let served = served();

    let output = run(&served, &[&API[..], &["--dry-run"]].concat());

    assert_eq!(output.status.code(), Some(0), "{}", both(&output));
    let plan = stdout(&output);
    for part in ["nothing is changed", "tasks to replace: 3", "restores the bounds 1 to 3", "TASK"]
    {
        assert!(plan.contains(part), "{part}: {plan}");
    }
    let reads = ["Describe", "Get", "List"];
    let called = called(&served);
    assert!(called.contains("DescribeTasks"), "{called:?}");
    let writes = called.iter().filter(|name| !reads.iter().any(|read| name.starts_with(read)));
    assert_eq!(writes.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn interrupted_recycle_exits_with_130_and_its_undo_restores_the_service() {
    let _alone = alone();
    let served = served();
    let mut running = begun(&served);

    running.signal("-INT");
    let stdout = BufReader::new(running.0.stdout.take().unwrap());
    let printed: Vec<String> = stdout.lines().map_while(Result::ok).collect();

    assert_eq!(running.0.wait().unwrap().code(), Some(130));
    let printed = printed.join("\n");
    assert!(printed.contains("ebb operations undo shop/api"), "{printed}");
    assert_eq!(parameters(&served).len(), 2, "record and state");
    let undone = run(&served, &["operations", "undo", "shop/api", "--json"]);
    assert_eq!(undone.status.code(), Some(1), "{}", both(&undone));
    assert_eq!(document(&undone)["outcome"], "cancelled");
    assert_restored(&served);
}

#[test]
fn killed_recycle_is_taken_up_by_another_process() {
    let _alone = alone();
    let served = served();
    let before = tasks(&served);
    let mut running = begun(&served);
    running.signal("-KILL");
    running.0.wait().unwrap();

    let listed = run(&served, &["operations", "list"]);
    let followed = run(&served, &["operations", "follow", "shop/api", "--json"]);

    assert!(stdout(&listed).contains("recycle/shop/api/"), "{}", both(&listed));
    assert_eq!(followed.status.code(), Some(0), "{}", both(&followed));
    assert_eq!(document(&followed)["outcome"], "done");
    assert!(tasks(&served).is_disjoint(&before));
    assert_restored(&served);
}

#[test]
fn second_recycle_of_a_service_is_refused_and_names_the_first() {
    let _alone = alone();
    let served = served();
    let _running = begun(&served);

    let second = run(&served, &API);

    assert_eq!(second.status.code(), Some(1), "{}", both(&second));
    assert!(stdout(&second).contains("recycle/shop/api/"), "{}", both(&second));
}

#[test]
fn worker_carries_out_a_recycle_that_was_handed_over() {
    let _alone = alone();
    let served = served();
    let before = tasks(&served);
    let _worker = WorkerProcess::start(&served);

    let output = run(&served, &[&API[..], &["--remote", "--queue-prefix", "", "--json"]].concat());

    assert_eq!(output.status.code(), Some(0), "{}", both(&output));
    assert_eq!(document(&output)["outcome"], "done");
    assert!(tasks(&served).is_disjoint(&before));
    assert_restored(&served);
}

#[test]
fn services_are_selected_by_their_tags() {
    let _alone = alone();
    let served = served();
    let tagged = ["recycle", "--cluster", "shop", "--dry-run", "--tag"];

    let found = run(&served, &[&tagged[..], &["team=checkout"]].concat());
    let none = run(&served, &[&tagged[..], &["team=search"]].concat());

    assert!(stdout(&found).contains("recycle of shop/api"), "{}", both(&found));
    assert_eq!(none.status.code(), Some(2), "{}", both(&none));
}

#[test]
fn recycle_in_another_account_or_of_a_missing_service_changes_nothing() {
    let _alone = alone();
    let served = served();

    let elsewhere = run(&served, &[&API[..], &["--account", "444455556666"]].concat());
    let missing = run(&served, &["recycle", "--cluster", "shop", "--service", "ap"]);

    assert_eq!((elsewhere.status.code(), missing.status.code()), (Some(1), Some(1)));
    assert!(stdout(&elsewhere).contains("444455556666"), "{}", both(&elsewhere));
    assert!(stdout(&missing).contains("no service ap"), "{}", both(&missing));
    assert_eq!(scalable_target(&served)["MaxCapacity"], 3);
    assert_restored(&served);
}

#[test]
fn mistakes_in_the_command_line_exit_with_2_and_name_their_options() {
    let _alone = alone();
    let served = served();

    let output = run(&served, &[&API[..], &["--wait-time", "soon", "--batch", "0"]].concat());

    assert_eq!(output.status.code(), Some(2), "{}", both(&output));
    let said = both(&output);
    assert!(said.contains("--wait-time") && said.contains("--batch"), "{said}");
}
