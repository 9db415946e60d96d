//! Rule 15. Placement failures. Their events say, without a call, why a service keeps its tasks on an instance.
//!
//! The events come through the queue of the sweep, because the sweep logs the causes of stuck services.

use drain::signal::Signal;
use drain::stuck_service::{ServiceEvent, ServiceEvents};
use jiff::Timestamp;

use super::Worker;
use crate::memory::service_key;

impl Worker {
    /// Remembers the latest placement failure of each service.
    pub(super) fn remember_placement_failures<'a>(
        &self,
        signals: impl Iterator<Item = &'a Signal>,
        now: Timestamp,
    ) {
        let failures = signals.filter_map(|signal| match signal {
            Signal::PlacementFailure(failure) => Some(failure),
            _ => None,
        });
        for failure in failures.filter(|failure| self.serves(&failure.cluster, now)) {
            let key = service_key(&failure.cluster, &failure.service);
            let message = format!("SERVICE_TASK_PLACEMENT_FAILURE {}", failure.reason);
            let event = ServiceEvent { at: failure.at, message };
            let known = &mut self.memory().placement_failures;
            if known.get(&key, now).is_none_or(|known| known.at <= event.at) {
                known.insert(&key, event, now);
            }
        }
    }

    /// Returns the events of a service from memory, if it has failed to place a task since its instance drains.
    pub(super) fn known_placement_failure(
        &self,
        cluster: &str,
        service: &str,
        draining_since: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<ServiceEvents> {
        let key = service_key(cluster, service);
        let failure = self.memory().placement_failures.get(&key, now).cloned();
        let failure = failure.filter(|it| draining_since.is_none_or(|since| it.at >= since))?;
        Some(ServiceEvents { placement_failure: Some(failure), ..ServiceEvents::default() })
    }
}
