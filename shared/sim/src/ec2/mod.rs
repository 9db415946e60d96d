//! Amazon EC2: the lives of instances.
//!
//! Instances with their states and the state-change events, Spot interruptions, rebalance recommendations and the AWS
//! Health events about instances. No call over the wire reaches EC2. Left out: everything of an instance but its state
//! (network, volumes, prices), and Spot Instances that EC2 starts again after it stopped them.

mod lifecycle;
#[cfg(test)]
mod tests;
mod warnings;

use std::collections::BTreeMap;

use jiff::Timestamp;

#[cfg(test)]
use crate::eventbridge::BusEvent;
use crate::host_loss::HostLoss;
use crate::scenario::SpotAction;

pub(crate) use lifecycle::happen;

/// The instances of the account.
#[derive(Debug, Default, Clone)]
pub(crate) struct Ec2 {
    instances: BTreeMap<String, Ec2Instance>,
    ids: BTreeMap<String, String>,
    #[cfg(test)]
    pub(crate) announced: Vec<BusEvent>,
}

/// An EC2 instance.
#[derive(Debug, Clone)]
pub(crate) struct Ec2Instance {
    /// Name in scenarios, `i-<group>-N`.
    pub name: String,
    pub state: InstanceState,
    /// Launch time. A later stop and start do not change the time here.
    pub launched: Timestamp,
    pub zone: &'static str,
    /// Number of state changes. A change that was planned before the latest one is void.
    changes: u32,
}

/// `InstanceState.Name` (API reference, InstanceState).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstanceState {
    Pending,
    Running,
    Stopping,
    Stopped,
    ShuttingDown,
    Terminated,
}

impl InstanceState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::ShuttingDown => "shutting-down",
            Self::Terminated => "terminated",
        }
    }
}

/// Events of instances on the agenda.
#[derive(Debug, Clone)]
pub(crate) enum Ec2Event {
    /// The instance takes a state, unless its state has changed since `change`.
    Becomes { instance: String, state: InstanceState, change: u32 },
    /// Every process on the instance ends.
    PowerGoes { instance: String, loss: HostLoss },
    /// The two minutes of a Spot interruption warning expire.
    SpotTakes { instance: String, action: SpotAction },
}

impl Ec2 {
    /// Returns the instance of an id.
    pub fn get(&self, id: &str) -> Option<&Ec2Instance> {
        self.instances.get(id)
    }

    /// Returns the state of an instance.
    pub fn state(&self, id: &str) -> Option<InstanceState> {
        self.get(id).map(|instance| instance.state)
    }

    /// Returns true if the instance exists with its power on.
    pub fn is_up(&self, id: &str) -> bool {
        matches!(self.state(id), Some(InstanceState::Pending | InstanceState::Running))
    }

    /// Returns true if StartInstances would start the instance.
    pub fn is_startable(&self, id: &str) -> bool {
        self.state(id) == Some(InstanceState::Stopped)
    }

    fn add(&mut self, id: &str, instance: Ec2Instance) {
        self.ids.insert(instance.name.clone(), id.to_owned());
        self.instances.insert(id.to_owned(), instance);
    }
}
