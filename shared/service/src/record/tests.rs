use super::*;
use crate::kind::OperationKind;

/// Value of a parameter that version 1 wrote. It must be parsed for ever.
const VERSION_1: &str = r#"{"version":1,"request":{"cluster_name":"shop","kind":"recycle","service_name":"api"},"by":"arn:aws:iam::111122223333:user/ann","at":"2026-03-02T09:00:00Z","tasks":3,"desired_count":3,"scaling":{"min":2,"max":5,"suspended":{"scale_in":false,"scale_out":false,"scheduled":true}},"protected":{"0f1e2d3c4b5a69788796a5b4c3d2e1f0":1772445600},"scheduled_actions":"00c0ffee00c0ffee"}"#;

fn record() -> OperationRecord {
    OperationRecord {
        request: OperationRequest::new(OperationKind::Recycle, "shop", "api"),
        by: "arn:aws:iam::111122223333:user/ann".to_owned(),
        at: "2026-03-02T09:00:00Z".parse().unwrap(),
        tasks: 3,
        desired_count: Some(3),
        scaling: Some(RecordedScaling {
            min: 2,
            max: 5,
            suspended: SuspendedScaling { scheduled: true, ..SuspendedScaling::default() },
        }),
        protected: [protected("0f1e2d3c4b5a69788796a5b4c3d2e1f0".to_owned())].into(),
        scheduled_actions: Some("00c0ffee00c0ffee".to_owned()),
    }
}

fn protected(id: String) -> (String, Timestamp) {
    (id, "2026-03-02T10:00:00Z".parse().unwrap())
}

#[test]
fn record_of_version_1_keeps_its_form() {
    assert_eq!(record().to_json().unwrap(), VERSION_1);
    assert_eq!(OperationRecord::parse(VERSION_1), Ok(record()));
}

#[test]
fn record_without_scaling_and_protection_is_short_and_complete() {
    let short = OperationRecord {
        scaling: None,
        protected: BTreeMap::new(),
        scheduled_actions: None,
        ..record()
    };

    let json = short.to_json().unwrap();

    assert!(json.len() < 250, "{json}");
    assert_eq!(OperationRecord::parse(&json), Ok(short));
}

#[test]
fn record_of_a_later_version_is_refused_with_both_versions() {
    let error = OperationRecord::parse(r#"{"version":2,"anything":[]}"#).unwrap_err();

    assert_eq!(error, RecordError::LaterVersion(2));
    assert_eq!(
        error.to_string(),
        "the record has version 2, and this ebb knows 1; use the newer ebb"
    );
}

#[test]
fn text_that_is_no_record_is_malformed() {
    for text in ["", "{}", "[]", r#"{"version":1}"#, r#"{"version":"1"}"#] {
        let error = OperationRecord::parse(text).unwrap_err();
        assert!(matches!(error, RecordError::Malformed(_)), "{text}: {error}");
    }
    let unknown = VERSION_1.replace("\"tasks\"", "\"extra\":1,\"tasks\"");
    assert!(OperationRecord::parse(&unknown).is_err());
}

#[test]
fn record_of_ninety_protected_tasks_does_not_fit() {
    let with = |n: usize| OperationRecord {
        protected: (0..n).map(|n| protected(format!("{n:032x}"))).collect(),
        ..record()
    };

    assert!(with(70).to_json().is_ok());
    let Err(RecordError::TooLarge(bytes)) = with(90).to_json() else { panic!("it fits") };
    assert!(bytes > LARGEST_PARAMETER, "{bytes}");
}

#[test]
fn record_with_every_field_of_the_request_at_its_limit_fits() {
    let request = OperationRequest {
        only: vec!["f".repeat(36); crate::limits::MOST_TASK_IDS],
        reason: Some("ü".repeat(crate::limits::LONGEST_REASON)),
        account: Some("111122223333".to_owned()),
        timeout: Some(std::time::Duration::from_secs(99_999)),
        older_than: Some(std::time::Duration::from_secs(99_999)),
        ..OperationRequest::new(OperationKind::Recycle, "c".repeat(255), "s".repeat(255))
    };

    let record = OperationRecord { request, by: "r".repeat(200), ..record() };

    assert_eq!(OperationRecord::parse(&record.to_json().unwrap()), Ok(record));
}

#[test]
fn id_names_kind_service_and_time() {
    assert_eq!(record().id(), "recycle/shop/api/20260302T090000Z");
    assert_eq!(OperationRecord::parameter("shop", "api"), "/ebb/operations/shop/api/before");
}
