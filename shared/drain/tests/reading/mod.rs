//! What ebb reads in a body, as one line of text.

#![allow(clippy::unwrap_used, reason = "only tests are below")]

use drain::signal::{Ignored, Malformed, Signal, parse_message};
use jiff::Timestamp;

/// Received long after every event file was written, so that a time of receipt is seen.
const RECEIVED_AT: &str = "2030-01-01T00:00:00Z";

/// What a body says: when, what, about which instance; or why it is ignored or refused.
pub fn said(body: &str) -> String {
    match parse_message(body, RECEIVED_AT.parse().unwrap()) {
        Ok(reading) => match &reading.signal {
            Ok(signal) => {
                format!("{} {}", when(at(signal), reading.time_from_receipt), what(signal))
            }
            Err(ignored) => format!("ignored: {}", why(ignored)),
        },
        Err(Malformed::NotJson(_)) => "malformed: not JSON".into(),
        Err(malformed) => format!("malformed: {malformed}"),
    }
}

fn when(at: Timestamp, from_receipt: bool) -> String {
    if from_receipt { "at receipt".into() } else { at.to_string() }
}

fn at(signal: &Signal) -> Timestamp {
    match signal {
        Signal::LifecycleAction(action) => action.at,
        Signal::TaskStopped(task) => task.at,
        Signal::ContainerInstance(change) => change.at,
        Signal::Recheck(look) => look.at,
        Signal::SpotInterruption { at, .. }
        | Signal::RebalanceRecommendation { at, .. }
        | Signal::Ec2InstanceState { at, .. }
        | Signal::ScheduledChange { at, .. }
        | Signal::Sweep { at } => *at,
    }
}

fn what(signal: &Signal) -> String {
    match signal {
        Signal::LifecycleAction(it) => {
            let pool = if it.to_warm_pool { " to the warm pool" } else { "" };
            format!("{:?} {}{pool}, {} of {}", it.transition, it.ec2_instance, it.hook, it.group)
        }
        Signal::SpotInterruption { ec2_instance, action, .. } => {
            format!("interruption {action:?} {ec2_instance}")
        }
        Signal::RebalanceRecommendation { ec2_instance, .. } => format!("rebalance {ec2_instance}"),
        Signal::Ec2InstanceState { ec2_instance, state, .. } => format!("{state:?} {ec2_instance}"),
        Signal::ScheduledChange { ec2_instances, code, starts_at, .. } => {
            let start = starts_at.map(|at| at.to_string()).unwrap_or_default();
            format!("{code} {ec2_instances:?} {start}")
        }
        Signal::TaskStopped(it) => {
            format!("task stopped, {} v{} {:?}", it.group, it.version, it.exit_codes)
        }
        Signal::ContainerInstance(it) => {
            let (id, tasks) = (it.ec2_instance.as_deref().unwrap_or("-"), it.tasks);
            format!("{} {id} v{} tasks {tasks:?}", it.status, it.version)
        }
        Signal::Recheck(it) => {
            format!("recheck {:?} {:?}", it.purpose, it.ec2_instances)
        }
        Signal::Sweep { .. } => "sweep".into(),
    }
}

fn why(ignored: &Ignored) -> String {
    match ignored {
        Ignored::TestNotification => "test notification".into(),
        Ignored::GroupNotification { event } => format!("group notification {event}"),
        Ignored::TaskNotStopped => "task not stopped".into(),
        Ignored::ContainerInstanceStatus { status } => format!("container instance {status}"),
        Ignored::Ec2State { state } => format!("EC2 instance {state}"),
        Ignored::HealthIssue { code } => format!("Health {code}"),
        Ignored::Unknown { source, detail_type } => format!("{source} {detail_type}"),
    }
}
