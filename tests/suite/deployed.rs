//! The stack of `infra/template.yaml` in ministack, with the functions' own binaries. Rule, queue, event source
//! mapping, function and dead-letter queue are those of ministack, another emulator. ECS and Auto Scaling are simulated
//! by `sim`.
//!
//! The checks are in Python: tests/deployed. Without Python a test prints that it skips its checks.

use std::path::PathBuf;
use std::sync::Once;
use std::time::Duration;

use aws::Feed;
use sim::account::KilledTasks;
use sim::history::{ActionEnd, Entry, Fact, TaskKind};
use tests::function::Binary;
use tests::served::{Served, written};
use tests::story::{count, set_draining};

use crate::python::{Python, check};
use crate::world::root;

static PYTHON: Python = Python {
    what: "the stack deployed into ministack",
    modules: "awscli, boto3, ministack",
    requirements: "tests/deployed/requirements.txt",
    folder: "target/ministack",
    named: "EBB_PYTHON_MINISTACK",
    skipped: Once::new(),
};

/// Returns the time from the last stop of a standalone task on the held instance to the end of the lifecycle action,
/// and the end itself.
fn completion(history: &[Entry]) -> Option<(Duration, &ActionEnd)> {
    let ended = history.iter().find_map(|entry| match &entry.fact {
        Fact::ActionEnded { ec2_instance, how, .. } => Some((entry.at, ec2_instance, how)),
        _ => None,
    });
    let (at, held, how) = ended?;
    let is_its_stop = |fact: &Fact| match fact {
        Fact::Task { task, last_status: "STOPPED", .. } => {
            task.kind == TaskKind::Standalone && task.ec2_instance == *held
        }
        _ => false,
    };
    let stopped = history.iter().rfind(|entry| is_its_stop(&entry.fact))?.at;
    Some((at.checked_sub(stopped)?, how))
}

#[test]
fn a_deployed_stack_drains_what_the_event_bus_tells_and_dead_letters_what_is_poison() {
    let Some(python) = PYTHON.interpreter() else { return };
    let scenario = std::fs::read_to_string(root().join("tests/deployed/world.toml")).unwrap();
    let served = Served::playing_from_now(&written(&scenario), 1);

    let mut arguments = vec![served.url(), path(root().join("infra/template.yaml"))];
    arguments.extend(Feed::ALL.map(|feed| format!("{}={}", feed.name(), path(binary(feed)))));
    let report = check(&python, "deployed/check.py", arguments);

    report.assert_clean();
    assert!(report.figure("claims") >= 20, "{report:#?}");
    println!("{report:#?}");
    let history = served.history();
    let stops = count(&history, |fact| matches!(fact, Fact::StopTask { .. }));
    assert_eq!((set_draining(&history), stops), (2, 1), "the Spot warning stops the one task");
    assert_eq!(served.summary().tasks_killed, KilledTasks::default());
    let (after, how) = completion(&history).expect("the action ended after the task");
    assert!(matches!(how, ActionEnd::Completed { result: "CONTINUE", .. }), "{how:?}");
    assert!(after < Duration::from_secs(10), "{after:?} after the last task");
}

/// Returns the path of a function's binary. Cargo builds it into the same folder for the tests of the function.
fn binary(feed: Feed) -> PathBuf {
    let beside = std::env::current_exe().unwrap();
    let built = beside.ancestors().nth(2).expect("target/debug/deps").join(feed.name());
    let file = Binary { name: feed.name(), built: &path(built) }.file();
    assert!(file.exists(), "no {}: cargo test --workspace builds it", file.display());
    file
}

fn path(path: PathBuf) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}
