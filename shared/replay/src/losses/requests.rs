//! Requests that failed: cause and correction.

use std::time::Duration;

use sim::account::{FailedRequests, RequestFailure, failed_requests};
use sim::history::Fact;
use sim::scenario::{ContainerSpec, ServiceSpec};

use super::index::RunIndex;
use super::loss::{Cause, Loss, setting};
use crate::clock::clock;

/// Returns the losses of requests, one for each service and cause.
pub(super) fn failed(index: &RunIndex<'_>) -> Vec<Loss> {
    let failed = failed_requests(&index.played.history);
    failed.iter().map(|failed| loss(index, failed)).collect()
}

fn loss(index: &RunIndex<'_>, failed: &FailedRequests) -> Loss {
    let name = failed.service.rsplit('/').next().unwrap_or(&failed.service);
    let requests = if failed.count == 1 { "request" } else { "requests" };
    let until = clock(failed.last);
    let when =
        if until == clock(failed.first) { String::new() } else { format!(", the last at {until}") };
    let what = format!("{} {requests} to service {name} failed{when}", failed.count);
    let service = index.scenario.services.iter().find(|service| {
        service.name == name && failed.service.ends_with(&format!("{}/{name}", service.cluster))
    });
    Loss::new(failed.first, what, cause(index, name, service, failed))
}

fn cause(
    index: &RunIndex<'_>,
    name: &str,
    service: Option<&ServiceSpec>,
    failed: &FailedRequests,
) -> Cause {
    let traffic = service.and_then(|service| service.traffic.as_ref());
    let longest = traffic.map(|it| it.target_response_time.0.end).unwrap_or_default();
    let delay = service.and_then(|it| it.deregistration_delay).map(|it| it.0).unwrap_or_default();
    match failed.cause {
        RequestFailure::CutOff => {
            let why = format!(
                "the load balancer cut them off when the deregistration delay of {} ended; answers take up to {}",
                setting(delay),
                setting(longest)
            );
            let fix = format!(
                "deregistration_delay={} of the target group of service {name} (now {})",
                setting(longest + Duration::from_secs(5)),
                setting(delay)
            );
            Cause::new(why, fix)
        }
        RequestFailure::ProcessGone => process_gone(index, name, (longest, delay), failed),
        RequestFailure::NoTarget => {
            let why = format!("no task of service {name} was healthy");
            let fix = format!(
                "minimumHealthyPercent=100 of service {name}, and instances with room for its tasks"
            );
            Cause::new(why, fix)
        }
    }
}

fn process_gone(
    index: &RunIndex<'_>,
    name: &str,
    (longest, delay): (Duration, Duration),
    failed: &FailedRequests,
) -> Cause {
    let killed = index.played.history.iter().filter_map(|entry| match &entry.fact {
        Fact::TaskKilled { task, .. } if failed.tasks.contains(&task.arn) => Some(task),
        _ => None,
    });
    let killed = killed.count();
    if killed > 0 {
        let why = format!("{killed} of their tasks were killed before the answers");
        return Cause::new(
            why,
            format!("the same setting as for the killed tasks of service {name}"),
        );
    }
    let enough = setting(longest + Duration::from_secs(5));
    let longest = setting(longest);
    if let Some(stop_timeout) = killed_by_timeout(index, failed) {
        let why = format!(
            "SIGKILL ended their tasks at the stop timeout of {}, before they had answered; answers take up to {longest}",
            setting(stop_timeout)
        );
        return Cause::new(
            why,
            format!(
                "stopTimeout={enough} of the containers of service {name} (now {})",
                setting(stop_timeout)
            ),
        );
    }
    let why = format!(
        "their tasks ended with SIGTERM, which comes after the deregistration delay of {}; answers take up to {longest}",
        setting(delay)
    );
    let fix = format!(
        "deregistration_delay={enough} of the target group of service {name} (now {}), or a process that finishes its requests after SIGTERM",
        setting(delay)
    );
    Cause::new(why, fix)
}

/// Returns the stop timeout at which SIGKILL ends a task of these requests. `None` if its containers exit before.
fn killed_by_timeout(index: &RunIndex<'_>, failed: &FailedRequests) -> Option<Duration> {
    let task = index.played.history.iter().find_map(|entry| match &entry.fact {
        Fact::Target { task, .. } if failed.tasks.contains(&task.arn) => Some(task),
        _ => None,
    })?;
    let default = index.config.policy.default_stop_timeout;
    let containers = &index.definition(task)?.containers;
    let timeout = |container: &ContainerSpec| container.stop_timeout.map_or(default, |it| it.0);
    let killed =
        containers.iter().filter(|it| it.ignores_sigterm || it.exits_in.0.end > timeout(it));
    killed.map(timeout).min()
}
