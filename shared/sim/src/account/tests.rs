use super::*;
use crate::history::{KillCause as How, TaskRef};

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

fn function(invocation: u64) -> Caller {
    Caller::Function { name: "f".to_owned(), invocation: Some(invocation) }
}

fn draining(by: Caller) -> Fact {
    Fact::ContainerInstance { ec2_instance: "i-1".to_owned(), status: "DRAINING", by }
}

fn task(kind: TaskKind) -> TaskRef {
    let (arn, name) = (format!("arn/{kind:?}"), "t".to_owned());
    TaskRef { arn, kind, name, ec2_instance: "i-1".to_owned() }
}

fn takes(last_status: &'static str) -> Fact {
    let task = task(TaskKind::Standalone);
    Fact::Task { task, last_status, because: String::new() }
}

fn ended(how: ActionEnd) -> Fact {
    let (group, hook) = ("g".to_owned(), "h".to_owned());
    Fact::ActionEnded { group, hook, ec2_instance: "i-1".to_owned(), how }
}

fn continued(by: Caller) -> Fact {
    ended(ActionEnd::Completed { result: "CONTINUE", by })
}

fn invoked(invocation: u64, message: &str, visible_at: Duration) -> Fact {
    Fact::Invoked {
        function: "f".to_owned(),
        invocation,
        cold: false,
        messages: vec![message.to_owned()],
        visible_at,
    }
}

fn called(by: Caller, service: &'static str, operation: &str) -> Fact {
    let (outcome, about) = ("ok".to_owned(), String::new());
    Fact::Call { by, service, operation: operation.to_owned(), outcome, about }
}

fn summary<const N: usize>(history: [(u64, Fact); N]) -> Summary {
    let entry = |(at, fact)| Entry { at: secs(at), fact };
    Summary::from_history(&history.map(entry), secs(10), "sweep")
}

#[test]
fn the_lag_counts_from_the_last_task_or_from_the_end_of_the_settle_time() {
    let after_the_task = summary([
        (0, takes("RUNNING")),
        (5, draining(function(1))),
        (60, takes("STOPPED")),
        (60, invoked(2, "m", secs(61))),
        (63, continued(function(2))),
    ]);
    let empty_at_once = summary([(5, draining(function(1))), (16, continued(function(1)))]);

    assert_eq!(after_the_task.instances_drained, 1);
    assert_eq!(after_the_task.completion_lag_seconds.unwrap().max, 3.0);
    assert_eq!(after_the_task.own_lag_seconds.unwrap().max, 2.0);
    assert_eq!(empty_at_once.completion_lag_seconds.unwrap().max, 1.0);
}

#[test]
fn a_completion_with_a_task_left_has_no_lag() {
    let summary =
        summary([(0, takes("RUNNING")), (5, draining(function(1))), (100, continued(function(1)))]);

    assert_eq!(summary.completion_lag_seconds, None);
    assert_eq!(summary.lifecycle_actions.continued, 1);
}

#[test]
fn a_completion_after_which_a_task_dies_with_its_host_has_no_lag() {
    let killed = || Fact::TaskKilled {
        task: task(TaskKind::Standalone),
        how: How::HostGone { last_status: "RUNNING" },
    };

    let summary =
        summary([(5, draining(function(1))), (900, continued(function(1))), (902, killed())]);

    assert_eq!(summary.completion_lag_seconds, None);
    assert_eq!(summary.tasks_killed.standalone, 1);
}

#[test]
fn lag_of_an_instance_that_was_empty_early_counts_from_its_lifecycle_action() {
    let held = Fact::ActionStarted {
        group: "g".to_owned(),
        hook: "h".to_owned(),
        ec2_instance: "i-1".to_owned(),
    };

    let summary = summary([(5, draining(function(1))), (300, held), (302, continued(function(1)))]);

    assert_eq!(summary.completion_lag_seconds.unwrap().max, 2.0);
}

#[test]
fn an_instance_that_somebody_else_set_to_draining_was_not_drained_by_us() {
    let operator = Caller::Other("operator".to_owned());
    let gone = Fact::Ec2Instance { ec2_instance: "i-1".to_owned(), state: "terminated" };

    let theirs = summary([(5, draining(operator)), (9, gone.clone())]);
    let ours = summary([(5, draining(function(1))), (9, gone.clone())]);
    let managed = summary([(5, draining(Caller::Aws(MANAGED_DRAINING))), (9, gone)]);

    let drained = [theirs, ours, managed].map(|summary| summary.instances_drained);
    assert_eq!(drained, [0, 1, 1]);
}

#[test]
fn kills_stops_and_timeouts_are_counted_by_what_they_hit() {
    let killed = |kind| {
        let how = How::HostGone { last_status: "STOPPING" };
        Fact::TaskKilled { task: task(kind), how }
    };
    let stopped = |by| Fact::StopTask { task: task(TaskKind::Standalone), by };

    let summary = summary([
        (1, killed(TaskKind::Replica)),
        (1, killed(TaskKind::Standalone)),
        (2, stopped(function(1))),
        (3, stopped(function(2))),
        (4, ended(ActionEnd::HeartbeatTimeout)),
        (5, ended(ActionEnd::GlobalTimeout)),
        (6, ended(ActionEnd::Skipped)),
    ]);

    assert_eq!(summary.tasks_killed, KilledTasks { replica: 1, daemon: 0, standalone: 1 });
    assert_eq!(summary.tasks_stopped_by_responder.standalone, 1, "one task, stopped twice");
    assert_eq!(summary.lifecycle_actions.timed_out, 2);
    assert_eq!(summary.virtual_seconds, 6.0);
}

#[test]
fn calls_are_put_down_to_what_they_were_for() {
    let (queue, message) = ("sweep".to_owned(), "s".to_owned());
    let swept = Fact::Message { queue, message, about: String::new() };

    let summary = summary([
        (0, draining(function(1))),
        (1, invoked(1, "m", secs(1))),
        (1, called(function(1), "ecs", "ListTasks")),
        (1, called(function(1), "sqs", "SendMessage")),
        (1, called(function(1), "events", "PutEvents")),
        (2, swept),
        (2, invoked(2, "s", secs(2))),
        (2, called(function(2), "ecs", "ListTasks")),
        (2, called(function(2), "autoscaling", "RecordLifecycleActionHeartbeat")),
        (2, called(Caller::Other("operator".to_owned()), "ecs", "ListTasks")),
        (2, called(Caller::Aws(MANAGED_DRAINING), "ecs", "ListTasks")),
        (3, continued(function(2))),
    ]);

    let each = CallsPerInstance { drain: 1.0, heartbeat: 1.0, sweep: 1.0, notify: 1.0 };
    assert_eq!(summary.calls_per_instance, Some(each));
    assert_eq!(summary.aws_calls["ecs:ListTasks"], 2);
    assert_eq!(summary.managed_draining_calls["ecs:ListTasks"], 1);
}

#[test]
fn calls_of_a_function_that_drains_nothing_are_not_divided_by_the_instances() {
    let recycler = Caller::Function { name: "recycler".to_owned(), invocation: Some(7) };
    let history = [
        (0, draining(function(1))),
        (1, called(function(1), "ecs", "ListTasks")),
        (1, called(recycler, "ecs", "ListTasks")),
        (3, continued(function(1))),
    ];
    let history = history.map(|(at, fact)| Entry { at: secs(at), fact });
    let purposes = CallPurposes { sweep_queue: "sweep", other_functions: &["recycler"] };

    let summary = Summary::from_history(&history, secs(10), purposes);

    assert_eq!(summary.calls_per_instance.unwrap().drain, 1.0);
    assert_eq!(summary.aws_calls["ecs:ListTasks"], 2);
}

#[test]
fn without_a_drained_instance_there_is_nothing_to_divide_by() {
    let summary = summary([(1, called(function(1), "ecs", "ListClusters"))]);

    assert_eq!(summary.calls_per_instance, None);
    assert_eq!(summary.completion_lag_seconds, None);
    let json = serde_json::to_value(&summary).unwrap();
    assert_eq!(json["calls_per_instance"], serde_json::Value::Null);
}
