//! Summaries of parsed messages, one line each.

#![allow(clippy::unwrap_used, reason = "only tests are below")]

use drain::signal::{Ignored, Malformed, Signal, parse_message};
use jiff::Timestamp;

/// Time of receipt, long after the time of all event files, so that a summary with it stands out.
const RECEIVED_AT: &str = "2030-01-01T00:00:00Z";

/// Returns the time, the kind and the instance of a message, or the reason why it is ignored or malformed.
pub fn summary(body: &str) -> String {
    match parse_message(body, RECEIVED_AT.parse().unwrap()) {
        Ok(parsed) => match &parsed.signal {
            Ok(signal) => {
                let time = time_text(time(signal), parsed.time_from_receipt);
                format!("{time} {}", content(signal))
            }
            Err(ignored) => format!("ignored: {}", ignored_reason(ignored)),
        },
        Err(Malformed::NotJson(_)) => "malformed: not JSON".into(),
        Err(malformed) => format!("malformed: {malformed}"),
    }
}

fn time_text(at: Timestamp, from_receipt: bool) -> String {
    if from_receipt { "at receipt".into() } else { at.to_string() }
}

fn time(signal: &Signal) -> Timestamp {
    match signal {
        Signal::LifecycleAction(action) => action.at,
        Signal::TaskStopped(task) => task.at,
        Signal::ContainerInstance(change) => change.at,
        Signal::PlacementFailure(failure) => failure.at,
        Signal::Recheck(recheck) => recheck.at,
        Signal::StopPlan(plan) => plan.at,
        Signal::SpotInterruption { at, .. }
        | Signal::RebalanceRecommendation { at, .. }
        | Signal::Ec2InstanceState { at, .. }
        | Signal::ScheduledChange { at, .. }
        | Signal::Sweep { at } => *at,
    }
}

fn content(signal: &Signal) -> String {
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
        Signal::StopPlan(it) => {
            format!("stop plan of {} tasks on {}", it.tasks.len(), it.ec2_instance)
        }
        Signal::PlacementFailure(it) => format!("{} no task placed: {}", it.service, it.reason),
        Signal::Recheck(it) => {
            format!("recheck {:?} {:?}", it.purpose, it.ec2_instances)
        }
        Signal::Sweep { .. } => "sweep".into(),
    }
}

fn ignored_reason(ignored: &Ignored) -> String {
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
