//! Reads that lag behind. For a time, some reads return the state at the beginning of that time.
//!
//! ECS "follows an eventual consistency model" (API reference, RunTask), and Auto Scaling promises nothing either. How
//! far behind an answer can be is not documented.

use std::time::Duration;

use crate::api::is_read;
use crate::world::{Replica, World};

/// Services whose reads can lag behind.
const LAGGING: [&str; 5] =
    ["ecs", "autoscaling", "application-autoscaling", "elasticloadbalancing", "ssm"];

impl World {
    /// Makes reads return the state of this moment, until a time since the start.
    pub(crate) fn lag_reads(&mut self, until: Duration, operation: Option<String>) {
        let world = Box::new(self.as_it_is());
        self.replica = Some(Replica { until, operation, world });
    }

    /// Returns a copy of the readable state of the world, without its agenda.
    fn as_it_is(&self) -> Self {
        let mut copy = Self::new(0, self.switches.clone());
        copy.set_clock(self.elapsed());
        copy.ecs = self.ecs.clone();
        copy.autoscaling = self.autoscaling.clone();
        copy.application_autoscaling = self.application_autoscaling.clone();
        copy.ssm = self.ssm.clone();
        copy.ec2 = self.ec2.clone();
        copy
    }

    /// Answers a read from the earlier state, if the read is one that lags behind.
    pub(crate) fn answer_late<T>(
        &mut self,
        service: &str,
        operation: &str,
        answer: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let now = self.elapsed();
        self.replica.take_if(|replica| replica.until <= now);
        if !LAGGING.contains(&service) || !is_read(operation) {
            return None;
        }
        let lags = match self.replica.as_ref()?.operation.as_deref() {
            Some(lagging) => lagging == operation,
            None => self.random.happens("stale reads", 0.5),
        };
        let mut replica = self.replica.take_if(|_| lags)?;
        let age = now.saturating_sub(replica.world.elapsed());
        self.struck("stale-read", format!("{operation}, {:.1} s behind", age.as_secs_f64()));
        let answered = answer(&mut replica.world);
        self.replica = Some(replica);
        Some(answered)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::history::Caller;
    use crate::scenario::{ClusterSpec, Switches};

    fn clusters(world: &mut World) -> Option<usize> {
        let caller = Caller::Other("reader".to_owned());
        let list = |world: &mut World| crate::ecs::call(world, &caller, "ListClusters", &json!({}));
        let answered = world.answer_late("ecs", "ListClusters", list);
        answered.unwrap_or_else(|| list(world)).ok()?["clusterArns"].as_array().map(Vec::len)
    }

    #[test]
    fn a_lagging_read_knows_nothing_of_what_happened_since() {
        let mut world = World::new(1, Switches::default());
        world.create_cluster(&ClusterSpec::named("old"));

        world.lag_reads(Duration::from_secs(9), Some("ListClusters".to_owned()));
        world.create_cluster(&ClusterSpec::named("new"));
        world.advance(Duration::from_secs(8));
        let behind = clusters(&mut world);
        world.advance(Duration::from_secs(9));
        let caught_up = clusters(&mut world);

        assert_eq!((behind, caught_up), (Some(1), Some(2)));
    }

    #[test]
    fn half_of_all_reads_lag_behind_where_no_operation_is_named() {
        let mut world = World::new(1, Switches::default());
        world.lag_reads(Duration::from_secs(9), None);
        world.create_cluster(&ClusterSpec::named("new"));

        let behind = (0..100).filter(|_| clusters(&mut world) == Some(0)).count();

        assert!((30..70).contains(&behind), "{behind} of 100");
    }

    #[test]
    fn a_write_is_never_done_in_the_past() {
        let mut world = World::new(1, Switches::default());
        for operation in [None, Some("SetDesiredCapacity".to_owned())] {
            world.lag_reads(Duration::from_secs(9), operation);
            let late = world.answer_late("autoscaling", "SetDesiredCapacity", |_| ());
            assert_eq!(late, None);
        }
    }

    // The earlier state has no queues, so a read of SQS would answer that a queue does not exist.
    #[test]
    fn read_of_a_queue_never_lags() {
        let mut world = World::new(1, Switches::default());

        world.lag_reads(Duration::from_secs(9), Some("GetQueueUrl".to_owned()));

        assert_eq!(world.answer_late("sqs", "GetQueueUrl", |_| ()), None);
    }
}
