//! The world in which ways to stop all services of a cluster are compared.

use sim::scenario::{
    ContainerSpec, GroupSpec, Length, Lengths, ScalingSpec, Scenario, ScheduledActionSpec,
    ServiceSpec, TaskDefinitionSpec,
};

use super::worlds;

/// Cluster whose services are stopped.
pub(super) const CLUSTER: &str = "shop";
/// Services of the cluster: one behind a load balancer, one with tasks that ignore SIGTERM.
pub(super) const SERVICES: [&str; 2] = ["api", "mail"];
/// Desired counts of the services.
const TASKS: [usize; 2] = [12, 4];
/// Default deregistration delay of a target group, 300 s (ELB API reference, TargetGroupAttribute).
const DEREGISTRATION_DELAY: Length = Length::secs(300);
/// Stop timeout of the tasks that ignore SIGTERM, the longest one of a container.
const STOP_TIMEOUT: Length = Length::secs(120);
/// Time for which nothing happens before the world ends: an hour in which tasks may start again.
const LINGER: Length = Length::secs(3_600);

/// Returns a world with two services. The first has a scalable target with a policy and a scheduled action.
pub(super) fn world(seed: u64) -> Scenario {
    let group = GroupSpec { cluster: Some(CLUSTER.to_owned()), ..GroupSpec::named("web", 4) };
    let [api, mail] = SERVICES;
    let balanced = ServiceSpec {
        desired: TASKS[0],
        deregistration_delay: Some(DEREGISTRATION_DELAY),
        scaling: Some(scaling()),
        ..ServiceSpec::named(api, CLUSTER)
    };
    let stubborn = ServiceSpec { desired: TASKS[1], ..ServiceSpec::named(mail, CLUSTER) };
    let definition = TaskDefinitionSpec {
        containers: vec![ContainerSpec {
            name: mail.to_owned(),
            stop_timeout: Some(STOP_TIMEOUT),
            depends_on: Vec::new(),
            exits_in: Lengths::millis(1_000, 1_000),
            ignores_sigterm: true,
        }],
        ..TaskDefinitionSpec::named(mail)
    };
    let total = TASKS.iter().sum::<usize>();
    let mut scenario = worlds::empty(seed, format!("a shutdown of {total} tasks"));
    scenario.environment.insert("EBB_SHUTDOWN_CLUSTERS".to_owned(), CLUSTER.to_owned());
    Scenario {
        linger: LINGER,
        groups: vec![group],
        services: vec![balanced, stubborn],
        task_definitions: vec![definition],
        ..scenario
    }
}

/// Returns a scalable target whose policy wants twelve tasks, and whose scheduled action raises the lower bound in the morning.
fn scaling() -> ScalingSpec {
    let morning = ScheduledActionSpec {
        name: "morning".to_owned(),
        at: Length::secs(40 * 60),
        min: Some(4),
        max: Some(TASKS[0]),
    };
    ScalingSpec {
        demand: Some(TASKS[0]),
        scheduled_actions: vec![morning],
        ..ScalingSpec::between(2, TASKS[0])
    }
}
