//! Scheduled changes of EC2 instances.
//!
//! Recognised: `AWS Health Event` of the service EC2 in the category scheduledChange (Health user guide,
//! aws-health-events-eventbridge-schema). One event may name several instances in `affectedEntities`. ebb takes all of
//! them, and ignores volumes and other entities.
//!
//! Left out: issues, account notifications, closed events, and `resources`, which repeats the ids. Pages and backup
//! copies are parsed like first copies, because a second check does no harm.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::Parsed;
use super::fields::{Fields, is_ec2_instance};
use super::{Ignored, Malformed, Signal, time};
use crate::limits::ENTITIES_IN_A_HEALTH_EVENT;

/// `detail-type` of an event of AWS Health.
pub(super) const HEALTH_EVENT: &str = "AWS Health Event";

/// Parses a scheduled change.
pub(super) fn parse_health_event(detail: &Fields<'_>, at: Timestamp) -> Result<Parsed, Malformed> {
    let code = detail.name("eventTypeCode")?;
    let ec2_instances = ec2_instances(detail.list("affectedEntities"));

    if !is_scheduled_change(detail) || ec2_instances.is_empty() {
        return Ok(Err(Ignored::HealthIssue { code }));
    }
    let starts_at = detail.optional_text("startTime").and_then(parse_start);
    Ok(Ok(Signal::ScheduledChange { ec2_instances, code, starts_at, at }))
}

/// Returns true if the event announces a change of EC2 instances, and does not close it.
///
/// `statusCode` is open, upcoming or closed (Health API reference, Event).
fn is_scheduled_change(detail: &Fields<'_>) -> bool {
    detail.optional_text("service") == Some("EC2")
        && detail.optional_text("eventTypeCategory") == Some("scheduledChange")
        && detail.optional_text("statusCode") != Some("closed")
}

fn ec2_instances(entities: &[Value]) -> Vec<String> {
    let entities = entities.iter().take(ENTITIES_IN_A_HEALTH_EVENT);
    let ids = entities.filter_map(|entity| entity.get("entityValue")?.as_str());
    let mut known = BTreeSet::new();
    ids.filter(|id| is_ec2_instance(id) && known.insert(*id)).map(str::to_owned).collect()
}

fn parse_start(text: &str) -> Option<Timestamp> {
    time::rfc1123(text).or_else(|| time::rfc3339(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::parse_message;
    use super::*;

    fn announced(change: impl FnOnce(&mut Value)) -> Parsed {
        let mut detail = json!({
            "service": "EC2",
            "eventTypeCode": "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED",
            "eventTypeCategory": "scheduledChange",
            "startTime": "Fri, 3 Jun 2022 05:01:10 GMT",
            "affectedEntities": [
                {"entityValue": "i-abcd1111"},
                {"entityValue": "vol-abcd1111"},
                {"entityValue": "i-abcd2222"},
                {"entityValue": "i-abcd1111"},
                {"tags": {}},
            ],
        });
        change(&mut detail);
        let event = json!({"source": "aws.health", "detail-type": HEALTH_EVENT, "detail": detail});
        parse_message(&event.to_string(), Timestamp::UNIX_EPOCH).unwrap().signal
    }

    #[test]
    fn event_names_every_instance_once() {
        let Ok(Signal::ScheduledChange { ec2_instances, starts_at, .. }) = announced(|_| ()) else {
            panic!("no scheduled change");
        };

        assert_eq!(ec2_instances, ["i-abcd1111", "i-abcd2222"]);
        assert_eq!(starts_at.unwrap().to_string(), "2022-06-03T05:01:10Z");
    }

    #[test]
    fn start_that_cannot_be_parsed_is_none() {
        let signal = announced(|detail| detail["startTime"] = json!("in a fortnight"));

        assert!(matches!(signal, Ok(Signal::ScheduledChange { starts_at: None, .. })));
    }

    #[test]
    fn code_of_two_lines_is_malformed() {
        let detail = json!({"eventTypeCode": "AWS_EC2\nWARN", "service": "EC2"});
        let event = json!({"source": "aws.health", "detail-type": HEALTH_EVENT, "detail": detail});

        let error = parse_message(&event.to_string(), Timestamp::UNIX_EPOCH).unwrap_err();

        let why = "AWS Health Event: detail.eventTypeCode is missing or not a one-line text";
        assert!(error.to_string().starts_with(why), "{error}");
    }

    #[test]
    fn event_without_a_scheduled_change_of_an_instance_is_ignored() {
        let ignored =
            Err(Ignored::HealthIssue { code: "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED".into() });

        assert_eq!(announced(|detail| detail["service"] = json!("RDS")), ignored);
        assert_eq!(announced(|detail| detail["eventTypeCategory"] = json!("issue")), ignored);
        assert_eq!(announced(|detail| detail["statusCode"] = json!("closed")), ignored);
        assert_eq!(announced(|detail| detail["affectedEntities"] = json!([])), ignored);
    }
}
