//! The mode for incidents: ebb looks on, and keeps what waits from running out.

use replay::Responder;

use crate::shipped::shipped;
use crate::world::{calls, killed, played_by, story};

/// What changes anything but the time that a lifecycle action has.
const EFFECTS: [&str; 6] = [
    "autoscaling:CompleteLifecycleAction",
    "ecs:DeleteAttributes",
    "ecs:PutAttributes",
    "ecs:StopTask",
    "autoscaling:TerminateInstanceInAutoScalingGroup",
    "ecs:UpdateContainerInstancesState",
];

#[test]
fn who_observes_says_what_would_be_done_and_does_none_of_it() {
    for name in ["longer-than-heartbeat", "spot-and-hook"] {
        let mut scenario = shipped(name);
        scenario.environment.insert("EBB_MODE".to_owned(), "observe".to_owned());

        let run = played_by(Responder::Ebb, &scenario);

        let told = format!("{name}\n{}", story(&run));
        for operation in EFFECTS {
            assert_eq!(calls(&run, operation), 0, "{operation}: {told}");
        }
        let observed = run.logged.iter().any(|line| {
            line.is_observed() && line.actions().is_some_and(|it| it.starts_with("drain"))
        });
        assert!(observed, "what would be done is logged: {told}");
    }
}

#[test]
fn a_lifecycle_action_that_is_only_observed_is_kept_alive_until_its_hooks_global_timeout() {
    let mut scenario = shipped("longer-than-heartbeat");
    scenario.environment.insert("EBB_MODE".to_owned(), "observe".to_owned());

    let run = played_by(Responder::Ebb, &scenario);

    assert!(calls(&run, "autoscaling:RecordLifecycleActionHeartbeat") > 0, "{}", story(&run));
    assert_eq!(run.summary.lifecycle_actions.continued, 0, "{}", story(&run));
    assert!(run.summary.lifecycle_actions.timed_out > 0, "{}", story(&run));
    assert!(killed(&run) > 0, "nothing has moved the replicas: {}", story(&run));
}
