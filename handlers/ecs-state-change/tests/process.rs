//! The function as a process, under a Lambda Runtime API, in a served world.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::time::Duration;

use serde_json::json;
use sim::history::{Entry, Fact};
use tests::batch::{batch_of, event};
use tests::function::{Binary, LIMIT};
use tests::served::{Served, written};
use tests::story::{continued, count};

const BINARY: Binary<'_> =
    Binary { name: "ecs-state-change", built: env!("CARGO_BIN_EXE_ecs-state-change") };

/// Auto Scaling terminates an instance, and its two standalone tasks end one after the other.
const TWO_ENDS: &str = r#"
[switches]
api_call = "0s"
event_delivery = "100ms"
autoscaling_reaction = "200ms"

[[group]]
name = "web"
cluster = "shop"
instances = 2
instance_ids = ["i-0c4f1a7d2e9b83560"]

[[group.hook]]
name = "ebb"

[[standalone]]
family = "report-builder"
cluster = "shop"
on = "i-web-1"
lasts = "3s"

[[standalone]]
family = "report-builder"
cluster = "shop"
on = "i-web-1"
lasts = "5s"

[[happens]]
at = "200ms"
what = "terminate-in-group"
instance = "i-web-1"
"#;

const STOPPED: &str = include_str!("../../../fixtures/events/ecs-task/stopped-standalone-137.json");

/// A recheck of the instance. ebb then sets the instance to DRAINING.
const LOOK: &str = include_str!("../../../fixtures/events/recheck/settle.json");

/// Returns the time of the last task's end and the time of the completion.
fn ends(history: &[Entry]) -> [Option<Duration>; 2] {
    let last = |is_it: fn(&Fact) -> bool| {
        history.iter().rfind(|entry| is_it(&entry.fact)).map(|entry| entry.at)
    };
    [
        last(|fact| matches!(fact, Fact::Task { last_status: "STOPPED", .. })),
        last(|fact| matches!(fact, Fact::ActionEnded { .. })),
    ]
}

#[test]
fn the_end_of_the_last_task_completes_the_lifecycle_action_within_seconds() {
    let served = Served::playing_from_now(&written(TWO_ENDS), 1);
    let function = BINARY.start(&served, &[("SettleTime", "1s")]);
    let held = |fact: &Fact| matches!(fact, Fact::ActionStarted { .. });
    served.wait_for(LIMIT, "the instance is held", |history| count(history, held) == 1);
    let look = event(LOOK, &[("/at", &served.aws.now().to_string())]);
    served.sqs("SendMessage", "ecs-state-change", json!({"MessageBody": look}));

    function
        .work_until(&served, LIMIT, "the action is completed", |history| continued(history) == 1);

    let [Some(stopped), Some(ended)] = ends(&served.history()) else { panic!("no end") };
    let after = ended.checked_sub(stopped).expect("the last task had stopped before");
    assert!(after < Duration::from_secs(4), "{after:?} after the last task");
    assert_eq!(function.logged("ERROR"), Vec::<String>::new());
}

#[test]
fn a_wrong_configuration_ends_the_process_with_every_mistake_named() {
    BINARY.assert_that_it_names_every_mistake();
}

#[cfg(target_os = "linux")]
#[test]
fn a_thousand_ends_of_tasks_on_instances_that_stay_are_answered_in_level_memory() {
    let served = Served::playing_from_now(&written(TWO_ENDS), 60);
    let function = BINARY.start(&served, &[]);
    let now = served.aws.world(|world| world.start()).to_string();
    let of = |what: &str, id: String| format!("arn:aws:ecs:eu-west-1:111122223333:{what}/shop{id}");

    function.assert_that_a_thousand_need_no_more_memory(|n| {
        batch_of(&[event(
            STOPPED,
            &[
                ("/time", &now),
                ("/detail/clusterArn", &of("cluster", String::new())),
                ("/detail/taskArn", &of("task", format!("/{n:032x}"))),
                ("/detail/containerInstanceArn", &of("container-instance", format!("/{n:032x}"))),
            ],
        )])
    });
}
