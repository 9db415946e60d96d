use super::*;

const VERSION_1: &str = r#"{"version":1,"operation":"recycle/shop/api/20260302T090000Z","cancelled":{"by":"ann","at":"2026-03-02T09:05:00Z"},"stopped":{"outcome":"failed","code":"replacement-failed","sentence":"task t1 failed","at":"2026-03-02T09:04:00Z"},"began":true,"notified":["began"]}"#;

fn state() -> OperationState {
    OperationState {
        version: STATE_VERSION,
        operation: "recycle/shop/api/20260302T090000Z".to_owned(),
        cancelled: Some(Cancellation {
            by: "ann".to_owned(),
            at: "2026-03-02T09:05:00Z".parse().unwrap(),
        }),
        stopped: Some(StopCause {
            outcome: OperationOutcome::Failed,
            code: "replacement-failed".to_owned(),
            sentence: "task t1 failed".to_owned(),
            at: "2026-03-02T09:04:00Z".parse().unwrap(),
        }),
        began: true,
        shut_down: None,
        resuming: None,
        notified: vec!["began".to_owned()],
    }
}

#[test]
fn state_of_version_1_keeps_its_form() {
    assert_eq!(state().to_json().unwrap(), VERSION_1);
    assert_eq!(OperationState::parse(VERSION_1), Ok(state()));
}

#[test]
fn state_of_a_later_version_is_refused() {
    let later = VERSION_1.replace("\"version\":1", "\"version\":2");

    assert_eq!(OperationState::parse(&later), Err(RecordError::LaterVersion(2)));
}

#[test]
fn state_with_the_longest_sentence_of_four_byte_letters_does_not_fit_and_says_so() {
    let mut long = state();
    long.stopped.as_mut().unwrap().sentence = "x".repeat(crate::limits::LONGEST_SENTENCE);
    assert!(long.to_json().is_ok());

    long.stopped.as_mut().unwrap().sentence = "𝄞".repeat(crate::limits::LONGEST_SENTENCE);
    assert!(matches!(long.to_json(), Err(RecordError::TooLarge(_))));
}

#[test]
fn state_of_a_shutdown_and_its_resume_keeps_its_form() {
    let value = r#"{"version":1,"operation":"shutdown/shop/api/20260302T090000Z","shut_down":{"outcome":"done","sentence":"no task is left","at":"2026-03-02T09:04:00Z"},"resuming":{"by":"bob","at":"2026-03-03T09:00:00Z"}}"#;

    let state = OperationState::parse(value).unwrap();

    assert_eq!(state.shut_down.as_ref().unwrap().outcome, OperationOutcome::Done);
    assert_eq!(state.resuming.as_ref().unwrap().by, "bob");
    assert_eq!(state.to_json().unwrap(), value);
}
