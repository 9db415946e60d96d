//! What EC2 says of Spot Instances.
//!
//! Recognised: `EC2 Spot Instance Interruption Warning` and `EC2 Instance Rebalance Recommendation`. The instance is
//! `detail.instance-id`: the ARN in `resources` of a warning has an Availability Zone where others have a Region, and
//! no account (EC2 user guide, spot-instance-termination-notices).

use jiff::Timestamp;

use super::Parsed;
use super::fields::Fields;
use super::{InstanceAction, Malformed, Signal};

/// `detail-type` of the warning two minutes ahead.
pub(super) const INTERRUPTION: &str = "EC2 Spot Instance Interruption Warning";
/// `detail-type` of an elevated risk.
pub(super) const REBALANCE: &str = "EC2 Instance Rebalance Recommendation";

/// Reads a warning. One that does not say what will happen is taken for the worst.
pub(super) fn interruption(detail: &Fields<'_>, at: Timestamp) -> Result<Parsed, Malformed> {
    let action = match detail.optional_text("instance-action") {
        Some("stop") => InstanceAction::Stop,
        Some("hibernate") => InstanceAction::Hibernate,
        _ => InstanceAction::Terminate,
    };
    let ec2_instance = detail.ec2_instance("instance-id")?;
    Ok(Ok(Signal::SpotInterruption { ec2_instance, action, at }))
}

/// Reads a recommendation.
pub(super) fn rebalance(detail: &Fields<'_>, at: Timestamp) -> Result<Parsed, Malformed> {
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
        let reading = parse_message(&event.to_string(), Timestamp::UNIX_EPOCH)?;
        Ok(reading.signal.unwrap())
    }

    #[test]
    fn an_action_that_is_neither_stop_nor_hibernate_counts_as_terminate() {
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
    fn a_warning_names_its_instance_in_the_detail() {
        let error = warned(json!({"instance-action": "stop"})).unwrap_err();

        assert_eq!(
            error.to_string(),
            "EC2 Spot Instance Interruption Warning: detail.instance-id is missing or not the id of an EC2 instance"
        );
    }
}
