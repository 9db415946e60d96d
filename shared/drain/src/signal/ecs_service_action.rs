//! Actions of the service scheduler.
//!
//! Recognised: `ECS Service Action` with the name `SERVICE_TASK_PLACEMENT_FAILURE` (ECS developer guide,
//! ecs_service_events). Every other action is ignored. `resources` has the ARN of the service, in the short or the long
//! format.
//!
//! Left out: the container instances that were considered.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::arn::Arn;

use super::Parsed;
use super::fields::Fields;
use super::{Ignored, Malformed, Signal, time};

/// `detail-type` of an action of the service scheduler.
pub(super) const SERVICE_ACTION: &str = "ECS Service Action";

const PLACEMENT_FAILURE: &str = "SERVICE_TASK_PLACEMENT_FAILURE";

/// A task of a service that ECS could not place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementFailure {
    /// `clusterArn`.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
    /// `reason`, for example `RESOURCE:MEMORY`; empty if the event has none.
    pub reason: String,
    /// Time of the failure.
    pub at: Timestamp,
}

/// Parses an action. Uses `sent_at` if `createdAt` is missing.
pub(super) fn parse_service_action(
    message: &Map<String, Value>,
    source: &str,
    sent_at: Timestamp,
) -> Result<Parsed, Malformed> {
    let event = Fields::of_message(SERVICE_ACTION, message);
    let detail = event.object("detail")?;
    if detail.optional_text("eventName") != Some(PLACEMENT_FAILURE) {
        let detail_type = SERVICE_ACTION.into();
        return Ok(Err(Ignored::Unknown { source: source.into(), detail_type }));
    }
    let cluster = detail.cluster("clusterArn")?;
    let service = event.list("resources").iter().find_map(|arn| service_of(arn, &cluster));
    Ok(Ok(Signal::PlacementFailure(PlacementFailure {
        service: service.ok_or_else(|| event.malformed("resources", "a service of the cluster"))?,
        cluster,
        reason: detail.one_line("reason"),
        at: detail.optional_text("createdAt").and_then(time::rfc3339).unwrap_or(sent_at),
    })))
}

/// Returns the name of the service, if this is the ARN of one in this cluster.
fn service_of(arn: &Value, cluster: &str) -> Option<String> {
    let arn = arn.as_str()?;
    let belongs = Arn::parse_ecs(arn, "service")?.belongs_to(&Arn::parse_ecs(cluster, "cluster")?);
    belongs.then(|| arn.rsplit('/').next().map(str::to_owned)).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::parse_message;
    use super::*;

    fn failed(service: &str) -> Result<Parsed, Malformed> {
        let event = json!({
            "source": "aws.ecs", "detail-type": SERVICE_ACTION,
            "resources": [format!("arn:aws:ecs:eu-west-1:111122223333:service/{service}")],
            "detail": {
                "eventName": PLACEMENT_FAILURE, "reason": "RESOURCE:MEMORY",
                "clusterArn": "arn:aws:ecs:eu-west-1:111122223333:cluster/orders",
                "createdAt": "2025-09-16T08:14:31.4Z",
            },
        });
        parse_message(&event.to_string(), Timestamp::UNIX_EPOCH).map(|message| message.signal)
    }

    #[test]
    fn placement_failure_names_its_service_in_either_format() {
        for arn in ["checkout", "orders/checkout"] {
            let Ok(Ok(Signal::PlacementFailure(failure))) = failed(arn) else { panic!("{arn}") };

            assert_eq!((&*failure.service, &*failure.reason), ("checkout", "RESOURCE:MEMORY"));
            assert_eq!(failure.at.to_string(), "2025-09-16T08:14:31.4Z");
        }
    }

    #[test]
    fn rule_12_placement_failure_without_a_service_of_its_cluster_is_malformed() {
        for arn in ["billing/checkout", "", "orders/a b"] {
            let error = failed(arn).unwrap_err();

            assert!(error.to_string().contains("resources"), "{error}");
        }
    }
}
