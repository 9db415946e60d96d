//! Addresses of tasks, by which they are found among the targets of a target group.

use std::collections::BTreeMap;

use aws::fault::Fault;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types;
use jiff::Timestamp;

use super::constants::Constants;
use super::container_instances;
use crate::target_health::TargetAddress;

/// Address of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TaskAddress {
    /// Network mode `awsvpc`: an IPv4 address of the task's own.
    Own(String),
    /// Other network modes: ports of a container instance, by container and container port.
    Host {
        /// ARN of the container instance.
        container_instance: String,
        /// Host ports.
        ports: BTreeMap<(String, i32), i32>,
    },
}

impl TaskAddress {
    /// Returns the address of a task, or `None` if it has none yet.
    pub(super) fn new(task: &types::Task) -> Option<Self> {
        let own = task.attachments().iter().flat_map(|attachment| attachment.details());
        let mut own = own.filter(|detail| detail.name() == Some("privateIPv4Address"));
        if let Some(address) = own.find_map(|detail| detail.value()) {
            return Some(Self::Own(address.to_owned()));
        }
        let interfaces = task.containers().iter().flat_map(|it| it.network_interfaces());
        if let Some(address) = interfaces.filter_map(|it| it.private_ipv4_address()).next() {
            return Some(Self::Own(address.to_owned()));
        }
        let container_instance = task.container_instance_arn()?.to_owned();
        let ports = task.containers().iter().flat_map(host_ports).collect();
        Some(Self::Host { container_instance, ports })
    }

    /// Returns the target of a container port. `hosts` has the EC2 instances of container instances.
    pub(super) fn target(
        &self,
        container: &str,
        port: i32,
        hosts: &BTreeMap<String, String>,
    ) -> Option<TargetAddress> {
        match self {
            Self::Own(address) => Some(TargetAddress { id: address.clone(), port }),
            Self::Host { container_instance, ports } => {
                let port = *ports.get(&(container.to_owned(), port))?;
                Some(TargetAddress { id: hosts.get(container_instance)?.clone(), port })
            }
        }
    }
}

fn host_ports(container: &types::Container) -> impl Iterator<Item = ((String, i32), i32)> {
    let name = container.name().unwrap_or_default();
    container.network_bindings().iter().filter_map(move |binding| {
        Some(((name.to_owned(), binding.container_port()?), binding.host_port()?))
    })
}

/// Returns the EC2 instances of the container instances on which tasks have ports, by ARN. A container instance that is gone
/// is left out.
///
/// # Errors
///
/// The fault of a chunk that was not answered in full.
pub(super) async fn ec2_instances<'a>(
    ecs: &Client,
    constants: &Constants,
    cluster: &str,
    addresses: impl Iterator<Item = &'a TaskAddress>,
    now: Timestamp,
) -> Result<BTreeMap<String, String>, Fault> {
    let mut found = BTreeMap::new();
    let mut unknown = Vec::new();
    for address in addresses {
        let TaskAddress::Host { container_instance, .. } = address else { continue };
        match constants.ec2_instance(container_instance, now) {
            Some(ec2_instance) => drop(found.insert(container_instance.clone(), ec2_instance)),
            None if !unknown.contains(container_instance) => {
                unknown.push(container_instance.clone());
            }
            None => {}
        }
    }
    for it in container_instances::describe(ecs, cluster, &unknown).await? {
        let (Some(arn), Some(id)) = (it.container_instance_arn, it.ec2_instance_id) else {
            continue;
        };
        constants.remember_ec2_instance(&arn, id.clone(), now);
        found.insert(arn, id);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn task_of_a_host_is_the_target_of_its_host_port() {
        let binding = types::NetworkBinding::builder().container_port(80).host_port(32_768).build();
        let container = types::Container::builder().name("web").network_bindings(binding).build();
        let task = types::Task::builder().container_instance_arn("arn/ci-1").containers(container);
        let hosts = BTreeMap::from([("arn/ci-1".to_owned(), "i-1".to_owned())]);

        let address = TaskAddress::new(&task.build()).unwrap();

        let target = address.target("web", 80, &hosts).unwrap();
        assert_eq!((target.id.as_str(), target.port), ("i-1", 32_768));
        assert_eq!(address.target("web", 81, &hosts), None);
    }

    #[test]
    fn task_with_an_address_of_its_own_is_the_target_of_the_container_port() {
        let detail = types::KeyValuePair::builder().name("privateIPv4Address").value("192.0.2.7");
        let attachment = types::Attachment::builder().details(detail.build()).build();
        let task = types::Task::builder().attachments(attachment).build();

        let target = TaskAddress::new(&task).unwrap().target("web", 80, &BTreeMap::new()).unwrap();

        assert_eq!((target.id.as_str(), target.port), ("192.0.2.7", 80));
    }
}
