//! Spot interruption warnings and rebalance recommendations.
//!
//! Recognised: `EC2 Spot Instance Interruption Warning` and `EC2 Instance Rebalance Recommendation`. The instance is
//! `detail.instance-id`. The ARN in `resources` of a warning has no account, and an Availability Zone instead of a
//! Region (EC2 user guide, spot-instance-termination-notices).

use jiff::Timestamp;

use super::Parsed;
use super::fields::Fields;
use super::{InstanceAction, Malformed, Signal};

/// `detail-type` of a Spot interruption warning, two minutes ahead.
pub(super) const INTERRUPTION: &str = "EC2 Spot Instance Interruption Warning";
/// `detail-type` of a rebalance recommendation.
pub(super) const REBALANCE: &str = "EC2 Instance Rebalance Recommendation";

/// Parses a warning. A warning without a known action counts as terminate, the worst.
pub(super) fn parse_interruption(detail: &Fields<'_>, at: Timestamp) -> Result<Parsed, Malformed> {
    let action = match detail.optional_text("instance-action") {
        Some("stop") => InstanceAction::Stop,
        Some("hibernate") => InstanceAction::Hibernate,
        _ => InstanceAction::Terminate,
    };
    let ec2_instance = detail.ec2_instance("instance-id")?;
    Ok(Ok(Signal::SpotInterruption { ec2_instance, action, at }))
}

/// Parses a recommendation.
pub(super) fn parse_recommendation(
    detail: &Fields<'_>,
    at: Timestamp,
) -> Result<Parsed, Malformed> {
    let ec2_instance = detail.ec2_instance("instance-id")?;
    Ok(Ok(Signal::RebalanceRecommendation { ec2_instance, at }))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::super::{Signal, parse_message};
    use super::*;

    fn warned(detail: serde_json::Value) -> Result<Signal, Malformed> {
        let event = json!({"source": "aws.ec2", "detail-type": INTERRUPTION, "detail": detail});
        let parsed = parse_message(&event.to_string(), Timestamp::UNIX_EPOCH)?;
        Ok(parsed.signal.unwrap())
    }

    #[test]
    fn action_other_than_stop_and_hibernate_counts_as_terminate() {
        let action = |text: &str| match warned(
            json!({"instance-id": "i-abcd1111", "instance-action": text}),
        ) {
            Ok(Signal::SpotInterruption { action, .. }) => action,
            other => panic!("{other:?}"),
        };

        assert_eq!(action("stop"), InstanceAction::Stop);
        assert_eq!(action("hibernate"), InstanceAction::Hibernate);
        assert_eq!(action("terminate"), InstanceAction::Terminate);
        assert_eq!(action("action"), InstanceAction::Terminate);
        assert_eq!(action(""), InstanceAction::Terminate);
    }

    #[test]
    fn warning_without_an_instance_in_its_detail_is_malformed() {
        let error = warned(json!({"instance-action": "stop"})).unwrap_err();

        assert_eq!(
            error.to_string(),
            "EC2 Spot Instance Interruption Warning: detail.instance-id is missing or not the id of an EC2 instance"
        );
    }
}
