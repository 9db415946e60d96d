//! Many instances whose drain timeouts end in the same minute.

use std::sync::LazyLock;
use std::time::Duration;

use replay::{Responder, Run};
use sim::history::{Entry, Fact, TaskKind};
use sim::scenario::Scenario;

use crate::world::{killed, played_by, story, written};

/// Instances that leave at once, 60. Their stops exceed the burst of the request bucket.
const INSTANCES: usize = 60;

/// Returns a world in which a group scales in to nothing. Each instance has seventeen tasks, which have no other place
/// and need almost a minute to stop. The drain timeouts of all instances end within seconds.
fn crowd() -> Scenario {
    let text = format!(
        r#"
        about = "many drain timeouts in one minute"
        seed = 5
        [environment]
        EBB_DRAIN_TIMEOUT = "20m"
        [[group]]
        name = "web"
        cluster = "shop"
        instances = {INSTANCES}
        task_slots = 17
        [[group.hook]]
        name = "ebb"
        heartbeat_timeout = "1h"
        default_result = "CONTINUE"
        [[task_definition]]
        family = "api"
        [[task_definition.container]]
        name = "api"
        stop_timeout = "60s"
        exits_in = "50s..58s"
        [[task_definition]]
        family = "job"
        [[task_definition.container]]
        name = "job"
        stop_timeout = "60s"
        exits_in = "50s..58s"
        [[service]]
        name = "api"
        cluster = "shop"
        desired = {replicas}
        [[service]]
        name = "log"
        cluster = "shop"
        daemon = true
        [[standalone]]
        family = "job"
        cluster = "shop"
        on = "each:web"
        count = 4
        lasts = "5h"
        [[happens]]
        at = "70s"
        what = "desired-capacity"
        group = "web"
        to = 0
        "#,
        replicas = 12 * INSTANCES,
    );
    written(&text)
}

static RUN: LazyLock<Run> = LazyLock::new(|| played_by(Responder::Ebb, &crowd()));

/// Returns the times of the accepted stops by ebb. Daemon tasks stop when no other task is left.
fn stops(run: &Run) -> Vec<Duration> {
    let stop = |Entry { at, fact }: &Entry| match fact {
        Fact::StopTask { task, by } if by.is_function() && task.kind != TaskKind::Daemon => {
            Some(*at)
        }
        _ => None,
    };
    run.history.iter().filter_map(stop).collect()
}

#[test]
fn rule_5_tasks_of_many_instances_with_one_deadline_get_their_whole_stop_time() {
    let run = &*RUN;

    assert_eq!(run.summary.instances_drained, INSTANCES);
    assert_eq!(killed(run), 0, "{}", story(run));
    let stops = stops(run);
    assert!(stops.len() >= INSTANCES * 16, "{} stops", stops.len());
    let (first, last) = (stops.iter().min().unwrap(), stops.iter().max().unwrap());
    // The stops need 32 s at ebb's share of the request bucket.
    assert!(*last - *first >= Duration::from_secs(25), "{first:?} {last:?}");
    assert!(*last - *first <= Duration::from_secs(60), "{first:?} {last:?}");
}

// The deployed role allows a list without a container instance: Resource "*" with the condition ecs:cluster (ECS developer guide,
// security_iam_id-based-policy-examples).
#[test]
fn tasks_of_many_instances_are_listed_for_the_whole_cluster_in_the_deployed_role() {
    let mut whole = 0;
    for Entry { fact, .. } in &RUN.history {
        let Fact::Call { by, operation, about, outcome, .. } = fact else { continue };
        assert!(!by.is_function() || !outcome.starts_with("AccessDenied"), "{operation} {about}");
        let is_whole = *operation == "ListTasks" && !about.contains("containerInstance");
        whole += usize::from(by.is_function() && is_whole && outcome == "ok");
    }

    assert!(whole > 0);
}
