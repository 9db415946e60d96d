//! Changes of a container instance: counted, published, and seen by the scheduler.

use crate::history::{Caller, Fact};
use crate::world::World;

use super::container_instance::Status;
use super::{bus, pass};

/// Increments a container instance's version and publishes the change.
pub(super) fn changed(world: &mut World, arn: &str) {
    let Some(instance) = world.ecs.container_instances.get_mut(arn) else { return };
    instance.version += 1;
    bus::container_instance_changed(world, arn);
}

/// Gives a container instance another status. The scheduler runs a pass for each of its services.
pub(super) fn set_status(world: &mut World, arn: &str, status: Status, by: &Caller) {
    let now = world.elapsed();
    let Some(instance) = world.ecs.container_instances.get_mut(arn) else { return };
    if instance.status == status {
        return;
    }
    instance.status = status;
    let ec2_instance = instance.ec2_instance.clone();
    if status == Status::Inactive {
        world.ecs.inactive.push_back((now, arn.to_owned()));
    }
    world.note(Fact::ContainerInstance { ec2_instance, status: status.name(), by: by.clone() });
    changed(world, arn);
    for service in world.ecs.services_on(arn) {
        pass::soon(world, &service);
    }
    if status == Status::Active {
        pass::has_room(world, arn);
    }
}
