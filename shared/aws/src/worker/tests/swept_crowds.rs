//! Facts about many instances of one sweep.

use std::time::Duration;

use drain::attribute::{DrainAttribute, RememberedAction};
use drain::observation::{Hook, Seen, Status};
use drain::trigger::Triggers;
use jiff::Timestamp;

use super::Feed;
use super::canned_aws::{CLUSTER, CannedAws};
use crate::Worker;
use crate::observe::container_instances::inactive;
use crate::worker::batch_instance::{BatchInstance, BatchInstances};

/// Returns this many DRAINING instances with these tasks on each, whose lifecycle actions began an hour before this time.
fn draining(instances: usize, tasks: u32, now: Timestamp) -> BatchInstances {
    let began = now - jiff::SignedDuration::from_hours(1);
    let hook = Hook {
        name: "ebb".to_owned(),
        launching: false,
        heartbeat_timeout: Duration::from_secs(60),
        global_timeout: Duration::from_secs(6000),
    };
    let instance = |n: usize| {
        let (id, mut it) = (format!("i-{n:017x}"), inactive(&format!("arn/ci-{n}"), CLUSTER));
        if let Some(described) = &mut it.described {
            let action = Some(RememberedAction::new(began, "t"));
            described.attribute = Some(DrainAttribute { action, ..DrainAttribute::default() });
            (described.status, described.tasks) = (Status::Draining, tasks);
        }
        let mut instance = BatchInstance::new(&id, Triggers::default());
        instance.observation.container_instance = Seen::Present(it);
        instance.observation.hooks = Seen::Present(vec![hook.clone()]);
        (id, instance)
    };
    (0..instances).map(instance).collect()
}

/// Returns how many instances became empty together, as each of them says, if a sweep counted this many tasks a minute ago.
fn emptied(worker: &Worker, tasks_before: u32) -> Vec<usize> {
    let now = worker.now();
    let mut instances = draining(3, tasks_before, now);
    worker.count_emptied(&mut instances, now - jiff::SignedDuration::from_secs(60));
    let mut instances = draining(3, 0, now);
    worker.count_emptied(&mut instances, now);
    instances.values().map(|it| it.observation.emptied_together).collect()
}

#[tokio::test(start_paused = true)]
async fn instances_without_tasks_since_the_last_sweep_became_empty_together() {
    let worker = CannedAws::default().worker(Feed::Sweep);

    assert_eq!(emptied(&worker, 4), [3, 3, 3]);
    assert_eq!(emptied(&worker, 0), [0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn rule_5_stops_of_many_instances_begin_early_and_those_of_few_do_not() {
    let worker = CannedAws::default().worker(Feed::Sweep);
    let now = worker.now();
    let longest = |instances: usize| {
        let mut instances = draining(instances, 17, now);
        worker.enter_deadlines(&mut instances, now);
        instances.values().map(|it| it.observation.stops_ahead.as_secs()).max()
    };

    // Seventy-five stops at once, and thirty in a second after that.
    assert_eq!(longest(4), Some(0));
    assert_eq!(longest(60), Some(32));
}
