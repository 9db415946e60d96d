//! Container instances that have just registered: a launching lifecycle action may wait for them.

use std::time::Duration;

use drain::observation::ContainerInstance;
use drain::reason::Reason;
use drain::signal::{ContainerInstanceChange, Signal};
use drain::trigger::TriggerKind;
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::BatchInstances;
use super::batch_signals::BatchSignals;

impl Worker {
    /// Returns container instances that registered within the launch timeout, by EC2 instance.
    ///
    /// Each is returned once, unless a lifecycle action waited for it.
    pub(super) fn new_registrations(
        &self,
        signals: &BatchSignals,
        now: Timestamp,
    ) -> Vec<(String, ContainerInstance)> {
        if self.config.policy.launch_hooks.is_empty() {
            return Vec::new();
        }
        let named = signals.iter().filter_map(Signal::cluster);
        let served: Vec<&str> = named.filter(|cluster| self.serves(cluster, now)).collect();
        let mut memory = self.memory();
        let mut registered = Vec::new();
        for signal in signals.iter() {
            let Signal::ContainerInstance(change) = signal else { continue };
            let is_new = !memory.checked_registrations.contains(&change.container_instance, now);
            let is_served = served.contains(&change.cluster.as_str());
            if let (true, true, Some(id)) = (is_new, is_served, &change.ec2_instance)
                && is_recent_registration(change, self.config.policy.launch_timeout, now)
            {
                memory.checked_registrations.insert(&change.container_instance, (), now);
                registered.push((id.clone(), container_instance(change)));
            }
        }
        registered
    }

    /// Forgets the registrations for which a lifecycle action still waits, so that the next change is checked again.
    pub(super) fn forget_awaited_registrations(&self, instances: &BatchInstances) {
        let mut memory = self.memory();
        for instance in instances.values() {
            let registered = instance.observation.triggers.include(&[TriggerKind::Registered]);
            let is_awaited =
                matches!(instance.reason(), Some(Reason::Launching | Reason::Unanswered(_)) | None);
            let container_instance = instance.observation.container_instance.present();
            if let (true, true, Some(it)) = (registered, is_awaited, container_instance) {
                memory.checked_registrations.remove(&it.arn);
            }
        }
    }
}

fn is_recent_registration(
    change: &ContainerInstanceChange,
    launch_timeout: Duration,
    now: Timestamp,
) -> bool {
    let is_recent = |at: Timestamp| now.duration_since(at).unsigned_abs() <= launch_timeout;
    change.status == "ACTIVE" && change.registered_at.is_none_or(is_recent)
}

fn container_instance(change: &ContainerInstanceChange) -> ContainerInstance {
    ContainerInstance {
        arn: change.container_instance.clone(),
        cluster: change.cluster.clone(),
        described: None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_772_442_000 + second).unwrap()
    }

    pub(in crate::worker) fn change(
        status: &str,
        registered_at: Option<Timestamp>,
    ) -> ContainerInstanceChange {
        ContainerInstanceChange {
            container_instance: "arn/ci-1".to_owned(),
            cluster: "arn/web".to_owned(),
            ec2_instance: Some("i-1".to_owned()),
            status: status.to_owned(),
            agent_connected: true,
            tasks: Some(0),
            holds_resources: None,
            registered_at,
            attribute: None,
            version: 1,
            at: at(0),
        }
    }

    #[test]
    fn registration_is_recent_within_the_launch_timeout() {
        let timeout = Duration::from_secs(900);

        assert!(is_recent_registration(&change("ACTIVE", Some(at(0))), timeout, at(900)));
        assert!(is_recent_registration(&change("ACTIVE", None), timeout, at(900)));
        assert!(!is_recent_registration(&change("ACTIVE", Some(at(0))), timeout, at(901)));
        assert!(!is_recent_registration(&change("DRAINING", Some(at(0))), timeout, at(1)));
    }
}
