//! Clusters that ebb does not serve: missing or denied clusters, clusters of AWS Batch, and ECS Managed Instances.

use std::collections::BTreeSet;
use std::time::Duration;

use replay::{LogLine, Responder, Run};
use sim::history::{ActionEnd, Fact};
use sim::scenario::Scenario;
use tracing::Level;

use crate::shipped;
use crate::world::{calls, played, played_by, root, story, written};

/// Calls that change something in ECS.
const WRITES: [&str; 4] = [
    "ecs:UpdateContainerInstancesState",
    "ecs:PutAttributes",
    "ecs:DeleteAttributes",
    "ecs:StopTask",
];

/// A group whose cluster has tags and a provider of ECS Managed Instances. EC2 interrupts an instance of the group and
/// one of the provider.
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

/// Returns the names of the instances that a function set DRAINING.
fn drained_by_ebb(run: &Run) -> Vec<&str> {
    let drained = run.history.iter().filter_map(|entry| match &entry.fact {
        Fact::ContainerInstance { ec2_instance, status: "DRAINING", by } if by.is_function() => {
            Some(run.names[ec2_instance].as_str())
        }
        _ => None,
    });
    drained.collect()
}

fn writes(run: &Run) -> usize {
    WRITES.iter().map(|operation| calls(run, operation)).sum()
}

fn deleted_cluster() -> Run {
    let name = "fixtures/regressions/deleted-cluster-still-configured.toml";
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
fn rule_9_managed_instance_with_the_provider_name_of_a_group_is_left_alone() {
    let run = shipped::run("capacity-provider-name-twice");

    assert_eq!(drained_by_ebb(run), ["i-orders-1"], "{}", story(run));
}

#[test]
fn rule_9_cluster_of_aws_batch_is_left_alone_beside_a_denied_cluster() {
    let tags = "tags = { AWSBatchServiceTag = \"batch\" }";
    let denied = "[[cluster]]\nname = \"legacy\"\ndenied = true\n\n[[group]]";
    let text = INTERRUPTED.replace("INSTANCE", "i-farm-1").replace("TAGS", tags);

    let run = played_by(Responder::Ebb, &written(&text.replace("[[group]]", denied)));

    assert_eq!(writes(&run), 0, "{}", story(&run));
}

// "If this parameter is not used, then DescribeCapacityProviders returns up to 10 results" (ECS API reference).
#[test]
fn rule_9_managed_instance_of_a_twelfth_provider_is_left_alone() {
    let provider = "[[cluster.managed_instances]]\nname = \"NAME\"\ninstances = 1\n\n";
    let more: String = (10..21).map(|n| provider.replace("NAME", &format!("lot-{n}"))).collect();
    let text = INTERRUPTED.replace("INSTANCE", "i-managed-1").replace("TAGS", "");

    let run =
        played_by(Responder::Ebb, &written(&text.replace("[[group]]", &(more + "[[group]]"))));

    assert_eq!(writes(&run), 0, "{}", story(&run));
}

#[test]
fn spot_warning_beside_managed_instances_drains_an_instance_of_the_group() {
    let run = played_by(Responder::Ebb, &interrupted("i-farm-1", ""));

    assert!(calls(&run, "ecs:UpdateContainerInstancesState") > 0, "{}", story(&run));
}

/// Returns the times of heartbeats for an instance.
fn heartbeats(run: &Run, name: &str) -> Vec<Duration> {
    let sent = run.history.iter().filter(|entry| match &entry.fact {
        Fact::Heartbeat { ec2_instance, .. } => run.names[ec2_instance] == name,
        _ => false,
    });
    sent.map(|entry| entry.at).collect()
}

/// Returns the ends of lifecycle actions of an instance.
fn ends<'a>(run: &'a Run, name: &str) -> Vec<&'a ActionEnd> {
    let ends = run.history.iter().filter_map(|entry| match &entry.fact {
        Fact::ActionEnded { ec2_instance, how, .. } => Some((ec2_instance, how)),
        _ => None,
    });
    ends.filter(|(ec2_instance, _)| run.names[*ec2_instance] == name).map(|(_, how)| how).collect()
}

#[test]
fn rule_10_instance_never_seen_in_its_denied_cluster_is_left_to_its_hook() {
    let run = shipped::run("cluster-denied");

    assert!(heartbeats(run, "i-legacy-1").is_empty(), "{}", story(run));
    assert!(matches!(ends(run, "i-legacy-1")[..], [ActionEnd::HeartbeatTimeout]), "{}", story(run));
}

#[test]
fn rule_10_denied_cluster_keeps_no_drain_of_another_cluster_from_its_end() {
    let run = shipped::run("cluster-denied");

    let ends = ends(run, "i-shop-1");
    assert!(matches!(ends[..], [ActionEnd::Completed { by, .. }] if by.is_function()), "{ends:?}");
    let killed = run.history.iter().filter_map(|entry| match &entry.fact {
        Fact::TaskKilled { task, .. } => Some(task.name.as_str()),
        _ => None,
    });
    assert_eq!(killed.collect::<Vec<_>>(), ["old-report"], "{}", story(run));
}

#[test]
fn rule_10_denied_cluster_is_an_error_of_every_sweep_that_names_cluster_action_and_role() {
    let run = shipped::run("cluster-denied");

    let denied = run.logged.iter().filter(|line| line.note_code() == Some("cluster-denied"));
    let minutes: Vec<_> = denied.clone().map(|line| line.at.as_secs() / 60).collect();
    let last = run.logged.iter().map(|line| line.at.as_secs() / 60).max().unwrap_or(0);
    assert_eq!(minutes, (1..=last).collect::<Vec<_>>());
    for line in denied {
        assert_eq!(line.level, Level::ERROR);
        assert_eq!(line.field("cluster"), Some("legacy"), "{}", line.message);
        let actions = "ecs:DescribeClusters, ecs:ListContainerInstances";
        assert_eq!(line.field("action"), Some(actions), "{}", line.message);
        assert_eq!(line.field("role"), Some("sweep"), "{}", line.message);
    }
}

#[test]
fn rule_10_denied_cluster_is_one_error_of_each_sweep() {
    for (scenario, cluster) in
        [("cluster-denied", "legacy"), ("cluster-denied-during-a-drain", "billing")]
    {
        let run = shipped::run(scenario);
        let is_about = |line: &&LogLine| {
            line.level == Level::ERROR && line.function == "sweep" && line.message.contains(cluster)
        };
        let errors: Vec<_> = run.logged.iter().filter(is_about).collect();
        let minutes: BTreeSet<_> = errors.iter().map(|line| line.at.as_secs() / 60).collect();

        assert!(minutes.len() > 5, "{scenario}: {minutes:?}");
        assert_eq!(errors.len(), minutes.len(), "{}", story(run));
    }
}

#[test]
fn rule_10_instance_seen_before_its_cluster_was_denied_is_kept_and_completed() {
    let run = shipped::run("cluster-denied-during-a-drain");

    let kept = heartbeats(run, "i-billing-1");
    let denied = Duration::from_secs(300)..Duration::from_secs(1500);
    assert!(kept.iter().filter(|at| denied.contains(*at)).count() >= 10, "{kept:?}");
    let ends = ends(run, "i-billing-1");
    assert!(matches!(ends[..], [ActionEnd::Completed { by, .. }] if by.is_function()), "{ends:?}");
}
