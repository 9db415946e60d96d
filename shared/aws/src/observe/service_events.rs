//! Events and deployments of services that say why tasks stay: DescribeServices.

use std::collections::BTreeMap;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{self, DeploymentRolloutState};
use drain::limits::LONGEST_SENTENCE;
use drain::stuck_service::{ServiceEvent, ServiceEvents};

use super::conversion::timestamp;
use super::services::describe_found;
use crate::fault::Fault;

/// Text of the service event about a task that could not be placed (ECS developer guide, service-event-messages).
const UNABLE_TO_PLACE: &str = "was unable to place a task";

/// Returns the events and deployments of services of one cluster, by name. A service that is gone is left out.
///
/// # Errors
///
/// The fault of the chunk that was not answered in full.
pub async fn describe(
    ecs: &Client,
    cluster: &str,
    names: &[String],
) -> Result<BTreeMap<String, ServiceEvents>, Fault> {
    let found = describe_found(ecs, cluster, names).await?;
    let named = |it: &types::Service| Some((it.service_name()?.to_owned(), service_events(it)));
    Ok(found.iter().filter_map(named).collect())
}

fn service_events(it: &types::Service) -> ServiceEvents {
    let is_placement_failure = |event: &&types::ServiceEvent| {
        event.message().is_some_and(|message| message.contains(UNABLE_TO_PLACE))
    };
    let failures = it.events().iter().filter(is_placement_failure);
    let failures = failures.filter_map(|event| {
        Some(ServiceEvent {
            at: event.created_at().and_then(timestamp)?,
            message: shortened(event.message()?),
        })
    });
    ServiceEvents {
        placement_failure: failures.max_by_key(|event| event.at),
        failing_deployment: it.deployments().iter().find_map(failing),
    }
}

/// Returns the message of ECS about a deployment that has failed, or some of whose tasks have failed.
fn failing(it: &types::Deployment) -> Option<String> {
    let has_failed = it.rollout_state() == Some(&DeploymentRolloutState::Failed);
    let is_failing = it.status() == Some("PRIMARY")
        && it.failed_tasks() > 0
        && it.rollout_state() != Some(&DeploymentRolloutState::Completed);
    let reason = it.rollout_state_reason().unwrap_or_default();
    (has_failed || is_failing)
        .then(|| shortened(&format!("{} failed tasks. {reason}", it.failed_tasks())))
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_SENTENCE).collect()
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    fn event(second: i64, message: &str) -> types::ServiceEvent {
        let at = DateTime::from_secs(second);
        types::ServiceEvent::builder().created_at(at).message(message).build()
    }

    #[test]
    fn latest_placement_failure_is_kept() {
        let it = types::Service::builder()
            .events(event(30, "(service api) has reached a steady state."))
            .events(event(20, "(service api) was unable to place a task because of room."))
            .events(event(10, "(service api) was unable to place a task because of ports."))
            .build();

        let failure = service_events(&it).placement_failure.unwrap();

        assert_eq!(failure.at.as_second(), 20);
        assert!(failure.message.ends_with("because of room."));
    }

    #[test]
    fn deployment_with_failed_tasks_fails_unless_completed() {
        let deployment = |state: DeploymentRolloutState| {
            types::Deployment::builder()
                .status("PRIMARY")
                .failed_tasks(3)
                .rollout_state(state)
                .build()
        };

        assert!(failing(&deployment(DeploymentRolloutState::InProgress)).is_some());
        assert_eq!(failing(&deployment(DeploymentRolloutState::Completed)), None);
    }
}
