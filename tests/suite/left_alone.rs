//! Clusters that ebb does not serve: those that do not exist, those of AWS Batch, and ECS Managed Instances.

use std::time::Duration;

use replay::{Responder, Run};
use sim::history::Fact;
use sim::scenario::Scenario;
use tracing::Level;

use crate::world::{calls, played, played_by, root, story, written};

/// Calls that change something in ECS.
const WRITES: [&str; 4] = [
    "ecs:UpdateContainerInstancesState",
    "ecs:PutAttributes",
    "ecs:DeleteAttributes",
    "ecs:StopTask",
];

/// A group whose cluster has tags and one provider of ECS Managed Instances. An instance of each is interrupted.
const INTERRUPTED: &str = r#"
seed = 5

[[cluster]]
name = "renders"
TAGS

[[cluster.managed_instances]]
name = "managed"
instances = 2

[[group]]
name = "farm"
cluster = "renders"
instances = 2

[[service]]
name = "frames"
cluster = "renders"
desired = 4

[[happens]]
at = "1m 5s"
what = "spot-interruption"
instance = "INSTANCE"
"#;

fn interrupted(instance: &str, tags: &str) -> Scenario {
    written(&INTERRUPTED.replace("INSTANCE", instance).replace("TAGS", tags))
}

fn writes(run: &Run) -> usize {
    WRITES.iter().map(|operation| calls(run, operation)).sum()
}

fn deleted_cluster() -> Run {
    let name = "fixtures/regressions/a-deleted-cluster-that-held-what-never-joined.toml";
    played(&written(&std::fs::read_to_string(root().join(name)).unwrap()))
}

#[test]
fn rule_10_deleted_cluster_holds_no_instance() {
    let run = deleted_cluster();

    let started = run.history.iter().filter(|it| matches!(it.fact, Fact::ActionStarted { .. }));
    let ended = run.history.iter().filter(|it| matches!(it.fact, Fact::ActionEnded { .. }));
    let started: Vec<_> = started.map(|entry| entry.at).collect();
    let ended: Vec<_> = ended.map(|entry| entry.at).collect();
    assert_eq!((started.len(), ended.len()), (2, 2), "{}", story(&run));
    for (start, end) in started.iter().zip(&ended) {
        let held = end.saturating_sub(*start);
        assert!(held <= Duration::from_secs(60), "{held:?}\n{}", story(&run));
    }
}

#[test]
fn configured_cluster_that_does_not_exist_is_an_error_of_every_sweep() {
    let run = deleted_cluster();

    let errors: Vec<_> = run.logged.iter().filter(|it| it.level == Level::ERROR).collect();
    let sweeps = run.logged.iter().map(|line| line.at.as_secs() / 60).max().unwrap_or(0);
    assert!(errors.len() as u64 >= sweeps.max(1), "{} errors, {sweeps} minutes", errors.len());
    for line in errors {
        assert_eq!(line.field("cluster"), Some("retired"), "{}", line.message);
        assert!(line.message.contains("EBB_CLUSTERS"), "{}", line.message);
    }
}

#[test]
fn rule_9_spot_warning_in_a_cluster_of_aws_batch_changes_nothing() {
    let tags = "tags = { AWSBatchServiceTag = \"batch\" }";

    let run = played_by(Responder::Ebb, &interrupted("i-farm-1", tags));

    assert_eq!(writes(&run), 0, "{}", story(&run));
}

#[test]
fn rule_9_spot_warning_for_a_managed_instance_changes_nothing() {
    let run = played_by(Responder::Ebb, &interrupted("i-managed-1", ""));

    assert_eq!(writes(&run), 0, "{}", story(&run));
}

#[test]
fn spot_warning_beside_managed_instances_drains_an_instance_of_the_group() {
    let run = played_by(Responder::Ebb, &interrupted("i-farm-1", ""));

    assert!(calls(&run, "ecs:UpdateContainerInstancesState") > 0, "{}", story(&run));
}
