use jiff::Timestamp;

use super::*;
use crate::notification::{NotificationKind, Severity};

#[test]
fn entry_of_put_events_has_the_notification_as_its_detail() {
    let time = Timestamp::from_second(1_772_442_000).unwrap();
    let mut lost =
        Notification::new(NotificationKind::DrainLostTasks, Severity::Error, "i-0a1", time);
    lost.cluster = Some("web".to_owned());

    let entry = entry(&lost, "default");

    assert_eq!(entry["Source"], "ebb");
    assert_eq!(entry["DetailType"], "Drain Lost Tasks");
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    assert_eq!(detail["cluster"], "web");
    assert_eq!(detail["type"], "drain-lost-tasks");
}

#[test]
fn delivered_event_takes_account_and_region_of_its_envelope() {
    let detail = serde_json::to_value(Notification::test(Timestamp::UNIX_EPOCH)).unwrap();
    let event = json!({ "source": "ebb", "account": "111122223333", "region": "eu-west-1", "detail": detail });

    let parsed = parse(&event).unwrap().unwrap();

    assert_eq!(parsed.account.as_deref(), Some("111122223333"));
    assert_eq!(parsed.region.as_deref(), Some("eu-west-1"));
}

#[test]
fn event_of_another_source_is_no_notification() {
    assert_eq!(parse(&json!({ "source": "aws.ecs", "detail": {} })), None);
    assert!(parse(&json!({ "source": "ebb", "detail": {} })).unwrap().is_err());
}
