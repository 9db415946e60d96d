//! The four functions: their mains, their deployment, and their dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::Duration;

use aws::Feed;
use aws::config::{Config, VARIABLES, VariableDefault};
use drain::decision::{Action, Verdict};
use drain::observation::{ContainerInstance, Observation, Seen};
use drain::policy::Policy;
use drain::reason::Reason;
use drain::signal::{LifecycleAction, Transition};
use drain::trigger::Trigger;
use jiff::Timestamp;
use sim::deployment::Deployment;

use crate::world::root;

/// The one variable of notifications that a function of the drain has.
const EVENT_BUS: &str = "EBB_NOTIFY_EVENT_BUS";

fn main_of(feed: Feed) -> String {
    let path = root().join("handlers").join(feed.name()).join("src/main.rs");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn deployment() -> Deployment {
    let text = std::fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    Deployment::of_template(&text, &BTreeMap::new())
        .unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

#[test]
fn the_mains_are_wiring_and_differ_in_their_feed_alone() {
    let code = |feed: Feed| -> String {
        let text = main_of(feed).replace(&format!("Feed::{feed:?}"), "Feed::Its");
        let lines = text.lines().filter(|line| !line.starts_with("//!"));
        lines.map(|line| format!("{line}\n")).collect()
    };
    let mains: BTreeSet<String> = Feed::ALL.into_iter().map(code).collect();

    assert_eq!(mains.len(), 1, "{mains:#?}");
    assert!(mains.iter().all(|main| main.contains("Feed::Its") && main.lines().count() <= 25));
}

#[test]
fn every_feed_has_a_queue_and_a_function_of_its_name() {
    let Deployment { queues, functions, mappings, .. } = deployment();

    let feeds: Vec<&str> = Feed::ALL.into_iter().map(Feed::name).collect();
    let names: Vec<&str> = functions.iter().map(|it| it.name.as_str()).collect();
    let mapped: Vec<_> = mappings.iter().map(|it| (&*it.queue, &*it.function)).collect();

    assert_eq!(names, feeds);
    let mut expected: Vec<_> = feeds.iter().map(|name| (*name, *name)).collect();
    expected.insert(2, (Feed::StopPlans.name(), Feed::SpotInterruption.name()));
    assert_eq!(mapped, expected);
    assert!(mappings.iter().all(|it| it.report_batch_item_failures));
    for name in Feed::QUEUES.map(Feed::name) {
        assert!(queues.iter().any(|it| it.name == name && it.dead_letter_queue.is_some()));
    }
}

// Lambda developer guide, services-sqs-configure: six times the function's timeout. A Spot warning has two minutes only, and a
// redelivery after one minute is too late for stop times of a minute.
#[test]
fn message_stays_invisible_six_times_as_long_as_its_function_may_run() {
    let Deployment { queues, functions, .. } = deployment();

    for function in functions {
        let queue = queues.iter().find(|it| it.name == function.name).expect("it has a queue");

        let (hidden, timeout) = (queue.visibility_timeout.0, function.timeout.0);
        if function.name == Feed::SpotInterruption.name() {
            assert!((4 * timeout..6 * timeout).contains(&hidden), "{hidden:?}");
        } else {
            assert_eq!(hidden, 6 * timeout, "{}", function.name);
        }
    }
}

/// Returns the verdict on an event of this age, for an instance that Auto Scaling does not hold.
fn told(age: Duration) -> Verdict {
    let terminate = LifecycleAction {
        transition: Transition::Terminating,
        group: "web".to_owned(),
        hook: "ebb".to_owned(),
        ec2_instance: "i-1".to_owned(),
        token: "token".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        to_warm_pool: true,
    };
    let triggers = [Trigger::Terminating(terminate)].into_iter().collect();
    let mut seen = Observation::new("i-1", triggers);
    seen.member = Seen::Absent;
    let (arn, cluster) = ("arn/ci-1".to_owned(), "web".to_owned());
    seen.container_instance = Seen::Present(ContainerInstance { arn, cluster, described: None });
    drain::decide(&seen, &Policy::default(), Timestamp::UNIX_EPOCH + age)
}

// A process may die between the drain and the write of the attribute. Then only the message says that the drain is
// ebb's.
#[test]
fn redelivered_event_that_drained_at_once_is_not_old() {
    let ages = (0..3_600).map(Duration::from_secs);
    let drains = |age: &Duration| matches!(told(*age), Verdict::Decided(it) if it.actions.contains(&Action::Drain));
    let oldest = ages.take_while(drains).last().expect("a new event drains");
    let Deployment { queues, .. } = deployment();
    let feed = Feed::AsgLifecycle.name();
    let queue = queues.iter().find(|it| it.name == feed).expect("it has a queue");

    let again = told(oldest + queue.visibility_timeout.0);

    let is_old = matches!(&again, Verdict::Decided(it) if it.reason == Reason::OldEvent);
    assert!(!is_old, "an event of {oldest:?}: {again:?}");
}

#[test]
fn every_variable_of_the_configuration_is_deployed_and_no_other_with_its_own_default() {
    let Deployment { functions, .. } = deployment();
    let known: BTreeSet<&str> = VARIABLES.iter().map(|variable| variable.name).collect();

    for function in functions {
        let deployed: BTreeSet<&str> = function.environment.keys().map(String::as_str).collect();
        let of_drains: BTreeSet<&str> =
            deployed.iter().copied().filter(|name| *name != EVENT_BUS).collect();
        assert_eq!(of_drains, known, "{}", function.name);
        assert_eq!(function.environment[EVENT_BUS], "", "no event leaves unless it is asked for");
        for variable in VARIABLES {
            let value = function.environment[variable.name].as_str();
            match variable.default {
                VariableDefault::Value(default) => assert_eq!(value, default, "{}", variable.name),
                VariableDefault::Unset if variable.unit != "URL" => {
                    assert_eq!(value, "", "{}", variable.name)
                }
                _ => assert!(value.starts_with("https://"), "{}: {value}", variable.name),
            }
        }
        Config::from_environment(function.environment)
            .unwrap_or_else(|mistakes| panic!("{mistakes}"));
    }
}

/// Returns the dependencies of packages with their features, for a build of these packages alone.
fn tree(packages: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "-e", "normal", "--prefix", "none", "-f", "{p} {f}"]);
    let output = cargo.args(packages).output().expect("cargo runs these tests");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_function_carries_neither_the_simulator_nor_a_clock_that_can_be_paused() {
    let functions: Vec<&str> = Feed::ALL.into_iter().flat_map(|feed| ["-p", feed.name()]).collect();

    let tree = tree(&functions);

    let tokio = tree.lines().find(|line| line.starts_with("tokio v")).expect("tokio is used");
    assert!(!tokio.contains("test-util"), "{tokio}");
    for name in ["sim v", "ebb v", "clap v", "aws-services v", "service v"] {
        assert_eq!(tree.lines().find(|line| line.starts_with(name)), None);
    }
}

// Systems Manager has the largest SDK crate of all. Each crate of the SDK makes the function larger, and its start slower.
#[test]
fn the_function_of_operations_carries_no_sdk_crate_that_the_drain_does_not() {
    let tree = tree(&["-p", "service-operation"]);

    let sdks = tree.lines().filter_map(|line| line.strip_prefix("aws-sdk-"));
    let sdks: BTreeSet<&str> = sdks.filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(sdks, BTreeSet::from(["autoscaling", "ecs", "sqs", "sts"]));
    for name in ["sim v", "ebb v", "clap v"] {
        assert_eq!(tree.lines().find(|line| line.starts_with(name)), None);
    }
}
