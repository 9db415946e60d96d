//! States of EC2 instances.
//!
//! Recognised: `EC2 Instance State-change Notification`. The sample in the EC2 user guide has no top-level `version`.
//! `pending`, `running` and unknown states are ignored by name.

use jiff::Timestamp;

use super::Parsed;
use super::fields::Fields;
use super::{Ec2State, Ignored, Malformed, Signal};

/// `detail-type` of a change of state.
pub(super) const STATE_CHANGE: &str = "EC2 Instance State-change Notification";

/// Parses a change of state.
pub(super) fn parse_ec2_state(detail: &Fields<'_>, at: Timestamp) -> Result<Parsed, Malformed> {
    let state = match detail.text("state")? {
        "stopping" => Ec2State::Stopping,
        "stopped" => Ec2State::Stopped,
        "shutting-down" => Ec2State::ShuttingDown,
        "terminated" => Ec2State::Terminated,
        other => return Ok(Err(Ignored::Ec2State { state: other.into() })),
    };
    let ec2_instance = detail.ec2_instance("instance-id")?;
    Ok(Ok(Signal::Ec2InstanceState { ec2_instance, state, at }))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::super::parse_message;
    use super::*;

    fn state(text: &str) -> Parsed {
        let detail = json!({"instance-id": "i-abcd1111", "state": text});
        let event = json!({"source": "aws.ec2", "detail-type": STATE_CHANGE, "detail": detail});
        parse_message(&event.to_string(), Timestamp::UNIX_EPOCH).unwrap().signal
    }

    #[test]
    fn state_is_a_signal_only_on_the_way_down() {
        let down = ["stopping", "stopped", "shutting-down", "terminated"];
        let others = ["pending", "running", "rebooting"];

        assert!(down.iter().all(|text| state(text).is_ok()));
        for text in others {
            assert_eq!(state(text), Err(Ignored::Ec2State { state: text.into() }));
        }
    }
}
