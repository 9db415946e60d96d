//! Container instances that have just registered: a launching lifecycle action may wait for them.

use std::time::Duration;

use drain::observation::ContainerInstance;
use drain::reason::Reason;
use drain::signal::{ContainerInstanceChange, Signal};
use drain::trigger::TriggerKind;
use jiff::Timestamp;

use super::Worker;
use super::batch::BatchSignals;
use super::batch_instance::BatchInstances;

impl Worker {
    /// Container instances that a launching lifecycle action may wait for: those that registered within the launch
    /// timeout, each once unless something waited for it.
    pub(super) fn joined(
        &self,
        signals: &BatchSignals,
        now: Timestamp,
    ) -> Vec<(String, ContainerInstance)> {
        if self.config.policy.launch_hooks.is_empty() {
            return Vec::new();
        }
        let mut memory = self.memory();
        let mut joined = Vec::new();
        for (_, signal) in signals {
            let Signal::ContainerInstance(change) = signal else { continue };
            let new = memory.joined.get(&change.container_instance, now).is_none();
            let served = self.config.serves(&change.cluster);
            if let (true, true, Some(id)) = (new, served, &change.ec2_instance)
                && is_recent_registration(change, self.config.policy.launch_timeout, now)
            {
                memory.joined.put(&change.container_instance, (), now);
                joined.push((id.clone(), place(change)));
            }
        }
        joined
    }

    /// Looks at a container instance again when it next changes, if a launching lifecycle action still waits for it.
    pub(super) fn forget_unsettled_registrations(&self, instances: &BatchInstances) {
        let mut memory = self.memory();
        for instance in instances
            .values()
            .filter(|instance| instance.observation.triggers.include(&[TriggerKind::Registered]))
        {
            let reason = instance.decision.as_ref().map(|decision| &decision.reason);
            let waits = matches!(reason, Some(Reason::Launching | Reason::Unanswered(_)) | None);
            if let (true, Some(it)) = (waits, instance.observation.container_instance.present()) {
                memory.joined.forget(&it.arn);
            }
        }
    }
}

fn is_recent_registration(
    change: &ContainerInstanceChange,
    launch_timeout: Duration,
    now: Timestamp,
) -> bool {
    let young = |at: Timestamp| now.duration_since(at).unsigned_abs() <= launch_timeout;
    change.status == "ACTIVE" && change.registered_at.is_none_or(young)
}

fn place(change: &ContainerInstanceChange) -> ContainerInstance {
    ContainerInstance {
        arn: change.container_instance.clone(),
        cluster: change.cluster.clone(),
        described: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::ecs_events::tests::{at, change};
    use super::*;

    #[test]
    fn only_a_young_registration_may_be_waited_for() {
        let timeout = Duration::from_secs(900);

        assert!(is_recent_registration(&change("ACTIVE", Some(at(0))), timeout, at(900)));
        assert!(is_recent_registration(&change("ACTIVE", None), timeout, at(900)));
        assert!(!is_recent_registration(&change("ACTIVE", Some(at(0))), timeout, at(901)));
        assert!(!is_recent_registration(&change("DRAINING", Some(at(0))), timeout, at(1)));
    }
}
