//! The modes in which ebb does not carry out its decisions: observe for trials, hold for incidents.

use replay::Responder;
use sim::history::Fact;

use crate::shipped::shipped;
use crate::world::{calls, killed, played_by, story};

/// The operations that change AWS, except the heartbeat.
const EFFECTS: [&str; 6] = [
    "autoscaling:CompleteLifecycleAction",
    "ecs:DeleteAttributes",
    "ecs:PutAttributes",
    "ecs:StopTask",
    "autoscaling:TerminateInstanceInAutoScalingGroup",
    "ecs:UpdateContainerInstancesState",
];

#[test]
fn modes_observe_and_hold_log_decisions_and_act_on_none() {
    let modes = ["observe", "hold"];
    let names = ["longer-than-heartbeat", "spot-and-hook"];
    for (mode, name) in modes.into_iter().flat_map(|mode| names.map(|name| (mode, name))) {
        let mut scenario = shipped(name);
        scenario.environment.insert("EBB_MODE".to_owned(), mode.to_owned());

        let run = played_by(Responder::Ebb, &scenario);

        let course = format!("{name}\n{}", story(&run));
        for operation in EFFECTS {
            assert_eq!(calls(&run, operation), 0, "{operation}: {course}");
        }
        let heartbeats = calls(&run, "autoscaling:RecordLifecycleActionHeartbeat");
        assert!(mode == "hold" || heartbeats == 0, "{mode}: {course}");
        let observed = run.logged.iter().any(|line| {
            line.field("mode") == Some(mode)
                && line.actions().is_some_and(|it| it.starts_with("drain"))
        });
        assert!(observed, "what would be done is logged: {course}");
    }
}

#[test]
fn lifecycle_action_that_is_held_is_kept_alive_until_its_hooks_global_timeout() {
    let mut scenario = shipped("longer-than-heartbeat");
    scenario.environment.insert("EBB_MODE".to_owned(), "hold".to_owned());

    let run = played_by(Responder::Ebb, &scenario);

    assert!(calls(&run, "autoscaling:RecordLifecycleActionHeartbeat") > 0, "{}", story(&run));
    assert_eq!(run.summary.lifecycle_actions.continued, 0, "{}", story(&run));
    assert!(run.summary.lifecycle_actions.timed_out > 0, "{}", story(&run));
    assert!(killed(&run) > 0, "nothing has moved the replicas: {}", story(&run));
}

#[test]
fn lifecycle_action_that_is_observed_ends_at_its_hooks_heartbeat_timeout() {
    let mut scenario = shipped("longer-than-heartbeat");
    scenario.environment.insert("EBB_MODE".to_owned(), "observe".to_owned());
    let heartbeat_timeout = scenario.groups[0].hooks[0].heartbeat_timeout.0;

    let run = played_by(Responder::Ebb, &scenario);

    let of_action =
        |fact: &Fact| matches!(fact, Fact::ActionStarted { .. } | Fact::ActionEnded { .. });
    let times: Vec<_> =
        run.history.iter().filter(|entry| of_action(&entry.fact)).map(|entry| entry.at).collect();
    assert_eq!(times[1] - times[0], heartbeat_timeout, "{}", story(&run));
    let what = &run.lost[0].what;
    assert!(what.contains("the hook held the instance for"), "{what}");
}

#[test]
fn group_that_is_tagged_to_be_observed_is_written_nothing_by_a_deployment_that_acts() {
    for name in ["longer-than-heartbeat", "spot-and-hook"] {
        let mut scenario = shipped(name);
        for group in &mut scenario.groups {
            group.tags.insert("ebb:mode".to_owned(), "observe".to_owned());
        }

        let run = played_by(Responder::Ebb, &scenario);

        let writes = EFFECTS.iter().chain(&["autoscaling:RecordLifecycleActionHeartbeat"]);
        for operation in writes {
            assert_eq!(calls(&run, operation), 0, "{operation}: {name}\n{}", story(&run));
        }
        assert!(run.broken.is_empty(), "{name}: {:#?}", run.broken);
    }
}
