//! Lines of the timeline for recorded messages.

use drain::signal::{Ec2State, Ignored, InstanceAction, PlacementFailure, Signal, Transition};

use super::arn::last_part;

/// Returns the timeline's line about a received signal.
pub(super) fn signal_line(signal: &Signal) -> String {
    match signal {
        Signal::LifecycleAction(action) => {
            let transition = match action.transition {
                Transition::Terminating => "terminate",
                Transition::Launching => "launch",
            };
            let (id, hook, group) = (&action.ec2_instance, &action.hook, &action.group);
            format!("{transition} lifecycle action of {id}, hook {hook} of group {group}")
        }
        Signal::SpotInterruption { ec2_instance, action, .. } => {
            let action = match action {
                InstanceAction::Terminate => "terminate",
                InstanceAction::Stop => "stop",
                InstanceAction::Hibernate => "hibernate",
            };
            format!("Spot interruption warning for {ec2_instance} ({action})")
        }
        Signal::RebalanceRecommendation { ec2_instance, .. } => {
            format!("rebalance recommendation for {ec2_instance}")
        }
        Signal::Ec2InstanceState { ec2_instance, state, .. } => {
            format!("EC2 instance {ec2_instance} is {}", ec2_state(*state))
        }
        Signal::ScheduledChange { ec2_instances, code, .. } => {
            format!("scheduled change ({code}) of {}", ec2_instances.join(", "))
        }
        Signal::StopPlan(plan) => {
            format!("plan to stop {} tasks on {}", plan.tasks.len(), plan.ec2_instance)
        }
        Signal::TaskStopped(stopped) => {
            let task: String = last_part(&stopped.task).chars().take(6).collect();
            let of = stopped.group.split(':').next_back().unwrap_or_default();
            let of = if of.is_empty() { String::new() } else { format!("{of}/") };
            let container_instance: String =
                last_part(&stopped.container_instance).chars().take(6).collect();
            format!("task {of}{task} on container instance {container_instance} stopped")
        }
        Signal::ContainerInstance(change) => {
            let agent = if change.agent_connected { "" } else { ", its agent is disconnected" };
            let tasks = change.tasks.map(|tasks| format!(", {tasks} tasks")).unwrap_or_default();
            let id = last_part(&change.container_instance);
            let name = change.ec2_instance.clone().unwrap_or_else(|| id.to_owned());
            format!("container instance of {name} is {}{tasks}{agent}", change.status)
        }
        Signal::PlacementFailure(PlacementFailure { service, reason, .. }) => {
            format!("service {service} could not place a task ({reason})")
        }
        Signal::Recheck(recheck) => format!("recheck of {}", recheck.ec2_instances.join(", ")),
        Signal::Sweep { .. } => "scheduled sweep".to_owned(),
    }
}

/// Returns the line of a message that ebb ignores, with the reason.
pub(super) fn ignored_line(ignored: &Ignored) -> String {
    match ignored {
        Ignored::TestNotification => "test notification, ignored: it names no instance".to_owned(),
        Ignored::GroupNotification { event } => {
            format!("notification {event}, ignored: it is no lifecycle action")
        }
        Ignored::TaskNotStopped => {
            "task event, ignored: the task is not STOPPED, or on no container instance".to_owned()
        }
        Ignored::ContainerInstanceStatus { status } => {
            format!("container instance event, ignored: ebb does not follow status {status}")
        }
        Ignored::Ec2State { state } => {
            format!("EC2 instance state {state}, ignored: the instance is not on its way down")
        }
        Ignored::HealthIssue { code } => {
            format!(
                "AWS Health {code}, ignored: no scheduled change of EC2 instances, or a closed one"
            )
        }
        Ignored::Unknown { source, detail_type } => {
            format!("{detail_type} of {source}, ignored: ebb does not follow events of this kind")
        }
    }
}

pub(super) fn ec2_state(state: Ec2State) -> &'static str {
    match state {
        Ec2State::Stopping => "stopping",
        Ec2State::Stopped => "stopped",
        Ec2State::ShuttingDown => "shutting-down",
        Ec2State::Terminated => "terminated",
    }
}
