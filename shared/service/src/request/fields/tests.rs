use super::*;
use crate::request::StopMethod;

fn problems(json: &str) -> Vec<String> {
    let RequestErrors(errors) = OperationRequest::parse(json).unwrap_err();
    errors.into_iter().map(|error| format!("{}: {}", error.field, error.problem)).collect()
}

const EXISTING_SCRIPT: &str = r#"{"cluster_name": "shop", "service_name": "api", "maintain_service_state": true, "wait_time": 30}"#;

#[test]
fn request_of_an_existing_script_is_a_recycle_with_the_defaults() {
    let request = OperationRequest::parse(EXISTING_SCRIPT).unwrap();

    assert_eq!(request, OperationRequest::new(OperationKind::Recycle, "shop", "api"));
}

#[test]
fn request_with_two_names_alone_has_the_same_defaults() {
    let short = r#"{"cluster_name": "shop", "service_name": "api"}"#;

    assert_eq!(OperationRequest::parse(short), OperationRequest::parse(EXISTING_SCRIPT));
}

#[test]
fn misspelt_field_is_answered_with_the_field_that_is_meant() {
    let json = r#"{"cluster": "shop", "service_name": "api", "waittime": 5, "colour": 1}"#;

    let found = problems(json);

    assert_eq!(
        found,
        [
            "cluster_name: is missing",
            "cluster: is unknown; did you mean `cluster_name`?",
            "colour: is unknown",
            "waittime: is unknown; did you mean `wait_time`?",
        ]
    );
}

#[test]
fn every_field_with_a_wrong_value_has_an_answer_of_its_own() {
    let json = r#"{"kind": "recycel", "cluster_name": "a/b", "service_name": 7, "maintain_service_state": "yes",
        "wait_time": -1, "batch": 0, "timeout": "soon", "order": "oldest", "only": ["x y"], "older_than": [],
        "notify": 1, "stop_with": "kill", "account": "12", "wait": "no"}"#;

    let found = problems(json);

    let fields: Vec<&str> = found.iter().map(|it| it.split(':').next().unwrap()).collect();
    let expected = [
        "kind",
        "cluster_name",
        "service_name",
        "timeout",
        "notify",
        "account",
        "wait",
        "maintain_service_state",
        "wait_time",
        "batch",
        "order",
        "only",
        "older_than",
        "stop_with",
    ];
    assert_eq!(fields, expected);
    assert!(found[0].contains("did you mean `recycle`?"), "{}", found[0]);
    assert!(found[10].contains("did you mean `oldest-first`?"), "{}", found[10]);
}

#[test]
fn list_of_31_tasks_is_refused_with_the_limit() {
    let json = |n| {
        let ids = vec!["0f1e2d3c4b5a69788796a5b4c3d2e1f0"; n];
        json!({"cluster_name": "shop", "service_name": "api", "only": ids}).to_string()
    };

    assert_eq!(problems(&json(31)), ["only: must have 30 tasks at most, and has 31"]);
    assert_eq!(OperationRequest::parse(&json(30)).unwrap().only.len(), 30);
}

#[test]
fn field_of_a_recycle_in_a_restart_is_refused() {
    let json = r#"{"kind": "restart", "cluster_name": "shop", "service_name": "api", "batch": 2}"#;

    assert_eq!(problems(json), ["batch: belongs to a recycle, and this is a restart"]);
}

#[test]
fn text_that_is_no_object_is_one_error() {
    assert_eq!(problems("[]"), [": a request must be a JSON object"]);
    assert_eq!(problems("{").len(), 1);
}

#[test]
fn request_written_as_json_is_parsed_to_an_equal_one() {
    let request = OperationRequest {
        maintain_service_state: false,
        wait_time: Duration::from_secs(5),
        batch: 3,
        timeout: Some(Duration::from_secs(900)),
        order: TaskOrder::NewestFirst,
        only: vec!["0f1e2d3c4b5a69788796a5b4c3d2e1f0".to_owned()],
        older_than: Some(Duration::from_secs(86_400)),
        notify: false,
        stop_with: Some(StopMethod::StopTask),
        account: Some("111122223333".to_owned()),
        reason: Some("leaks".to_owned()),
        ..OperationRequest::new(OperationKind::Recycle, "shop", "api")
    };

    assert_eq!(OperationRequest::parse(&request.to_json().to_string()), Ok(request));
}

#[test]
fn length_is_a_number_of_seconds_or_a_text_with_a_unit() {
    let with = |length| {
        let json = json!({"cluster_name": "shop", "service_name": "api", "older_than": length});
        OperationRequest::parse(&json.to_string()).unwrap().older_than.unwrap().as_secs()
    };

    assert_eq!(with(json!(90)), 90);
    assert_eq!(with(json!("7d")), 604_800);
}
