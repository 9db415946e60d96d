//! Small worlds for the claims of `peers`.

use std::collections::BTreeSet;
use std::time::Duration;

use replay::Run;
use sim::history::{ActionEnd, Fact};

use crate::world::{story, written};

/// A cluster of three instances with a hook of ebb, a replica service behind a load balancer and a daemon service.
pub(crate) const WORLD: &str = r#"
[[group]]
name = "web"
cluster = "web"
instances = 3
instance_ids = ["i-0aaa1111bbb22222c", "i-0aaa1111bbb22222d", "i-0aaa1111bbb22222e"]
[[group.hook]]
name = "ebb"
heartbeat_timeout = "1h"
default_result = "CONTINUE"

[[service]]
name = "api"
cluster = "web"
desired = 6
deregistration_delay = "30s"

[[service]]
name = "log-router"
cluster = "web"
daemon = true
"#;

/// The group terminates its first instance a minute after the start.
pub(crate) const TERMINATION: &str = r#"
[[happens]]
at = "1m"
what = "terminate-in-group"
instance = "i-web-1"
"#;

pub(crate) fn standalone(runs_on: &str) -> String {
    format!(
        "[[standalone]]\nfamily = \"import\"\ncluster = \"web\"\non = \"i-web-1\"\n{}\n",
        if runs_on.is_empty() { String::new() } else { format!("runs_on = \"{runs_on}\"") }
    )
}

pub(crate) fn world(parts: &[&str]) -> sim::scenario::Scenario {
    written(&(WORLD.to_owned() + &parts.concat()))
}

/// Returns the time of the first completion.
pub(crate) fn completed_at(run: &Run) -> Duration {
    let completed = run.history.iter().find(|entry| {
        matches!(&entry.fact, Fact::ActionEnded { how: ActionEnd::Completed { by, .. }, .. } if by.is_function())
    });
    completed.unwrap_or_else(|| panic!("nothing was completed:\n{}", story(run))).at
}

/// Returns the time just after the last call of a function before the first completion.
pub(crate) fn asked_before_completion(run: &Run) -> Duration {
    let until = completed_at(run);
    let before = run.history.iter().take_while(|entry| entry.at < until);
    let calls = before.filter(|entry| {
        matches!(&entry.fact, Fact::Call { by, operation, .. }
            if by.is_function() && operation != "CompleteLifecycleAction")
    });
    calls.last().map_or(until, |entry| entry.at + Duration::from_millis(1))
}

/// Returns the last status of an EC2 instance's container instance.
pub(crate) fn last_status(run: &Run, id: &str) -> Option<&'static str> {
    run.history.iter().rev().find_map(|entry| match &entry.fact {
        Fact::ContainerInstance { ec2_instance, status, .. } if ec2_instance == id => Some(*status),
        _ => None,
    })
}

pub(crate) fn message(at: &str, queue: &str, body: &str) -> String {
    format!(
        "\n[[happens]]\nat = \"{at}\"\nwhat = \"message\"\nqueue = \"{queue}\"\nbody = '''{body}'''\n"
    )
}

/// Returns a terminate event for the first instance, sent at a time of day.
pub(crate) fn terminate_event(time: &str) -> String {
    format!(
        r#"{{"version":"0","id":"5d1a","detail-type":"EC2 Instance-terminate Lifecycle Action","source":"aws.autoscaling","account":"111122223333","time":"{time}","region":"eu-west-1","resources":[],"detail":{{"LifecycleActionToken":"87654321-4321-4321-4321-210987654321","AutoScalingGroupName":"web","LifecycleHookName":"ebb","EC2InstanceId":"i-0aaa1111bbb22222c","LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING"}}}}"#
    )
}

/// Returns the number of answered calls of the functions, except heartbeats and calls of SQS and of the sweep. Refused
/// tries are left out, because other callers use up the account's requests.
pub(crate) fn answered_calls(run: &Run) -> usize {
    let answered = run.history.iter().filter(|entry| match &entry.fact {
        Fact::Call { by, service, operation, outcome, .. } => {
            by.is_function()
                && by.to_string() != "sweep"
                && *service != "sqs"
                && operation != "RecordLifecycleActionHeartbeat"
                && outcome == "ok"
        }
        _ => false,
    });
    answered.count()
}

/// Returns the number of calls of an operation that AWS refused.
pub(crate) fn refusals(run: &Run, wanted: &str) -> usize {
    let refused = run.history.iter().filter(|entry| {
        matches!(&entry.fact, Fact::Call { operation, outcome, .. } if operation == wanted && outcome != "ok")
    });
    refused.count()
}

/// Returns the instances that were DRAINING and then stopped in the warm pool.
pub(crate) fn returned_to_the_pool(run: &Run) -> BTreeSet<&str> {
    let mut draining = BTreeSet::new();
    let mut returned = BTreeSet::new();
    for entry in &run.history {
        match &entry.fact {
            Fact::ContainerInstance { ec2_instance, status: "DRAINING", .. } => {
                draining.insert(ec2_instance.as_str());
            }
            Fact::LifecycleState { ec2_instance, state: "Warmed:Stopped", .. }
                if draining.contains(ec2_instance.as_str()) =>
            {
                returned.insert(ec2_instance.as_str());
            }
            _ => {}
        }
    }
    returned
}

/// Returns the last lifecycle state of an EC2 instance.
pub(crate) fn last_lifecycle_state(run: &Run, id: &str) -> Option<&'static str> {
    run.history.iter().rev().find_map(|entry| match &entry.fact {
        Fact::LifecycleState { ec2_instance, state, .. } if ec2_instance == id => Some(*state),
        _ => None,
    })
}
