//! Service events: the messages of the scheduler about a service.

use std::time::Duration;

use crate::history::Fact;
use crate::world::{World, WorldEvent};

use super::service::{Obstacle, ServiceEvent};
use super::{EcsEvent, arn, bus};

/// Number of service events that DescribeServices returns (API reference, Service: "up to 100").
const EVENTS: usize = 100;

/// Interval at which a service event is repeated while its cause lasts. AWS does not document it.
const REPEATED_AFTER: Duration = Duration::from_secs(300);

/// Returns the words of a service event that a service is stuck (ECS developer guide, service-event-messages-list).
fn obstacle_words(obstacle: Obstacle, deployment: &str) -> String {
    match obstacle {
        Obstacle::NoRoom => {
            "was unable to place a task because no container instance met all of its requirements."
                .to_owned()
        }
        Obstacle::NoBounds => {
            "was unable to stop or start tasks during a deployment because of the service deployment \
             configuration. Update the minimumHealthyPercent or maximumPercent value and try again."
                .to_owned()
        }
        Obstacle::Protection => format!(
            "was unable to reach steady state because task set ({deployment}) was unable to scale in. \
             Reason: The number of protected tasks are more than the desired count of tasks"
        ),
    }
}

/// Adds a service event, and records it in the history. `what` follows the service's name in the message.
pub(super) fn add_service_event(world: &mut World, arn: &str, what: &str) {
    let Some(service) = world.ecs.services.get(arn).map(|service| service.name.clone()) else {
        return;
    };
    let message = format!("(service {service}) {what}");
    add_message(world, arn, message.clone());
    world.note(Fact::Service { service, message });
}

fn add_message(world: &mut World, arn: &str, message: String) {
    let at = world.now();
    let id = world.random.uuid(&format!("service-event/{arn}"));
    let Some(service) = world.ecs.services.get_mut(arn) else { return };
    service.events.push_front(ServiceEvent { id, at, message });
    service.events.truncate(EVENTS);
}

/// Adds the events with the numbers of registered and deregistered targets (ECS developer guide,
/// service-event-messages). Their words are those of service events in field reports. The history leaves these events
/// out, because it has the tasks.
pub(super) fn announce_targets(world: &mut World, service: &str) {
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    let changes = std::mem::take(&mut found.target_changes);
    let Some(group) = found.target_group() else { return };
    let (name, deployment) = (found.name.clone(), found.primary.id.clone());
    let targets = |did: &str, count: usize| {
        format!("(service {name}) {did} {count} targets in (target-group {group})")
    };
    if changes.registered > 0 {
        add_message(world, service, targets("registered", changes.registered));
    }
    if changes.deregistered > 0 {
        let count = changes.deregistered;
        add_message(world, service, targets("deregistered", count));
        let drains = format!("has begun draining connections on {count} tasks.");
        add_message(world, service, format!("(service {name}, taskSet {deployment}) {drains}"));
    }
}

/// Adds the event that names the started or stopped tasks (ECS developer guide, service-event-messages).
pub(super) fn announce_tasks(
    world: &mut World,
    service: &str,
    did: &str,
    what: &str,
    tasks: &[String],
) {
    if tasks.is_empty() {
        return;
    }
    let ids: Vec<_> = tasks.iter().map(|task| format!("(task {})", arn::id(task))).collect();
    add_service_event(world, service, &format!("{did} {} {what}: {}.", tasks.len(), ids.join(" ")));
    if let Some(found) = world.ecs.services.get_mut(service) {
        found.steady = false;
    }
}

/// Adds the event that a service is stuck, every few minutes as long as it is stuck.
pub(super) fn set_stuck(world: &mut World, service: &str, stuck: Option<Obstacle>) {
    let now = world.elapsed();
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    found.short = stuck == Some(Obstacle::NoRoom);
    let Some(obstacle) = stuck else {
        found.stuck = None;
        return;
    };
    if found.stuck.is_some_and(|(at, said)| said == obstacle && now < at + REPEATED_AFTER) {
        return;
    }
    (found.stuck, found.steady) = (Some((now, obstacle)), false);
    let words = obstacle_words(obstacle, &found.primary.id);
    add_service_event(world, service, &words);
    if obstacle == Obstacle::NoRoom {
        bus::service_action(world, service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE");
    }
    world.after(
        REPEATED_AFTER,
        WorldEvent::Ecs(EcsEvent::PassAgain { service: service.to_owned() }),
    );
}

/// Notes that a service has no room for a task, or has room again.
pub(super) fn set_short(world: &mut World, service: &str, short: bool) {
    set_stuck(world, service, short.then_some(Obstacle::NoRoom));
}
