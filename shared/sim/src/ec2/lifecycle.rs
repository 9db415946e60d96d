//! Instances that start, stop and terminate.

use jiff::Timestamp;
use serde_json::json;

use super::{Ec2Event, Ec2Instance, InstanceState, warnings};
use crate::eventbridge::BusEvent;
use crate::history::Fact;
use crate::host_loss::HostLoss;
use crate::region::{ACCOUNT, REGION};
use crate::world::{World, WorldEvent};

pub(crate) fn happen(world: &mut World, event: Ec2Event) {
    match event {
        Ec2Event::Becomes { instance, state, change } => {
            if world.ec2.get(&instance).is_some_and(|found| found.changes == change) {
                arrive(world, &instance, state);
            }
        }
        Ec2Event::PowerGoes { instance, loss } => world.host_goes(&instance, loss),
        Ec2Event::SpotTakes { instance, action } => warnings::interrupt(world, &instance, action),
    }
}

/// Operations for the other services and the script.
impl World {
    /// Launches an instance, which is `running` after a while. Returns the given id, or a drawn one.
    pub(crate) fn launch_instance(
        &mut self,
        id: Option<String>,
        name: &str,
        zone: &'static str,
    ) -> String {
        let drawn = self.drawn_id(name);
        let id = id.unwrap_or(drawn);
        let state = InstanceState::Pending;
        let launched = self.now();
        let name = name.to_owned();
        self.ec2.add(&id, Ec2Instance { name, state, launched, zone, changes: 0 });
        state_changed(self, &id, InstanceState::Pending);
        plan(self, &id, InstanceState::Running);
        id
    }

    /// Adds an instance that is in its state (running, or stopped in a warm pool) when the world begins.
    pub(crate) fn existing_instance(
        &mut self,
        id: Option<&str>,
        name: &str,
        state: InstanceState,
        launched: Timestamp,
        zone: &'static str,
    ) -> String {
        let drawn = self.drawn_id(name);
        let id = id.map_or(drawn, str::to_owned);
        let name = name.to_owned();
        self.ec2.add(&id, Ec2Instance { name, state, launched, zone, changes: 0 });
        id
    }

    /// Draws an id: EC2 resources have 17 hexadecimal digits (EC2 user guide, resource-ids).
    fn drawn_id(&mut self, name: &str) -> String {
        format!("i-{}", self.random.hex(&format!("ec2/{name}"), 17))
    }

    /// Returns the EC2 instance id of a scenario's name for it (`i-<group>-N`), or the id itself.
    pub fn ec2_instance_named(&self, name: &str) -> Option<String> {
        let known = |id: &str| self.ec2.instances.contains_key(id).then(|| id.to_owned());
        self.ec2.ids.get(name).cloned().or_else(|| known(name))
    }

    /// Returns a scenario's name (`i-<group>-N`) for an EC2 instance id. Instances that a run launches have the next
    /// numbers.
    pub fn ec2_instance_name(&self, id: &str) -> Option<&str> {
        self.ec2.get(id).map(|instance| instance.name.as_str())
    }

    /// Returns the names of all EC2 instances of the run, by their ids.
    pub fn ec2_instance_names(&self) -> std::collections::BTreeMap<String, String> {
        let named = self.ec2.instances.iter();
        named.map(|(id, instance)| (id.clone(), instance.name.clone())).collect()
    }

    /// Returns the launch time of an EC2 instance.
    pub fn ec2_instance_launched(&self, id: &str) -> Option<Timestamp> {
        self.ec2.get(id).map(|instance| instance.launched)
    }

    /// Carries out TerminateInstances.
    pub(crate) fn terminate_instance(&mut self, ec2_instance: &str) {
        let Some(state) = self.ec2.state(ec2_instance) else { return };
        if matches!(state, InstanceState::ShuttingDown | InstanceState::Terminated) {
            return;
        }
        leave(self, ec2_instance, InstanceState::ShuttingDown, InstanceState::Terminated);
    }

    /// Carries out StopInstances, or a hibernation. Does nothing if the instance does not run.
    pub(crate) fn stop_instance(&mut self, ec2_instance: &str) {
        if self.ec2.is_up(ec2_instance) {
            leave(self, ec2_instance, InstanceState::Stopping, InstanceState::Stopped);
        }
    }

    /// Carries out StartInstances. Does nothing if the instance is not stopped.
    pub(crate) fn start_instance(&mut self, ec2_instance: &str) {
        if self.ec2.state(ec2_instance) == Some(InstanceState::Stopped) {
            arrive(self, ec2_instance, InstanceState::Pending);
            plan(self, ec2_instance, InstanceState::Running);
        }
    }

    /// Puts an event on the bus, and in tests into a list.
    pub(crate) fn announce(&mut self, event: BusEvent) {
        #[cfg(test)]
        self.ec2.announced.push(event.clone());
        self.publish(event);
    }
}

/// Begins to stop or terminate an instance. The instance soon loses power, and takes its last state later.
fn leave(world: &mut World, id: &str, going: InstanceState, gone: InstanceState) {
    let loss = match gone {
        InstanceState::Terminated => HostLoss::Terminated,
        _ => HostLoss::Stopped,
    };
    let power = world.random.length(&format!("ec2/{id}"), &world.switches.ec2_power_off.0);
    arrive(world, id, going);
    let instance = id.to_owned();
    world.after(power, WorldEvent::Ec2(Ec2Event::PowerGoes { instance, loss }));
    plan(world, id, gone);
}

/// Plans a state of the instance. Any other state change before makes the plan void.
fn plan(world: &mut World, id: &str, state: InstanceState) {
    let lengths = match state {
        InstanceState::Terminated => &world.switches.ec2_shutdown,
        InstanceState::Stopped => &world.switches.ec2_stop,
        _ => &world.switches.ec2_start,
    };
    let delay = world.random.length(&format!("ec2/{id}"), &lengths.0);
    let change = world.ec2.get(id).map_or(0, |instance| instance.changes);
    let instance = id.to_owned();
    world.after(delay, WorldEvent::Ec2(Ec2Event::Becomes { instance, state, change }));
}

/// Gives the instance a state; Auto Scaling learns of the change.
fn arrive(world: &mut World, id: &str, state: InstanceState) {
    if let Some(instance) = world.ec2.instances.get_mut(id) {
        instance.state = state;
        instance.changes += 1;
    }
    state_changed(world, id, state);
    match state {
        InstanceState::Pending => {}
        InstanceState::Running => world.ec2_instance_runs(id),
        InstanceState::Stopping | InstanceState::ShuttingDown => world.ec2_instance_leaves(id),
        InstanceState::Stopped => world.ec2_instance_stopped(id),
        InstanceState::Terminated => world.ec2_instance_terminated(id),
    }
}

fn state_changed(world: &mut World, id: &str, state: InstanceState) {
    world.note(Fact::Ec2Instance { ec2_instance: id.to_owned(), state: state.name() });
    // EC2 user guide, monitoring-instance-state-changes.
    world.announce(BusEvent {
        source: "aws.ec2",
        detail_type: "EC2 Instance State-change Notification",
        resources: vec![format!("arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{id}")],
        detail: json!({ "instance-id": id, "state": state.name() }),
        about: id.to_owned(),
    });
}
