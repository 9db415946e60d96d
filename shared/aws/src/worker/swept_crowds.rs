//! Facts about many instances of one sweep: whose last tasks have just ended, and whose deadlines fall into the same minutes.

use std::time::Duration;

use drain::deadline::recorded_deadline;
use drain::limits::LONGEST_STOPS_AHEAD;
use drain::observation::{Described, Observation};
use drain::stop_plan::{StopCapacity, stops_ahead};
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::BatchInstances;
use super::tags_of_group::TagsOfGroup;

impl Worker {
    /// Enters how many instances ECS counts no more tasks on since the last sweep of this process.
    pub(super) fn count_emptied(&self, instances: &mut BatchInstances, now: Timestamp) {
        let mut memory = self.memory();
        let mut emptied = Vec::new();
        for (id, instance) in instances.iter() {
            let Some(Described { tasks, .. }) = described(&instance.observation) else { continue };
            let before = memory.swept_counts.get(id, now).copied();
            if *tasks == 0 && before.is_some_and(|before| before > 0) {
                emptied.push(id.clone());
            }
            memory.swept_counts.insert(id, *tasks, now);
        }
        for id in &emptied {
            if let Some(instance) = instances.get_mut(id) {
                instance.observation.emptied_together = emptied.len();
            }
        }
    }

    /// Enters how much earlier the stops of each instance begin, so that ECS carries those of all instances before their
    /// deadlines.
    pub(super) fn enter_deadlines(&self, instances: &mut BatchInstances, now: Timestamp) {
        let deadline = |(id, instance): (&String, &super::batch_instance::BatchInstance)| {
            let (policy, _) = instance.policy(&self.config.policy, &TagsOfGroup::Unknown);
            let at = recorded_deadline(&instance.observation, &policy)?;
            let tasks = described(&instance.observation)?.tasks as usize;
            let is_near = at.duration_since(now).unsigned_abs() <= LONGEST_STOPS_AHEAD;
            is_near.then(|| (id.clone(), (at, tasks)))
        };
        let (ids, near): (Vec<String>, Vec<(Timestamp, usize)>) =
            instances.iter().filter_map(deadline).unzip();
        let writes = self.clients.limiter.writes();
        let capacity = StopCapacity { at_once: writes.burst, per_second: writes.per_second };
        for (id, ahead) in ids.iter().zip(stops_ahead(&near, capacity)) {
            if let Some(instance) = instances.get_mut(id) {
                instance.observation.stops_ahead = whole_seconds(ahead).min(LONGEST_STOPS_AHEAD);
            }
        }
    }
}

/// Returns a length of time in whole seconds, none cut off: a message carries whole seconds.
fn whole_seconds(length: Duration) -> Duration {
    Duration::from_secs(length.as_secs() + u64::from(length.subsec_nanos() > 0))
}

fn described(seen: &Observation) -> Option<&Described> {
    seen.container_instance.present()?.described.as_ref()
}
