//! The function as a process, under a Lambda Runtime API, in a served world.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use sim::history::Fact;
use tests::function::{Binary, LIMIT};
use tests::served::{Served, written};
use tests::story::{count, set_draining};

const BINARY: Binary<'_> =
    Binary { name: "spot-interruption", built: env!("CARGO_BIN_EXE_spot-interruption") };

/// EC2 interrupts an instance with a standalone task. The task needs the whole time of the Spot warning to stop.
const INTERRUPTION: &str = r#"
[switches]
event_delivery = "100ms"

[[group]]
name = "web"
cluster = "shop"
instances = 2

[[task_definition]]
family = "report-builder"

[[task_definition.container]]
name = "report"
stop_timeout = "2m"
exits_in = "500ms"

[[standalone]]
family = "report-builder"
cluster = "shop"
on = "each:web"

[[happens]]
at = "500ms"
what = "spot-interruption"
instance = "i-web-1"
action = "terminate"
"#;

#[test]
fn a_spot_notice_stops_the_standalone_task_in_time_and_no_other() {
    let served = Served::playing_from_now(&written(INTERRUPTION), 1);
    let function = BINARY.start(&served, &[]);
    let is_stopped = |fact: &Fact| matches!(fact, Fact::Task { last_status: "STOPPED", .. });

    function.work_until(&served, LIMIT, "the task has stopped", |history| {
        count(history, is_stopped) > 0
    });

    let history = served.history();
    let told = |fact: &Fact| matches!(fact, Fact::StopTask { .. });
    assert_eq!((count(&history, told), set_draining(&history)), (1, 1));
    assert_eq!(count(&history, |fact| matches!(fact, Fact::TaskKilled { .. })), 0);
    assert_eq!((function.logged("WARN"), function.logged("ERROR")), (vec![], vec![]));
}

#[test]
fn a_wrong_configuration_ends_the_process_with_every_mistake_named() {
    BINARY.assert_that_it_names_every_mistake();
}
