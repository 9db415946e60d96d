//! The function as a process, under a Lambda Runtime API, in a served world.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::time::Duration;

use serde_json::Value;
use tests::batch::{batch_of, event};
use tests::function::{Binary, Function, LIMIT};
use tests::served::{Served, written};
use tests::story::{continued, set_draining};

const BINARY: Binary<'_> = Binary { name: "sweep", built: env!("CARGO_BIN_EXE_sweep") };

/// Auto Scaling scales in an instance with a standalone task, and every event is lost.
const LOST_EVENTS: &str = r#"
[switches]
api_call = "0s"
autoscaling_reaction = "200ms"

[[group]]
name = "web"
cluster = "shop"
instances = 2

[[group.hook]]
name = "ebb"
heartbeat_timeout = "2h"

[[standalone]]
family = "report-builder"
cluster = "shop"
on = "each:web"
runs_on = "RUNS_ON"

[[happens]]
at = "0s"
what = "events"
become = "lost"

[[happens]]
at = "500ms"
what = "desired-capacity"
group = "web"
to = 1
"#;

const SWEEP: &str = include_str!("../../../fixtures/events/sweep/scheduled-event.json");

fn served(runs_on: &str, speed: u32) -> Served {
    Served::playing_from_now(&written(&LOST_EVENTS.replace("RUNS_ON", runs_on)), speed)
}

/// Returns the schedule's message of this moment.
fn of_the_schedule(served: &Served) -> Value {
    batch_of(&[event(SWEEP, &[("/time", &served.aws.now().to_string())])])
}

/// Sweeps until a condition holds.
fn sweep_until(served: &Served, function: &Function, what: &str, is_so: impl Fn(&Served) -> bool) {
    let end = served.aws.world(|world| world.elapsed()) + LIMIT;
    while !is_so(served) {
        assert!(served.aws.world(|world| world.elapsed()) < end, "{what}: {:#?}", function.told());
        function.invoke(of_the_schedule(served)).unwrap();
        tests::running::pause(Duration::from_millis(250));
    }
}

#[test]
fn sweeps_without_an_event_drain_and_complete_the_instance() {
    let served = served("2s", 1);
    let function = BINARY.start(&served, &[("SettleTime", "1s")]);

    sweep_until(&served, &function, "drained", |served| set_draining(&served.history()) == 1);
    assert_eq!(continued(&served.history()), 0, "a task still runs");
    sweep_until(&served, &function, "completed", |served| continued(&served.history()) == 1);

    assert_eq!(served.summary().tasks_killed, sim::account::KilledTasks::default());
    assert_eq!((function.logged("WARN"), function.logged("ERROR")), (vec![], vec![]));
}

#[test]
fn a_wrong_configuration_ends_the_process_with_every_mistake_named() {
    BINARY.assert_that_it_names_every_mistake();
}

#[cfg(target_os = "linux")]
#[test]
fn a_thousand_sweeps_over_a_drain_are_answered_in_level_memory() {
    let served = served("40h", 60);
    let function = BINARY.start(&served, &[]);

    function.assert_that_a_thousand_need_no_more_memory(|_| of_the_schedule(&served));
    assert_eq!(set_draining(&served.history()), 1);
}
