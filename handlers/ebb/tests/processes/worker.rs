//! `ebb worker` against a served world: killed, ended, doubled, and with an AWS that fails.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sim::account::{Killed, LifecycleActions};
use sim::history::{Entry, Fact};
use sim::scenario::{CallFault, Fault, Scenario};

use crate::running::pause;
use crate::served::Served;
use crate::worker_process::{WorkerProcess, command};

/// Worlds that run many times as fast as the clock have the machine to themselves, one after the other.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A refresh of six instances, each with a service's task, a daemon's, and a standalone one with minutes of work left.
const REFRESH: &str = r#"
seed = 3

[[group]]
name = "web"
cluster = "shop"
instances = 6
joins_after = "25s..50s"

[[group.hook]]
name = "ebb"
heartbeat_timeout = "10m"

[[service]]
name = "api"
cluster = "shop"
desired = 6
deregistration_delay = "30s"

[[service]]
name = "log-router"
cluster = "shop"
daemon = true

[[standalone]]
family = "report-builder"
cluster = "shop"
on = "each:web"
runs_on = "2m..12m"

[[happens]]
at = "30s"
what = "instance-refresh"
group = "web"
min_healthy_percentage = 60
warmup = "1m"
"#;

fn refresh() -> Scenario {
    toml::from_str(REFRESH).unwrap()
}

/// The refresh of twenty instances that the README shows.
fn long_refresh() -> Scenario {
    toml::from_str(include_str!("../../../../fixtures/scenarios/instance-refresh.toml")).unwrap()
}

/// Whether so many instances have left: a refresh succeeds before the last of the old ones has.
fn have_left(history: &[Entry], instances: usize) -> bool {
    let ended = |entry: &&Entry| matches!(entry.fact, Fact::ActionEnded { .. });
    history.iter().filter(ended).count() >= instances
}

/// Nothing was killed, nothing stayed, and every action was completed before its time was up.
fn assert_nothing_lost(served: &Served, instances: usize) {
    let summary = served.summary();
    let all = LifecycleActions { continued: instances, abandoned: 0, timed_out: 0 };
    assert_eq!((summary.tasks_killed, summary.lifecycle_actions), (Killed::default(), all));
    assert_eq!(summary.dead_letters, 0);
}

const HOURS: Duration = Duration::from_secs(3 * 3600);

#[test]
fn two_workers_share_a_refresh() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 60);
    let workers = [WorkerProcess::of(&served), WorkerProcess::of(&served)];

    served.wait_for(HOURS, "the refresh", |history| have_left(history, 6));

    assert_nothing_lost(&served, 6);
    let done = workers.map(|worker| worker.counted("ebb_messages_done"));
    assert!(done.iter().all(|done| *done > 0), "{done:?}");
}

#[test]
fn a_worker_that_is_killed_fifty_times_in_one_refresh_loses_nothing() {
    let _alone = alone();
    let served = Served::playing(&long_refresh(), 60);
    let mut moments = fastrand::Rng::with_seed(50);
    let mut kills = 0;
    let mut worker = WorkerProcess::of(&served);

    while !served.aws.world(|world| have_left(world.history(), 20)) {
        pause(Duration::from_millis(moments.u64(200..1_800)));
        if kills < 50 {
            worker.signal("-KILL");
            worker.ended();
            worker = WorkerProcess::of(&served);
            kills += 1;
        }
        assert!(served.summary().virtual_seconds < HOURS.as_secs_f64(), "stuck");
    }

    assert_nothing_lost(&served, 20);
    assert_eq!(kills, 50, "the refresh was over before");
}

#[test]
fn a_worker_that_is_ended_in_order_leaves_no_message_to_its_visibility_timeout() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 60);
    let mut worker = WorkerProcess::of(&served);

    while !served.aws.world(|world| have_left(world.history(), 6)) {
        pause(Duration::from_millis(1_500));
        worker.signal("-TERM");
        assert_eq!(worker.ended().code(), Some(0), "{:?}", worker.logged("ERROR"));
        worker = WorkerProcess::of(&served);
    }

    assert_nothing_lost(&served, 6);
    assert_eq!(redelivered_late(&served.history()), Vec::<String>::new());
}

/// Messages that came again after more than 30 seconds: nobody had given them back.
fn redelivered_late(history: &[Entry]) -> Vec<String> {
    let mut seen = std::collections::BTreeMap::new();
    let mut late = Vec::new();
    for entry in history {
        let Fact::Message { message, about, .. } = &entry.fact else { continue };
        let before = seen.insert(message.clone(), entry.at);
        if before.is_some_and(|before| entry.at > before + Duration::from_secs(30)) {
            late.push(about.clone());
        }
    }
    late
}

#[test]
fn an_aws_that_fails_in_every_way_costs_no_task_and_no_lifecycle_action() {
    let _alone = alone();
    let mut scenario = refresh();
    scenario.faults.extend(every_so_often(9));
    let served = Served::playing(&scenario, 20);
    let worker = WorkerProcess::of(&served);

    served.wait_for(HOURS, "the refresh", |history| have_left(history, 6));

    assert_nothing_lost(&served, 6);
    let struck = served.history().iter().filter(|it| matches!(it.fact, Fact::Fault { .. })).count();
    assert!(struck >= 20, "{struck}");
    assert_eq!(worker.logged("ERROR"), Vec::<String>::new());
}

/// One fault of every kind in turn at every so manieth call of each operation.
fn every_so_often(every: usize) -> Vec<Fault> {
    let kinds = CallFault::ALL.into_iter().cycle();
    let operations = [
        "ReceiveMessage",
        "DeleteMessageBatch",
        "ChangeMessageVisibilityBatch",
        "SendMessageBatch",
        "ListContainerInstances",
        "DescribeContainerInstances",
        "UpdateContainerInstancesState",
        "ListTasks",
        "DescribeTasks",
        "DescribeServices",
        "PutAttributes",
        "DescribeAutoScalingInstances",
        "DescribeAutoScalingGroups",
        "DescribeLifecycleHooks",
        "DescribeScalingActivities",
        "CompleteLifecycleAction",
        "RecordLifecycleActionHeartbeat",
    ];
    let calls = (1..40_u32).flat_map(|n| operations.map(|operation| (n, operation)));
    let fault = |((n, operation), become_): ((u32, &str), CallFault)| Fault::Call {
        function: "outside".to_owned(),
        operation: operation.to_owned(),
        nth: n * u32::try_from(every).unwrap(),
        become_,
    };
    calls.zip(kinds).map(fault).collect()
}

#[test]
fn ten_thousand_old_messages_are_worked_off_and_what_is_malformed_is_dead_lettered_alone() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 60);
    let old = include_str!("../../../../fixtures/events/ecs-task/stopped-replica.json");
    for n in 0..1_000 {
        let bodies: Vec<&str> =
            (0..10).map(|m| if (n, m) == (500, 5) { "{" } else { old }).collect();
        served.send("ecs-state-change", &bodies);
    }
    let worker = WorkerProcess::of(&served);

    served.wait_for(HOURS, "the refresh", |history| have_left(history, 6));
    while served.waiting("ecs-state-change") > 0 {
        pause(Duration::from_millis(50));
    }

    let (_, metrics) = worker.page("/metrics").unwrap();
    assert!(worker.counted("ebb_messages_done") >= 10_000, "{metrics}");
    let dead: Vec<String> =
        served.history().into_iter().filter_map(reason_of_a_dead_letter).collect();
    assert_eq!(dead.len(), 1, "{dead:?}");
    assert!(dead[0].contains("not JSON"), "{dead:?}");
    let summary = served.summary();
    assert_eq!((summary.tasks_killed, summary.lifecycle_actions.timed_out), (Killed::default(), 0));
}

fn reason_of_a_dead_letter(entry: Entry) -> Option<String> {
    match entry.fact {
        Fact::DeadLettered { reason, .. } => Some(reason),
        _ => None,
    }
}

/// Until a page says what it should, for some seconds.
fn until(worker: &WorkerProcess, path: &str, status: u16) -> String {
    for _ in 0..200 {
        match worker.page(path) {
            Some((said, text)) if said == status => return text,
            _ => pause(Duration::from_millis(100)),
        }
    }
    panic!("{path} is not {status}: {:?}", worker.page(path))
}

#[test]
fn a_worker_that_finds_no_aws_is_not_ready_and_is_when_aws_is_back() {
    let _alone = alone();
    let address = Served::playing(&refresh(), 1).address;
    let worker = WorkerProcess::at(address, &["--queue-prefix", ""]);
    while worker.logged("WARN").len() < 4 {
        pause(Duration::from_millis(100));
    }
    let before = until(&worker, "/ready", 503);

    let _back = Served::playing_at(address, &refresh(), 1);
    let after = until(&worker, "/ready", 200);

    assert!(before.contains("sweep: receives nothing"), "{before}");
    assert!(after.contains("sweep: ok"), "{after}");
    assert_eq!(worker.page("/health").unwrap().0, 200);
    let warned = worker.logged("WARN").concat();
    assert!(warned.contains("looking for the queue sweep: no connection"), "{warned}");
}

#[test]
fn a_queue_that_is_not_there_is_named_and_waited_for() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 1);
    let worker = WorkerProcess::at(served.address, &["--queue-prefix", "other-"]);
    pause(Duration::from_secs(1));

    let named = worker.logged("ERROR").concat();

    assert!(
        named
            .contains("looking for the queue other-sweep: AWS.SimpleQueueService.NonExistentQueue"),
        "{named}"
    );
    assert_eq!(worker.page("/ready").unwrap().0, 503);
}

#[test]
fn health_is_503_from_sigterm_to_the_end() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 1);
    let mut worker = WorkerProcess::at(served.address, &["--queue-prefix", ""]);
    until(&worker, "/ready", 200);

    worker.signal("-TERM");
    let health = until(&worker, "/health", 503);

    assert_eq!(health, "ending\n");
    assert_eq!(worker.ended().code(), Some(0));
}

#[test]
fn a_second_signal_ends_a_worker_at_once() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 1);
    let mut worker = WorkerProcess::at(served.address, &["--queue-prefix", ""]);
    until(&worker, "/ready", 200);

    worker.signal("-TERM");
    until(&worker, "/health", 503);
    worker.signal("-TERM");

    assert_eq!(worker.ended().code(), Some(1));
}

#[test]
fn mistakes_in_the_command_line_and_the_environment_exit_with_2_and_are_named() {
    let nowhere: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let url = format!("http://{nowhere}");
    let said = |arguments: &[&str], variable: (&str, &str)| {
        let output = command(arguments).env(variable.0, variable.1).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let region = ["--region", "eu-west-1"];

    assert!(said(&region, ("EBB_MODE", "sleep")).contains("EBB_MODE=sleep: act or observe"));
    let url_of_a_queue = said(&region, ("EBB_QUEUE_URL", "https://q"));
    assert!(url_of_a_queue.contains("the queues are found by their names"), "{url_of_a_queue}");
    assert!(said(&[], ("EBB_MODE", "act")).contains("no Region: give --region"));
    assert!(said(&["--speed", "20"], ("EBB_MODE", "act")).contains("--endpoint-url"));
    let faster = ["--endpoint-url", &url, "--speed", "20", "--region", "eu-west-1"];
    assert!(said(&faster, ("AWS_ACCESS_KEY_ID", "any")).contains("does not tell its time"));
}
