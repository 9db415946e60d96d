//! The world in which ways to replace the tasks of a service are compared.

use sim::scenario::{GroupSpec, Length, Lengths, ScalingSpec, Scenario, ServiceSpec, TrafficSpec};

use super::worlds;

/// Cluster of the service.
pub(super) const CLUSTER: &str = "shop";
/// Service whose tasks are replaced.
pub(super) const SERVICE: &str = "api";
/// Desired count of the service, and upper bound of its scalable target.
const TASKS: usize = 12;
/// Lower bound of the scalable target.
const MIN: usize = 2;
/// Default deregistration delay of a target group, 300 s (ELB API reference, TargetGroupAttribute).
const DEREGISTRATION_DELAY: Length = Length::secs(300);
/// Time for which nothing happens before the world ends, 30 minutes. Every wait of a script is shorter.
const LINGER: Length = Length::secs(1_800);

/// Returns a world with one service of twelve tasks behind a load balancer. Its scalable target is at the upper bound.
///
/// With `replaces_at_once` the scheduler replaces a task at its StopTask. Otherwise it waits for STOPPED, which is the
/// default of the simulated AWS. AWS documents neither.
pub(super) fn world(seed: u64, replaces_at_once: bool) -> Scenario {
    let group = GroupSpec { cluster: Some(CLUSTER.to_owned()), ..GroupSpec::named("web", 4) };
    let service = ServiceSpec {
        desired: TASKS,
        deregistration_delay: Some(DEREGISTRATION_DELAY),
        healthy_after: Lengths::millis(60_000, 90_000),
        // No policy, so no alarm changes the desired count.
        scaling: Some(ScalingSpec::between(MIN, TASKS)),
        traffic: Some(TrafficSpec {
            requests_per_second: 50,
            target_response_time: Lengths::millis(20, 2_000),
            connection_termination: true,
        }),
        ..ServiceSpec::named(SERVICE, CLUSTER)
    };
    let mut scenario = worlds::empty(seed, format!("a recycle of {TASKS} tasks"));
    scenario.switches.replacement_waits_for_stopped = !replaces_at_once;
    Scenario { linger: LINGER, groups: vec![group], services: vec![service], ..scenario }
}
