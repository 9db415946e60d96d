//! `ebb worker` drains a served world: two workers, killed or stopped ones, failing AWS calls, a full queue.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sim::account::{KilledTasks, LifecycleActions};
use sim::history::{Entry, Fact};
use sim::scenario::{CallFault, Happening, Length, PlannedFault, Step};

use crate::refresh::{long_refresh, refresh};
use crate::worker_process::WorkerProcess;
use tests::running::{alone, pause};
use tests::served::Served;

/// Returns true if this number of instances has left. A refresh succeeds before the last old instance leaves.
fn have_left(history: &[Entry], instances: usize) -> bool {
    let ended = |entry: &&Entry| matches!(entry.fact, Fact::ActionEnded { .. });
    history.iter().filter(ended).count() >= instances
}

/// Asserts that no task was killed and that every action was completed.
fn assert_nothing_lost(served: &Served, instances: usize) {
    let summary = served.summary();
    let all = LifecycleActions { continued: instances, abandoned: 0, timed_out: 0 };
    assert_eq!((summary.tasks_killed, summary.lifecycle_actions), (KilledTasks::default(), all));
    assert_eq!(summary.dead_letters, 0);
}

/// Prints the numbers of messages and redelivered messages, and the memory of the worker.
#[allow(clippy::print_stdout, reason = "figures for a run with --nocapture")]
fn print_figures(history: &[Entry], worker: &WorkerProcess) {
    let mut receives = BTreeMap::<&str, usize>::new();
    for entry in history {
        if let Fact::Message { message, .. } = &entry.fact {
            *receives.entry(message).or_default() += 1;
        }
    }
    let redelivered = receives.values().filter(|receives| **receives > 1).count();
    println!("{} messages, {redelivered} of them redelivered", receives.len());
    #[cfg(target_os = "linux")]
    println!("the worker holds {} KiB", worker.resident());
}

const HOURS: Duration = Duration::from_secs(3 * 3600);

#[test]
fn two_workers_share_a_refresh() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 60);
    let workers = [WorkerProcess::start(&served), WorkerProcess::start(&served)];

    served.wait_for(HOURS, "the refresh", |history| have_left(history, 6));

    assert_nothing_lost(&served, 6);
    let done = workers.map(|worker| worker.counter("ebb_messages_done"));
    assert!(done.iter().all(|done| *done > 0), "{done:?}");
}

#[test]
fn worker_killed_fifty_times_in_one_refresh_loses_nothing() {
    let _alone = alone();
    let served = Served::playing(&long_refresh(), 60);
    let mut moments = fastrand::Rng::with_seed(50);
    let mut kills = 0;
    let mut worker = WorkerProcess::start(&served);

    while !served.aws.world(|world| have_left(world.history(), 20)) {
        pause(Duration::from_millis(moments.u64(200..1_800)));
        if kills < 50 {
            worker.signal("-KILL");
            worker.wait();
            worker = WorkerProcess::start(&served);
            kills += 1;
        }
        assert!(served.summary().virtual_seconds < HOURS.as_secs_f64(), "stuck");
    }

    print_figures(&served.history(), &worker);
    assert_nothing_lost(&served, 20);
    assert_eq!(kills, 50, "the refresh ended before");
}

#[test]
fn stopped_worker_leaves_no_message_to_its_visibility_timeout() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 60);
    let mut worker = WorkerProcess::start(&served);

    while !served.aws.world(|world| have_left(world.history(), 6)) {
        pause(Duration::from_millis(1_500));
        worker.signal("-TERM");
        assert_eq!(worker.wait().code(), Some(0), "{:?}", worker.logged("ERROR"));
        worker = WorkerProcess::start(&served);
    }

    assert_nothing_lost(&served, 6);
    assert_eq!(redelivered_late(&served.history()), Vec::<String>::new());
}

/// Returns messages that SQS redelivered after more than 30 seconds, because no worker had returned them.
fn redelivered_late(history: &[Entry]) -> Vec<String> {
    let mut seen = BTreeMap::new();
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
fn failing_aws_calls_cost_no_task_and_no_lifecycle_action() {
    let _alone = alone();
    let mut scenario = refresh();
    scenario.faults.extend(faults_every(9));
    let served = Served::playing(&scenario, 20);
    let worker = WorkerProcess::start(&served);

    served.wait_for(HOURS, "the refresh", |history| have_left(history, 6));

    assert_nothing_lost(&served, 6);
    let history = served.history();
    print_figures(&history, &worker);
    let struck: Vec<&str> = history.iter().filter_map(fault_kind).collect();
    assert_eq!(BTreeSet::from_iter(struck.clone()), CallFault::ALL.map(CallFault::name).into());
    // The SDK gives up a hanging call after three seconds, which are a minute in the world. If the next calls fail too,
    // the worker gives up its batch, and SQS delivers the messages again.
    let hung = struck.iter().filter(|kind| **kind == CallFault::TimedOut.name()).count();
    let (given_up, others): (Vec<String>, Vec<String>) =
        worker.logged("ERROR").into_iter().partition(|line| line.contains("gave up a batch"));
    assert!(given_up.len() <= hung, "{hung} calls hung: {given_up:#?}");
    assert_eq!(others, Vec::<String>::new());
}

fn fault_kind(entry: &Entry) -> Option<&'static str> {
    match entry.fact {
        Fact::Fault { kind, .. } => Some(kind),
        _ => None,
    }
}

/// Returns faults at every N-th call of each operation, with the kinds in turn.
fn faults_every(calls_apart: usize) -> Vec<PlannedFault> {
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
    let fault = |((n, operation), become_): ((u32, &str), CallFault)| PlannedFault::Call {
        function: "outside".to_owned(),
        operation: operation.to_owned(),
        nth: n * u32::try_from(calls_apart).unwrap(),
        become_,
    };
    calls.zip(kinds).map(fault).collect()
}

#[test]
fn malformed_message_among_ten_thousand_old_ones_is_dead_lettered_alone() {
    let _alone = alone();
    let mut scenario = refresh();
    let old = include_str!("../../../../fixtures/events/ecs-task/stopped-replica.json");
    let body = |n: usize| if n == 5_000 { "{" } else { old }.to_owned();
    let queue = || "ecs-state-change".to_owned();
    scenario.happens.extend((0..10_000).map(|n| Step {
        at: Length(Duration::from_secs(1)),
        what: Happening::Message { queue: queue(), body: body(n) },
    }));
    let served = Served::playing(&scenario, 60);
    let worker = WorkerProcess::start(&served);

    served.wait_for(HOURS, "the refresh", |history| have_left(history, 6));
    while served.waiting("ecs-state-change") > 0 {
        pause(Duration::from_millis(50));
    }

    print_figures(&served.history(), &worker);
    let (_, metrics) = worker.page("/metrics").unwrap();
    assert!(worker.counter("ebb_messages_done") >= 10_000, "{metrics}");
    let dead: Vec<String> = served.history().into_iter().filter_map(dead_letter_reason).collect();
    assert_eq!(dead.len(), 1, "{dead:?}");
    assert!(dead[0].contains("not JSON"), "{dead:?}");
    let summary = served.summary();
    assert_eq!(
        (summary.tasks_killed, summary.lifecycle_actions.timed_out),
        (KilledTasks::default(), 0)
    );
}

fn dead_letter_reason(entry: Entry) -> Option<String> {
    match entry.fact {
        Fact::DeadLettered { reason, .. } => Some(reason),
        _ => None,
    }
}
