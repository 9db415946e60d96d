//! The effect of each step of a scenario on the world.

use std::time::Duration;

use super::{ScriptEvent, instance_selector, notification, parameter, service_step};
use crate::history::{Caller, Fact};
use crate::scenario::{
    Delivery, Happening, InstanceRefreshSpec, Length, RefreshStrategy, SpotAction,
};
use crate::world::{World, WorldEvent};

pub(super) fn apply(world: &mut World, what: &Happening) {
    if let Happening::Background { what } = what {
        return happens(world, what);
    }
    world.note(match what {
        Happening::Recorded { line, ec2_instance, queue, .. } => Fact::Recorded {
            what: line.clone(),
            ec2_instance: ec2_instance.clone(),
            queue: queue.clone(),
        },
        _ => Fact::Scripted { what: in_words(what) },
    });
    happens(world, what);
}

fn happens(world: &mut World, what: &Happening) {
    match what {
        Happening::Background { what } => happens(world, what),
        Happening::InstanceRefresh(refresh) => {
            world.start_instance_refresh(&refresh.group, refresh);
        }
        Happening::DesiredCapacity { group, to } => world.set_desired_capacity(group, *to),
        Happening::StackUpdate { group, batch, pause } => {
            world.start_stack_update(group, *batch, pause.0);
        }
        Happening::Recorded { queue: None, .. } => {}
        Happening::Message { queue, body }
        | Happening::Recorded { queue: Some(queue), body, .. } => {
            // Without a responder nothing is deployed, and the message would have no reader.
            if world.has_queue(queue) {
                world.send_message(queue, body.clone());
            }
        }
        Happening::Event { event } => world.publish_raw(event.clone()),
        Happening::Events { detail_type, ec2_instance, become_, for_ } => {
            let until = for_.map(|length| until(world, length.0));
            world.interfere(detail_type.clone(), ec2_instance.clone(), *become_, until);
        }
        Happening::Throttling { bucket, for_, others_per_second } => {
            let until = until(world, for_.0);
            if let Err(refused) = world.others(bucket, until, *others_per_second) {
                world.note(Fact::Scripted { what: refused });
            }
        }
        Happening::RunTask { task } => world.start_standalone(task),
        Happening::PutParameter(spec) => parameter::put(world, spec),
        Happening::DeleteParameter { name } => parameter::delete(world, name),
        Happening::NoCapacity { group, for_ } => world.lack_capacity(group, for_.0),
        Happening::DeleteHook { group, hook } => world.delete_hook(group, hook),
        Happening::BrokenDeployment { for_ } => {
            world.lambda.broken_until = world.lambda.broken_until.max(Some(until(world, for_.0)));
        }
        Happening::ExpiredCredentials { for_ } => {
            let until = until(world, for_.0);
            world.expire_credentials(until);
        }
        Happening::DenyCluster { cluster, for_ } => world.deny_cluster(cluster, *for_),
        Happening::StaleReads { for_, operation } => {
            let until = until(world, for_.0);
            world.lag_reads(until, operation.clone());
        }
        Happening::HealthEvent { instances, code, starts_in } => {
            announce_change(world, instances, code, *starts_in);
        }
        Happening::Unhealthy { instance }
        | Happening::TerminateInGroup { instance }
        | Happening::TerminateByHand { instance }
        | Happening::StopByHand { instance }
        | Happening::ReplaceRootVolume { instance }
        | Happening::SpotInterruption { instance, .. }
        | Happening::RebalanceRecommendation { instance }
        | Happening::AgentDisconnects { instance, .. }
        | Happening::SetState { instance, .. } => {
            if let Some(id) = instance_selector::instance(world, instance) {
                apply_to_instance(world, what, &id);
            }
        }
        // Each of these ignores the steps of the other.
        _ => {
            service_step::apply(world, what);
            notification::apply(world, what);
        }
    }
}

/// Announces a scheduled change of the instances that there are at this time.
fn announce_change(world: &mut World, instances: &[String], code: &str, starts_in: Length) {
    let mut ids = Vec::new();
    for id in instances.iter().filter_map(|name| instance_selector::instance(world, name)) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if !ids.is_empty() {
        world.schedule_change(&ids, code, starts_in);
    }
}

fn apply_to_instance(world: &mut World, what: &Happening, id: &str) {
    match what {
        Happening::Unhealthy { .. } => world.instance_is_unhealthy(id),
        Happening::TerminateInGroup { .. } => world.terminate_in_group(id),
        Happening::TerminateByHand { .. } => world.terminate_instance(id),
        Happening::StopByHand { .. } => world.stop_instance(id),
        Happening::ReplaceRootVolume { .. } => world.replace_root_volume(id),
        Happening::SpotInterruption { action, .. } => world.interrupt_spot_instance(id, *action),
        Happening::RebalanceRecommendation { .. } => world.recommend_rebalance(id),
        Happening::AgentDisconnects { for_, .. } => {
            world.agent_connection(id, false);
            if let Some(length) = for_ {
                let event = ScriptEvent::Reconnects { instance: id.to_owned() };
                world.after(length.0, WorldEvent::Script(event));
            }
        }
        Happening::SetState { status, .. } => {
            let operator = Caller::Other("operator".to_owned());
            if let Err(refused) = world.set_container_instance_status(id, status, &operator) {
                world.note(Fact::Scripted { what: format!("{id} not set to {status}: {refused}") });
            }
        }
        _ => {}
    }
}

/// Returns the end of a length that begins now, as time since the start of the world.
fn until(world: &World, length: Duration) -> Duration {
    world.elapsed() + length
}

fn refresh_in_words(refresh: &InstanceRefreshSpec) -> String {
    let by = match refresh.strategy {
        RefreshStrategy::Rolling => String::new(),
        strategy => format!(" with strategy {}", strategy.name()),
    };
    let (group, min) = (&refresh.group, refresh.min_healthy_percentage);
    format!("instance refresh of {group}{by}, minimum healthy {min} %")
}

fn denial_in_words(cluster: &str, for_: Option<Length>) -> String {
    let for_ = for_.map(|length| format!(", for {length}")).unwrap_or_default();
    format!("a service control policy denies the cluster {cluster}{for_}")
}

fn stale_reads_in_words(for_: Length, operation: Option<&str>) -> String {
    match operation {
        None => format!("half of all reads return the state of this moment, for {for_}"),
        Some(operation) => format!("{operation} returns the state of this moment, for {for_}"),
    }
}

/// Returns the line of a step in the timeline.
fn in_words(what: &Happening) -> String {
    match what {
        Happening::InstanceRefresh(refresh) => refresh_in_words(refresh),
        Happening::DesiredCapacity { group, to } => {
            format!("desired capacity of {group} set to {to}")
        }
        Happening::Unhealthy { instance } => format!("{instance} fails a health check"),
        Happening::TerminateInGroup { instance } => {
            format!("an operator terminates {instance} in its group")
        }
        Happening::StackUpdate { group, batch, .. } => {
            format!("stack update of {group}, {batch} at a time")
        }
        Happening::TerminateByHand { instance } => {
            format!("an operator terminates {instance} in EC2")
        }
        Happening::StopByHand { instance } => format!("an operator stops {instance} in EC2"),
        Happening::ReplaceRootVolume { instance } => {
            format!("root volume replacement of {instance}")
        }
        Happening::SpotInterruption { instance, action } => {
            format!("Spot interruption of {instance} ({})", action_in_words(*action))
        }
        Happening::RebalanceRecommendation { instance } => {
            format!("rebalance recommendation for {instance}")
        }
        Happening::HealthEvent { instances, code, starts_in } => {
            format!("AWS Health: {code} in {starts_in} for {}", instances.join(", "))
        }
        Happening::AgentDisconnects { instance, for_ } => {
            let for_ = for_.map_or("permanently".to_owned(), |length| format!("for {length}"));
            format!("agent of {instance} loses its connection {for_}")
        }
        Happening::SetState { instance, status } => format!("an operator sets {instance} {status}"),
        Happening::RunTask { task } => {
            format!("RunTask: {} of family {} on {}", task.count, task.family, task.on)
        }
        Happening::NoCapacity { group, for_ } => {
            format!("EC2 has no capacity for {group}, for {for_}")
        }
        Happening::DeleteHook { group, hook } => format!("the hook {hook} of {group} is deleted"),
        Happening::BrokenDeployment { for_ } => format!("a broken deployment, for {for_}"),
        Happening::ExpiredCredentials { for_ } => format!("all credentials expire, for {for_}"),
        Happening::DenyCluster { cluster, for_ } => denial_in_words(cluster, *for_),
        Happening::StaleReads { for_, operation } => {
            stale_reads_in_words(*for_, operation.as_deref())
        }
        Happening::PutParameter(spec) => format!("an operator writes the parameter {}", spec.name),
        Happening::DeleteParameter { name } => format!("an operator deletes the parameter {name}"),
        Happening::Message { queue, .. } => format!("a message put into {queue}"),
        Happening::Recorded { line, .. } => line.clone(),
        Happening::Background { what } => in_words(what),
        Happening::Event { .. } => "an event put on the bus".to_owned(),
        Happening::Events { detail_type, become_, .. } => {
            interfered(detail_type.as_deref().unwrap_or("all events"), *become_)
        }
        Happening::Throttling { bucket, others_per_second, .. } => {
            format!("other callers make {others_per_second} requests a second from bucket {bucket}")
        }
        // One of these is empty.
        _ => service_step::in_words(what) + &notification::in_words(what),
    }
}

fn action_in_words(action: SpotAction) -> &'static str {
    match action {
        SpotAction::Terminate => "terminate",
        SpotAction::Stop => "stop",
        SpotAction::Hibernate => "hibernate",
    }
}

fn interfered(which: &str, become_: Delivery) -> String {
    let become_ = match become_ {
        Delivery::Lost => "are lost",
        Delivery::Twice => "come twice",
        Delivery::Shuffled => "come twice and out of order",
        Delivery::Late => "come minutes late",
    };
    format!("from now on {which} {become_}")
}
