//! Operations on the services of a random world, and the faults of their function.

use std::time::Duration;

use serde_json::json;
use sim::scenario::{
    CallFault, CircuitBreakerSpec, FailingTasksSpec, Happening, InvocationFault, Length,
    PlannedFault, ScalingSpec, Scenario, ServiceSpec, ServiceUpdateSpec, Step, TaskFailure,
    TaskProtectionSpec, ThresholdType,
};

use super::draw::Draw;
use super::faults::{CallTargets, calls, invocations};
use crate::deployed::SERVICE_OPERATION;

/// Calls of the function that faults strike.
const CALLS: [&str; 21] = [
    "DescribeServices",
    "ListTasks",
    "DescribeTasks",
    "DescribeTaskDefinition",
    "DescribeContainerInstances",
    "GetTaskProtection",
    "UpdateTaskProtection",
    "UpdateService",
    "StopTask",
    "ListServiceDeployments",
    "DescribeServiceDeployments",
    "DescribeScalableTargets",
    "DescribeScheduledActions",
    "RegisterScalableTarget",
    "DescribeTargetHealth",
    "GetParameters",
    "GetParametersByPath",
    "PutParameter",
    "DeleteParameter",
    "GetCallerIdentity",
    "SendMessageBatch",
];

/// Time after the last step in which operations end by themselves, 3 h.
const LINGER: Duration = Duration::from_secs(3 * 3_600);

/// Draws operations on replica services, circumstances around them, and faults of their function.
///
/// In half of the worlds nothing else happens, so that the counts of tasks can be compared.
pub(super) fn draw_operations(draw: &mut Draw, scenario: &mut Scenario, minutes: u64) {
    let is_quiet = draw.chance(0.5);
    if is_quiet {
        scenario.happens.clear();
    }
    for service in scenario.services.iter_mut().filter(|service| !service.daemon) {
        draw_settings(draw, service);
    }
    let last = (minutes * 60).max(600);
    for _ in 0..draw.number(1..4) {
        let replicas: Vec<&ServiceSpec> =
            scenario.services.iter().filter(|it| !it.daemon).collect();
        let Some(service) = replicas.get(draw.number(0..replicas.len().max(1))) else { return };
        let (cluster, name) = (service.cluster.clone(), service.name.clone());
        let body = request(draw, &cluster, &name);
        let what = Happening::Message { queue: SERVICE_OPERATION.to_owned(), body };
        let step = draw.step(last, what);
        if !is_quiet && draw.chance(0.5) {
            let at = Length(step.at.0 + draw.secs(1..900).0);
            let what = circumstance(draw, cluster, name);
            scenario.happens.extend(end_of_failures(draw, at, &what));
            scenario.happens.push(Step { at, what });
        }
        scenario.happens.push(step);
    }
    scenario.happens.sort_by_key(|step| step.at);
    scenario.linger = Length(LINGER);
}

/// Draws scaling, a circuit breaker and protected tasks of a service.
fn draw_settings(draw: &mut Draw, service: &mut ServiceSpec) {
    if draw.chance(0.4) {
        let (min, max) = (draw.number(0..service.desired + 1), draw.number(0..3));
        let mut scaling = ScalingSpec::between(min, service.desired + max);
        scaling.scale_in_suspended = draw.chance(0.2);
        scaling.scheduled_suspended = draw.chance(0.2);
        if draw.chance(0.5) {
            scaling.demand = Some(service.desired);
        }
        service.scaling = Some(scaling);
    }
    if draw.chance(0.3) {
        let rollback = draw.chance(0.7);
        let threshold_type = ThresholdType::default();
        service.circuit_breaker =
            Some(CircuitBreakerSpec { rollback, threshold_type, threshold: 50 });
    }
    if draw.chance(0.2) {
        service.protected = draw.number(0..service.desired + 1);
    }
}

/// Draws a request as an operator would send it.
fn request(draw: &mut Draw, cluster: &str, service: &str) -> String {
    let mut request = json!({ "cluster_name": cluster, "service_name": service });
    if draw.chance(0.3) {
        request["kind"] = "restart".into();
        return request.to_string();
    }
    request["maintain_service_state"] = draw.chance(0.7).into();
    request["wait_time"] = draw.choice(&[0, 10, 30, 60]).into();
    request["batch"] = draw.choice(&[1, 1, 2, 3]).into();
    if draw.chance(0.3) {
        request["stop_with"] = draw.choice(&["scheduler", "stop-task"]).into();
    }
    if draw.chance(0.2) {
        request["timeout"] = draw.choice(&["5m", "30m", "2h"]).into();
    }
    request.to_string()
}

/// Draws a change by another tool near an operation.
fn circumstance(draw: &mut Draw, cluster: String, service: String) -> Happening {
    match draw.number(0..4) {
        0 => Happening::TasksFail(FailingTasksSpec {
            family: service,
            fails: Some(draw.choice(&[TaskFailure::Start, TaskFailure::HealthCheck])),
        }),
        1 => Happening::ProtectTasks(TaskProtectionSpec {
            cluster,
            service,
            tasks: Some(draw.number(1..4)),
            for_: Some(Length(Duration::from_secs(60 * draw.number(1..90) as u64))),
        }),
        2 => Happening::UpdateService(ServiceUpdateSpec {
            cluster,
            service,
            desired: Some(draw.number(0..9)),
            task_definition: None,
            force_new_deployment: false,
            by: None,
        }),
        _ => Happening::UpdateService(ServiceUpdateSpec {
            cluster,
            service,
            desired: None,
            task_definition: None,
            force_new_deployment: true,
            by: None,
        }),
    }
}

/// Draws the step after which the tasks of a family no longer fail. ECS replaces failing tasks for ever, so a world without it has
/// no end.
fn end_of_failures(draw: &mut Draw, at: Length, what: &Happening) -> Option<Step> {
    let Happening::TasksFail(failing) = what else { return None };
    let at = Length(at.0 + draw.secs(300..3_600).0);
    let healed = FailingTasksSpec { fails: None, ..failing.clone() };
    Some(Step { at, what: Happening::TasksFail(healed) })
}

/// Draws the faults of the function. A world without replica services has no request, and so no function.
pub(super) fn draw_operation_faults(draw: &mut Draw, scenario: &Scenario) -> Vec<PlannedFault> {
    let mut faults = Vec::new();
    if scenario.services.iter().all(|service| service.daemon) {
        return faults;
    }
    let targets = CallTargets { functions: &[SERVICE_OPERATION], operations: &CALLS };
    for become_ in CallFault::ALL {
        let probability = draw.probability(0.3, 0.12);
        calls(draw, targets, become_, probability, &mut faults);
    }
    for become_ in [InvocationFault::Killed, InvocationFault::OutOfTime] {
        let probability = draw.probability(0.3, 0.2);
        invocations(draw, targets.functions, become_, probability, &mut faults);
    }
    faults
}
