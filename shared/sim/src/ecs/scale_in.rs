//! The choice of the tasks that a scale-in stops.
//!
//! Without a placement strategy ECS takes the Availability Zone with most tasks of the service, and of its instances
//! the one with most (ECS developer guide, update-service-parameters). The age of a task does not count.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Ecs;

impl Ecs {
    /// Returns `count` of these tasks in the order in which a scale-in stops them.
    pub(super) fn scale_in_order(&self, tasks: &[String], count: usize) -> Vec<String> {
        let mut left = tasks.to_vec();
        let mut chosen = Vec::new();
        while chosen.len() < count
            && let Some(next) = self.next_of(&left)
        {
            chosen.push(left.remove(next));
        }
        chosen
    }

    /// Returns the index of the task that a scale-in stops next.
    fn next_of(&self, tasks: &[String]) -> Option<usize> {
        let places: Vec<_> = tasks.iter().map(|task| self.place_of(task)).collect();
        let (mut in_zone, mut on_instance) = (BTreeMap::new(), BTreeMap::new());
        for (zone, instance) in &places {
            *in_zone.entry(*zone).or_insert(0) += 1;
            *on_instance.entry(*instance).or_insert(0) += 1;
        }
        let rank = |index: &usize| {
            let (zone, instance) = places[*index];
            Reverse((in_zone[zone], on_instance[instance]))
        };
        (0..tasks.len()).min_by_key(rank)
    }

    /// Returns the zone and the container instance of a task.
    fn place_of(&self, task: &str) -> (&str, &str) {
        let task = self.tasks.get(task);
        let instance = task.map_or("", |task| task.container_instance.as_str());
        (task.map_or("", |task| self.zone(task)), instance)
    }
}
